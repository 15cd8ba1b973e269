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
  seems_rung_ = true;
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
  seems_rung_ = false;
  [[maybe_unused]] const ssize_t n = read(fd_, &count, sizeof count);
}

void Loop::Remove(Conversation* conversation) { std::erase(conversations_, conversation); }

Conversation* Loop::OnlyOneAsked(TimePoint now, TimePoint deadline) const {
  constexpr auto kLong = std::chrono::milliseconds(50);  // a wait that is not much longer than AwaitAnswer() is kept to the ms
  if (conversations_.size() != 1 || deadline - now < kLong) return nullptr;
  for (const Bell* bell : {bell_, cancel_}) {
    if (bell && bell->seems_rung()) return nullptr;
  }
  return conversations_.front()->just_asked() ? conversations_.front() : nullptr;
}

Loop::Woke Loop::Wait(const std::function<bool()>& condition, TimePoint deadline) {
  std::vector<pollfd> fds;
  for (;;) {
    if (condition()) return Woke::kCondition;
    const TimePoint now = Now();
    if (Conversation* asked = OnlyOneAsked(now, deadline)) {
      asked->AwaitAnswer();
      continue;
    }
    const bool last = now >= deadline;  // what has come by then counts
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
