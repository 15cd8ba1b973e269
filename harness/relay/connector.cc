#include "relay/connector.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace plimsoll::relay {
namespace {

constexpr auto kConnectLimit = std::chrono::seconds(10);

enum class Waits { kNo, kYes };

// EAGAIN: more clients than the engine's socket takes at once are waiting.
int ConnectUnix(const std::string& path, Waits waits) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return -ENAMETOOLONG;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (waits == Waits::kNo ? SOCK_NONBLOCK : 0), 0);
  if (fd < 0) return -errno;
  const timeval limit{std::chrono::duration_cast<std::chrono::seconds>(kConnectLimit).count(), 0};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  const int error = errno;
  close(fd);
  return -error;
}

Connecting Made(int fd, const engine::Endpoint& engine) {
  if (fd >= 0) return engine::Connection::Of(fd);
  const bool late = fd == -EAGAIN;
  return tl::make_unexpected(engine::Failure{late ? http::Outcome::kTimedOut : http::Outcome::kRefused,
                                             fmt::format("cannot connect to {}: {}", engine.Text(), std::strerror(-fd))});
}

Connecting ConnectSlowly(const engine::Endpoint& engine) {
  if (engine.kind == engine::Endpoint::Kind::kUnix) return Made(ConnectUnix(engine.path, Waits::kYes), engine);
  return engine::Connection::Open(engine, Now() + kConnectLimit);
}

}  // namespace

Connector::Connector(engine::Endpoint engine, const engine::Bell& ready) : engine_(std::move(engine)), ready_(ready) {}

Connector::~Connector() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (worker_.joinable()) worker_.join();
}

std::optional<Connecting> Connector::Connect(int number) {
  if (engine_.kind == engine::Endpoint::Kind::kUnix) {
    const int fd = ConnectUnix(engine_.path, Waits::kNo);
    if (fd != -EAGAIN) return Made(fd, engine_);
  }
  const std::lock_guard lock(mutex_);
  wanted_.push_back(number);
  if (!worker_.joinable()) worker_ = std::thread([this] { Work(); });
  changed_.notify_all();
  return std::nullopt;
}

std::vector<std::pair<int, Connecting>> Connector::Take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(made_, {});
}

bool Connector::idle() const {
  const std::lock_guard lock(mutex_);
  return wanted_.empty() && made_.empty() && !working_;
}

void Connector::Work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_ || !wanted_.empty(); });
    if (stop_) return;
    const int number = wanted_.front();
    wanted_.pop_front();
    working_ = true;
    lock.unlock();
    Connecting made = ConnectSlowly(engine_);
    lock.lock();
    made_.emplace_back(number, std::move(made));
    working_ = false;
    ready_.Ring();
  }
}

}  // namespace plimsoll::relay
