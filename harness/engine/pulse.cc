#include "engine/pulse.h"

#include <algorithm>

#include "engine/call.h"

namespace plimsoll::engine {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);  // with one ping; the next one goes on with the same silence

}  // namespace

Pulse::Pulse(const Endpoint& endpoint, Duration long_enough)
    : endpoint_(endpoint), long_(long_enough), thread_([this] { Beat(); }) {}

Pulse::~Pulse() {
  stop_.Ring();
  thread_.join();
}

void Pulse::Beat() {
  Loop pause(&stop_);
  while (Ask()) {
    if (pause.Wait([] { return false; }, Now() + kBetween) == Loop::Woke::kCancelled) return;
  }
}

// False: told to stop.
bool Pulse::Ask() {
  const TimePoint asked = Now();
  {
    const std::lock_guard lock(mutex_);
    if (!asked_) asked_ = asked;
  }
  const Answer answer = Call(endpoint_, {"HEAD", "/_ping", {}, ""}, asked + kPatience, &stop_);
  if (answer.outcome == http::Outcome::kCancelled) return false;
  if (answer.outcome != http::Outcome::kAnswered) return true;
  const std::lock_guard lock(mutex_);
  if (const TimePoint answered = Now(); answered - *asked_ >= long_) silences_.push_back({*asked_, answered});
  asked_.reset();
  return true;
}

Duration Pulse::LongestSilence(TimePoint since) const {
  Duration longest{};
  const std::lock_guard lock(mutex_);
  for (const Silence& silence : silences_) {
    if (silence.ended > since) longest = std::max(longest, silence.ended - silence.begun);
  }
  if (asked_ && Now() - *asked_ >= long_) longest = std::max(longest, Now() - *asked_);
  return longest;
}

}  // namespace plimsoll::engine
