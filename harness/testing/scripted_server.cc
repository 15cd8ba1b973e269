#include "testing/scripted_server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace plimsoll::testing {

bool Peer::Poll(int other) {
  pollfd fds[] = {{stop_.fd(), POLLIN, 0}, {other, POLLIN, 0}};
  poll(fds, 2, -1);
  return fds[0].revents == 0;
}

bool Peer::ReadSome() {
  if (fd_ < 0 || ended_ || !Poll(fd_)) return false;
  std::array<char, 64 * 1024> buffer;
  const ssize_t n = recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (n > 0) received_.append(buffer.data(), static_cast<size_t>(n));
  if (n == 0) ended_ = true;
  return n > 0;
}

bool Peer::ReadUntil(const std::function<bool(const std::string& received)>& enough) {
  while (!enough(received_)) {
    if (!ReadSome()) return false;
  }
  return true;
}

bool Peer::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
      continue;
    }
    if (errno != EAGAIN) return false;
    pollfd fds[] = {{stop_.fd(), POLLIN, 0}, {fd_, POLLOUT, 0}};
    poll(fds, 2, -1);
    if (fds[0].revents != 0) return false;
  }
  return true;
}

bool Peer::AwaitEnd() {
  while (ReadSome()) {
  }
  return ended_;
}

bool Peer::AwaitBell(const engine::Bell& bell) { return Poll(bell.fd()); }

bool Peer::AwaitBytes() { return Poll(fd_); }

std::string Peer::Peek() {
  if (fd_ < 0 || !AwaitBytes()) return "";
  std::string bytes(64 * 1024, '\0');
  const ssize_t n = recv(fd_, bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
  bytes.resize(static_cast<size_t>(std::max<ssize_t>(n, 0)));
  return bytes;
}

void Peer::EndSending() { shutdown(fd_, SHUT_WR); }

void Peer::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

std::string Peer::Take(size_t size) {
  std::string taken = received_.substr(0, size);
  received_.erase(0, size);
  return taken;
}

Act ExpectText(std::string text) {
  return [text = std::move(text)](Peer& peer) {
    return peer.ReadUntil([&](const std::string& all) { return all.find(text) != all.npos; });
  };
}

Act ExpectHead() { return ExpectText("\r\n\r\n"); }

Act ExpectBytes(size_t count) {
  return [count](Peer& peer) {
    return peer.ReadUntil([&](const std::string& all) { return all.size() >= count; });
  };
}

Act Send(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer) { return peer.Send(bytes); };
}

Act AwaitHalfClose() {
  return [](Peer& peer) { return peer.AwaitEnd(); };
}

Act Await(const engine::Bell& bell) {
  return [&bell](Peer& peer) { return peer.AwaitBell(bell); };
}

Act Ring(const engine::Bell& bell) {
  return [&bell](Peer&) {
    bell.Ring();
    return true;
  };
}

Act Close() {
  return [](Peer& peer) {
    peer.Close();
    return false;
  };
}

Act Reset() {
  return [](Peer& peer) {
    // The reset needs unread bytes: wait until some are there, without reading them.
    peer.AwaitBytes();
    peer.Close();
    return false;
  };
}

// What became of one connection.
struct ScriptedServer::Played {
  std::string received;
  bool over = false;
  std::thread thread;
};

ScriptedServer::ScriptedServer(Scripts scripts) : scripts_(std::move(scripts)) { Listen(); }
ScriptedServer::ScriptedServer(Every every) : every_{std::move(every.act)} { Listen(); }

void ScriptedServer::Listen() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = endpoint().path;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, 64) != 0) {
    std::perror(path.c_str());
    std::abort();
  }
  accepting_ = std::thread([this] { Accept(); });
}

ScriptedServer::~ScriptedServer() {
  stop_.Ring();
  accepting_.join();
  for (const auto& played : played_) played->thread.join();
  close(listener_);
}

engine::Endpoint ScriptedServer::endpoint() const {
  engine::Endpoint endpoint;
  endpoint.path = folder_.path() + "/engine.sock";
  return endpoint;
}

size_t ScriptedServer::connections() const {
  const std::lock_guard lock(mutex_);
  return played_.size();
}

void ScriptedServer::Accept() {
  for (;;) {
    pollfd fds[] = {{stop_.fd(), POLLIN, 0}, {listener_, POLLIN, 0}};
    poll(fds, 2, -1);
    if (fds[0].revents != 0) return;
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const std::lock_guard lock(mutex_);
    const size_t number = played_.size();
    const Script script = !every_.empty() ? every_ : number < scripts_.size() ? scripts_[number] : Script{};
    Played& played = *played_.emplace_back(std::make_unique<Played>());
    played.thread = std::thread([this, &played, fd, script] { Play(played, fd, script); });
  }
}

void ScriptedServer::Play(Played& played, int fd, const Script& script) {
  Peer peer(fd, stop_);
  for (const Act& act : script) {
    if (!act(peer)) break;
  }
  peer.Close();
  const std::lock_guard lock(mutex_);
  played.received = peer.received();
  played.over = true;
  script_ended_.notify_all();
}

std::string ScriptedServer::Received(size_t n) {
  std::unique_lock lock(mutex_);
  if (n >= played_.size()) return "";
  const Played& played = **std::next(played_.begin(), static_cast<ptrdiff_t>(n));
  script_ended_.wait(lock, [&] { return played.over; });
  return played.received;
}

}  // namespace plimsoll::testing
