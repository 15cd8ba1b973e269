// BareClient: what the harness is compared with: a blocking write and blocking reads on one kept-alive
// socket, and no more understanding of HTTP than to know where an answer ends. One thread.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plimsoll::bench {

class BareClient {
 public:
  static Result<std::unique_ptr<BareClient>> Connect(const std::string& socket_path);
  // `host` is an IPv4 address.
  static Result<std::unique_ptr<BareClient>> ConnectTcp(const std::string& host, int port);
  ~BareClient();
  BareClient(const BareClient&) = delete;
  BareClient& operator=(const BareClient&) = delete;

  // Sends a serialised request; the answer, head and body as they came, until the next call. "": the
  // connection broke.
  const std::string& Exchange(std::string_view wire);
  // After the head of an answer without an end of its own: reads and counts until the other side closes.
  uint64_t Drain();

 private:
  static Result<std::unique_ptr<BareClient>> ConnectTo(const sockaddr* address, socklen_t size, const std::string& name);
  explicit BareClient(int fd) : fd_(fd) {}
  bool Complete() const;

  int fd_;
  std::string answer_;
};

// The status of an answer; 0 for "".
int StatusOf(std::string_view answer);

}  // namespace plimsoll::bench
