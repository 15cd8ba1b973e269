#include "bench/at_once.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <list>

#include "base/text.h"

namespace plimsoll::bench {
namespace {

bool SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

// How long the request is that `received` begins with, as http::Serialize writes them; 0: it is not all there yet.
size_t RequestSize(const std::string& received) {
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  const size_t end = received.find("\r\n\r\n");
  if (end == std::string::npos) return 0;
  const size_t at = received.find(kLength);
  const size_t body = at < end ? std::strtoul(received.c_str() + at + kLength.size(), nullptr, 10) : 0;
  const size_t size = end + 4 + body;
  return received.size() >= size ? size : 0;
}

}  // namespace

struct AtOnce::Peer {
  explicit Peer(int f) : fd(f) {}
  ~Peer() { close(fd); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  int fd;
  std::string received;
  std::string echo;
};

Result<std::unique_ptr<AtOnce>> AtOnce::Start(std::vector<Canned> answers) {
  auto server = std::unique_ptr<AtOnce>(new AtOnce(std::move(answers)));
  if (auto listening = server->Listen(); !listening) return tl::make_unexpected(listening.error());
  server->thread_ = std::thread([raw = server.get()] { raw->Serve(); });
  return server;
}

AtOnce::~AtOnce() {
  stop_.Ring();
  if (thread_.joinable()) thread_.join();
  if (listener_ >= 0) close(listener_);
}

engine::Endpoint AtOnce::endpoint() const {
  engine::Endpoint endpoint;
  endpoint.path = folder_.File("at-once.sock");
  return endpoint;
}

Status AtOnce::Listen() {
  const std::string path = endpoint().path;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return Fail("the socket's path is too long: " + path, "set TMPDIR to a shorter one");
  std::memcpy(address.sun_path, path.data(), path.size());
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool well = listener_ >= 0 && bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                    listen(listener_, 128) == 0;
  return well ? Status() : Fail(fmt::format("cannot listen on {}: {}", path, std::strerror(errno)));
}

void AtOnce::Serve() {
  std::list<Peer> peers;
  for (;;) {
    std::vector<pollfd> fds{{stop_.fd(), POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const Peer& peer : peers) fds.push_back({peer.fd, POLLIN, 0});
    if (poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[0].revents != 0) return;
    size_t i = 2;
    for (auto peer = peers.begin(); peer != peers.end(); ++i) {
      const bool over = fds[i].revents != 0 && !Read(*peer);
      peer = over ? peers.erase(peer) : std::next(peer);
    }
    if (fds[1].revents != 0) {
      if (const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); fd >= 0) peers.emplace_back(fd);
    }
  }
}

bool AtOnce::Read(Peer& peer) {
  char buffer[64 * 1024];
  const ssize_t n = recv(peer.fd, buffer, sizeof buffer, 0);
  if (n <= 0) return n < 0 && errno == EINTR;
  if (!peer.echo.empty()) return SendAll(peer.fd, peer.echo);
  peer.received.append(buffer, static_cast<size_t>(n));
  while (const size_t size = RequestSize(peer.received)) {
    peer.received.erase(0, size);
    if (!Answer(peer)) return false;
  }
  return true;
}

bool AtOnce::Answer(Peer& peer) {
  const Canned& answer = answers_[next_++ % answers_.size()];
  peer.echo = answer.echo;
  return SendAll(peer.fd, answer.bytes) && !answer.close;
}

}  // namespace plimsoll::bench
