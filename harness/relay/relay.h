// Relay: a unix socket of its own (mode 0600 in a folder of mode 0700) behind which an engine seems to listen. Everything
// that comes is passed on to the engine and back, each client connection over one of its own (link.h), and recorded
// (recorder.h). One thread polls all connections; another makes those to the engine that cannot be made at once.
// Owned by cli/trace; the methods are for one thread, not that one. An engine that cannot be reached is no Error: its
// clients are closed, and the record says so.
#pragma once

#include <poll.h>

#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "engine/endpoint.h"
#include "engine/loop.h"
#include "journal/records.h"
#include "relay/connector.h"
#include "relay/link.h"
#include "relay/recorder.h"

namespace plimsoll::relay {

class Relay {
 public:
  // Listens. An Error where there is no folder or no socket to be had.
  // `reader`: is shown each call as it ends, in another thread; what it does holds the calls up.
  static Result<std::unique_ptr<Relay>> Start(const engine::Endpoint& engine, Book::Reader reader = nullptr);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // "unix:///tmp/plimsoll-trace-.../engine.sock"
  std::string address() const { return "unix://" + socket_; }
  // Passes on what has come so far, closes all connections, and gives all calls in the order of their beginning, redacted.
  // REQUIRES: called once.
  std::vector<journal::Exchange> Stop();
  // The credentials that were taken out of them. REQUIRES: Stop was called.
  std::vector<std::string> secrets() const { return book_.secrets(); }
  // Why calls were no longer passed on before Stop; "": they were. REQUIRES: Stop was called.
  const std::string& trouble() const { return trouble_; }
  // How many calls are not among them, as too much was kept already. REQUIRES: Stop was called.
  size_t left_out() const { return book_.left_out(); }

 private:
  Relay(const engine::Endpoint& engine, std::string folder, Book::Reader reader);
  Status Listen();
  void Run();
  void Drain();
  // Waits, at most `timeout` ms (-1: as long as it takes), and does what there is to do; false: there was nothing.
  bool Turn(int timeout);
  void Accept();
  void TakeConnections();
  void RemoveEnded();

  const std::string folder_, socket_;
  int listener_ = -1;
  engine::Bell stop_;
  engine::Bell connected_;
  Book book_;
  std::list<Link> links_;
  std::vector<pollfd> fds_;  // of one turn; kept for its room
  std::vector<Link::Wanted> wanted_;  // of each link, of one turn
  std::string trouble_;
  int accepted_ = 0;
  bool stopping_ = false;
  bool full_ = false;  // no descriptor is left: nobody is accepted until a link has ended
  Connector connector_;
  std::thread thread_;  // uses all of the above
};

}  // namespace plimsoll::relay
