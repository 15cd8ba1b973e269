#include "bench/bare_client.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace plimsoll::bench {

Result<std::unique_ptr<BareClient>> BareClient::Connect(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof address.sun_path) return Fail("the socket's path is too long: " + socket_path);
  std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
  return ConnectTo(reinterpret_cast<const sockaddr*>(&address), sizeof address, socket_path);
}

Result<std::unique_ptr<BareClient>> BareClient::ConnectTcp(const std::string& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return Fail("not an IPv4 address: " + host);
  return ConnectTo(reinterpret_cast<const sockaddr*>(&address), sizeof address, fmt::format("{}:{}", host, port));
}

Result<std::unique_ptr<BareClient>> BareClient::ConnectTo(const sockaddr* address, socklen_t size,
                                                          const std::string& name) {
  const int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto client = std::unique_ptr<BareClient>(new BareClient(fd));
  if (fd < 0 || connect(fd, address, size) != 0) {
    return Fail(fmt::format("cannot connect to {}: {}", name, std::strerror(errno)));
  }
  return client;
}

BareClient::~BareClient() {
  if (fd_ >= 0) close(fd_);
}

const std::string& BareClient::Exchange(std::string_view wire) {
  answer_.clear();
  while (!wire.empty()) {
    const ssize_t n = send(fd_, wire.data(), wire.size(), MSG_NOSIGNAL);
    if (n <= 0) return answer_;
    wire.remove_prefix(static_cast<size_t>(n));
  }
  char buffer[64 * 1024];
  while (!Complete()) {
    const ssize_t n = read(fd_, buffer, sizeof buffer);
    if (n <= 0) {
      answer_.clear();
      return answer_;
    }
    answer_.append(buffer, static_cast<size_t>(n));
  }
  return answer_;
}

uint64_t BareClient::Drain() {
  uint64_t bytes = answer_.size() - (answer_.find("\r\n\r\n") + 4);
  char buffer[64 * 1024];
  for (ssize_t n = 0; (n = read(fd_, buffer, sizeof buffer)) > 0;) bytes += static_cast<uint64_t>(n);
  return bytes;
}

// As Docker writes its answers: a length, or chunks, or no body.
bool BareClient::Complete() const {
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  const size_t end = answer_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::string_view head = std::string_view(answer_).substr(0, end + 2);
  if (const size_t at = head.find(kLength); at != std::string_view::npos) {
    const size_t length = std::strtoul(answer_.c_str() + at + kLength.size(), nullptr, 10);
    return answer_.size() >= end + 4 + length;
  }
  if (head.find("\r\nTransfer-Encoding: chunked") == std::string_view::npos) return true;
  return answer_.ends_with("\r\n0\r\n\r\n");
}

int StatusOf(std::string_view answer) {
  constexpr std::string_view kMagic = "HTTP/1.1 ";
  return answer.starts_with(kMagic) ? std::atoi(answer.data() + kMagic.size()) : 0;
}

}  // namespace plimsoll::bench
