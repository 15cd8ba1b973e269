#include "engine/loop.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace plimsoll::engine {

Bell::Bell() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
Bell::~Bell() {
  while (ringing_ != 0) std::this_thread::yield();
  close(fd_);
}

void Bell::Ring() const {
  ++ringing_;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t n = write(fd_, &one, sizeof one);
  --ringing_;
}

bool Bell::rung() const {
  pollfd poller{fd_, POLLIN, 0};
  return poll(&poller, 1, 0) > 0;
}

void Bell::Quiet() const {
  uint64_t count = 0;
  [[maybe_unused]] const ssize_t n = read(fd_, &count, sizeof count);
}

void Loop::Remove(Conversation* conversation) { std::erase(conversations_, conversation); }

Loop::Woke Loop::Wait(const std::function<bool()>& condition, TimePoint deadline) {
  std::vector<pollfd> fds;
  for (;;) {
    if (condition()) return Woke::kCondition;
    const bool last = Now() >= deadline;  // what has come by then counts
    fds.clear();
    for (const Conversation* c : conversations_) {
      fds.push_back({c->PollEvents() == 0 ? -1 : c->fd(), c->PollEvents(), 0});
    }
    fds.push_back({bell_ ? bell_->fd() : -1, POLLIN, 0});
    fds.push_back({cancel_ ? cancel_->fd() : -1, POLLIN, 0});
    poll(fds.data(), fds.size(), MillisUntil(deadline));
    if (fds.back().revents != 0) return Woke::kCancelled;
    if (fds[fds.size() - 2].revents != 0) bell_->Quiet();
    for (size_t i = 0; i < conversations_.size(); ++i) {
      if (fds[i].revents != 0) conversations_[i]->Pump();
    }
    if (last) return condition() ? Woke::kCondition : Woke::kDeadline;
  }
}

}  // namespace plimsoll::engine
