// Connection: one byte stream to an engine. libcurl resolves, connects and does TLS (CONNECT_ONLY);
// every byte after that is ours to send, time and record, which a finished HTTP client would hide
// (hijacked streams, half-close, malformed requests, answers that are no HTTP).
// Owned by one thread. Never blocks after Open. No Error: what goes wrong here is an observation.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "engine/endpoint.h"
#include "http/exchange.h"

namespace plimsoll::engine {

struct Failure {
  http::Outcome outcome = http::Outcome::kRefused;
  std::string text;
};

class Connection {
 public:
  static tl::expected<std::unique_ptr<Connection>, Failure> Open(const Endpoint& endpoint,
                                                                 TimePoint deadline);
  // Takes over a stream socket that is connected already, without TLS.
  static std::unique_ptr<Connection> Of(int socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  enum class Io { kDone, kAgain, kEnd, kError };
  struct Transfer {
    Io io = Io::kDone;
    size_t bytes = 0;   // for kDone
    std::string error;  // for kError
  };
  Transfer Send(std::string_view bytes);
  Transfer Receive(char* buffer, size_t size);
  // The same, but waits for something to come, a few milliseconds at most. REQUIRES: can_wait().
  Transfer ReceiveSoon(char* buffer, size_t size);
  bool can_wait() const;
  // Ends our direction; the other goes on. Over TLS too it is TCP's end that is sent: libcurl has
  // no call for a close_notify alone.
  bool HalfClose();
  // Takes nothing more: a peer of a unix socket that goes on sending is told so (EPIPE).
  void StopReceiving();
  // The peer is to see a reset rather than an end, where the socket can say so (TCP; a unix socket does if something
  // that came on it was never read). Nothing can be sent or received afterwards.
  void Reset();
  // Of one that is kept for the next request: false if the engine has closed it meanwhile, or sent
  // something on it unasked.
  bool StillGood() const;
  // Whether poll(2) on fd() tells of all bytes that wait; under TLS some may lie decrypted already.
  bool plain() const;
  // For poll(2).
  int fd() const { return fd_; }

 private:
  struct Handle;
  explicit Connection(std::unique_ptr<Handle> handle, int fd);
  Transfer ReceivePlain(char* buffer, size_t size, int flags);
  std::unique_ptr<Handle> handle_;
  int fd_;
};

}  // namespace plimsoll::engine
