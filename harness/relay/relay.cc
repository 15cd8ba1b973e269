#include "relay/relay.h"

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/clock.h"

namespace plimsoll::relay {
namespace {

constexpr int kBacklog = 511;
// How long what is under way may take to be passed on once the command has ended. Somebody whom it has left behind may go
// on for ever.
constexpr auto kDrainLimit = std::chrono::seconds(1);
constexpr size_t kLongestSocketPath = sizeof(sockaddr_un::sun_path) - 1;

// Where only the user looks in, if the system has such a place; the path of a socket must not be long.
std::string MakeFolder() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  for (const std::string& parent : {std::string(runtime ? runtime : ""), std::string("/tmp")}) {
    if (parent.empty() || parent.size() > kLongestSocketPath - 40) continue;
    std::string pattern = parent + "/plimsoll-trace-XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) return pattern;  // 0700
  }
  return "";
}

}  // namespace

Result<std::unique_ptr<Relay>> Relay::Start(const engine::Endpoint& engine, Book::Reader reader) {
  const std::string folder = MakeFolder();
  if (folder.empty()) return Fail(fmt::format("no folder for the socket in $XDG_RUNTIME_DIR or /tmp: {}", std::strerror(errno)));
  std::unique_ptr<Relay> relay(new Relay(engine, folder, std::move(reader)));
  if (auto listening = relay->Listen(); !listening) return tl::make_unexpected(listening.error());
  relay->thread_ = std::thread([raw = relay.get()] { raw->Run(); });
  return relay;
}

Relay::Relay(const engine::Endpoint& engine, std::string folder, Book::Reader reader)
    : folder_(std::move(folder)), socket_(folder_ + "/engine.sock"), book_(std::move(reader)), connector_(engine, connected_) {}

Relay::~Relay() {
  if (thread_.joinable()) Stop();
  if (listener_ >= 0) close(listener_);
  std::error_code ignored;
  std::filesystem::remove(socket_, ignored);
  std::filesystem::remove(folder_, ignored);
}

Status Relay::Listen() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.c_str(), socket_.size() + 1);
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const bool listens = listener_ >= 0 && bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                       chmod(socket_.c_str(), 0600) == 0 && listen(listener_, kBacklog) == 0;
  if (listens) return {};
  return Fail(fmt::format("cannot listen at {}: {}", socket_, std::strerror(errno)));
}

std::vector<journal::Exchange> Relay::Stop() {
  stop_.Ring();
  thread_.join();
  return book_.Take();
}

void Relay::Run() {
  // Signals are for the main thread; the one that comes of writing to nobody (SIGPIPE, under TLS) is for none.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  while (!stopping_) Turn(-1);
  Drain();
  for (Link& link : links_) link.Stop();
  links_.clear();
}

void Relay::Drain() {
  const TimePoint limit = Now() + kDrainLimit;
  stop_.Quiet();
  // A connection that is being made rings when it is there.
  while (Now() < limit && Turn(connector_.idle() ? 0 : MillisUntil(limit))) {
  }
}

bool Relay::Turn(int timeout) {
  fds_ = {{stop_.fd(), POLLIN, 0}, {connected_.fd(), POLLIN, 0}, {full_ ? -1 : listener_, POLLIN, 0}};
  size_t at = fds_.size();
  // Only those that there are: poll(2) takes no more entries than the process may have descriptors.
  wanted_.clear();
  for (const Link& link : links_) {
    const Link::Wanted& wanted = wanted_.emplace_back(link.Wants());
    if (wanted.client >= 0) fds_.push_back({wanted.client, wanted.client_events, 0});
    if (wanted.engine >= 0) fds_.push_back({wanted.engine, wanted.engine_events, 0});
  }
  const int ready = poll(fds_.data(), fds_.size(), timeout);
  if (ready < 0 && errno != EINTR) {
    trouble_ = fmt::format("poll: {}", std::strerror(errno));
    stopping_ = true;
  }
  if (ready <= 0) return false;
  stopping_ |= fds_[0].revents != 0;
  auto wanted = wanted_.begin();
  for (Link& link : links_) {
    const short client = wanted->client >= 0 ? fds_[at++].revents : short{0};
    const short engine = wanted->engine >= 0 ? fds_[at++].revents : short{0};
    if (client != 0 || engine != 0) link.Pump(client, engine);
    ++wanted;
  }
  if (fds_[1].revents != 0) TakeConnections();
  if (fds_[2].revents != 0) Accept();
  RemoveEnded();
  return true;
}

void Relay::Accept() {
  for (;;) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
      full_ = errno == EMFILE || errno == ENFILE;
      return;
    }
    Link& link = links_.emplace_back(engine::Connection::Of(fd), ++accepted_, book_, Nanos(Now()));
    auto made = connector_.Connect(link.number());
    if (!made) continue;
    if (*made) {
      link.Connected(std::move(**made));
      link.Pump(POLLIN, 0);  // the request is there, as a rule
    } else {
      link.Refused(made->error());
    }
  }
}

void Relay::TakeConnections() {
  connected_.Quiet();
  for (auto& [number, made] : connector_.Take()) {
    const auto link = std::ranges::find(links_, number, &Link::number);
    if (link == links_.end()) continue;
    if (made) {
      link->Connected(std::move(*made));
    } else {
      link->Refused(std::move(made.error()));
    }
  }
}

void Relay::RemoveEnded() {
  if (std::erase_if(links_, [](const Link& link) { return link.done(); }) > 0) full_ = false;
}

}  // namespace plimsoll::relay
