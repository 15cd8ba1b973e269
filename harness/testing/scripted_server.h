// ScriptedServer: listens on a unix socket of its own and does to each client exactly what its script
// says: the lies, stalls and torn answers that no honest engine gives. Waits are for bytes, for the
// client's end or for a Bell, never for time. A thread per connection; owned by a test, which may ask
// from any thread; the destructor ends every act under way.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/endpoint.h"
#include "engine/loop.h"
#include "testing/temp_folder.h"

namespace plimsoll::testing {

// The server's end of one connection, as acts use it. One thread.
class Peer {
 public:
  Peer(int fd, const engine::Bell& stop) : fd_(fd), stop_(stop) {}
  ~Peer() { Close(); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // All of these give false where the client is gone first, or the server is being destroyed.
  bool ReadUntil(const std::function<bool(const std::string& received)>& enough);
  bool Send(std::string_view bytes);
  // The client has ended its direction; what it sent before is received.
  bool AwaitEnd();
  bool AwaitBell(const engine::Bell& bell);
  // Something has come, or the client is gone; nothing is read.
  bool AwaitBytes();
  // What has come and was not read yet, left unread; waits for some.
  std::string Peek();
  // Ends this direction only; the client may go on.
  void EndSending();
  void Close();

  const std::string& received() const { return received_; }
  // Takes the first `size` received bytes away: a request that was answered.
  std::string Take(size_t size);
  bool ended() const { return ended_; }

 private:
  // Waits until fd_ (POLLIN) or `other` can be read; false: stopped.
  bool Poll(int other);
  bool ReadSome();

  int fd_;
  const engine::Bell& stop_;
  std::string received_;
  bool ended_ = false;
};

// False ends the script: the connection is closed.
using Act = std::function<bool(Peer&)>;
using Script = std::vector<Act>;
using Scripts = std::vector<Script>;
// For a server whose every connection is to get the same.
struct Every {
  Act act;
};

Act ExpectHead();                        // up to the end of a request's head
Act ExpectText(std::string text);        // until this has come
Act ExpectBytes(size_t count);           // until so many have come
Act Send(std::string bytes);
Act AwaitHalfClose();
Act Await(const engine::Bell& bell);     // which the caller keeps alive
Act Ring(const engine::Bell& bell);
Act Close();                             // also what happens at a script's end
// Closes with bytes unread, which a unix socket's peer sees as ECONNRESET.
// REQUIRES: the client has sent, or is sending, something that no act before this has read.
Act Reset();

class ScriptedServer {
 public:
  // The n-th connection gets the n-th script; one more than there are scripts gets closed at once.
  explicit ScriptedServer(Scripts scripts);
  explicit ScriptedServer(Every every);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  engine::Endpoint endpoint() const;
  size_t connections() const;
  // What the n-th connection (from 0) has sent, once its script has ended: waits for that.
  std::string Received(size_t n);

 private:
  struct Played;
  void Listen();
  void Accept();
  void Play(Played& played, int fd, const Script& script);

  TempFolder folder_;
  Scripts scripts_;
  Script every_;
  int listener_ = -1;
  engine::Bell stop_;
  mutable std::mutex mutex_;  // guards what is below
  std::condition_variable script_ended_;
  std::list<std::unique_ptr<Played>> played_;
  std::thread accepting_;
};

}  // namespace plimsoll::testing
