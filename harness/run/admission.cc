#include "run/admission.h"

#include <utility>

namespace plimsoll::run {

Admission::Admission(int least, std::function<ProcessorTimes()> processor) : least_(least), processor_(std::move(processor)) {}

void Admission::Enter() {
  std::unique_lock lock(mutex_);
  while (under_way_ >= least_ && !HasTimeLeft()) left_.wait_until(lock, looked_ + kStretch);
  ++under_way_;
}

void Admission::Leave() {
  const std::lock_guard lock(mutex_);
  --under_way_;
  left_.notify_one();
}

// At the end of a stretch: whether there was time left in it. The first one begins when it is first asked.
bool Admission::HasTimeLeft() {
  if (looked_ == TimePoint()) {
    since_ = processor_();
    looked_ = Now();
  }
  if (since_.all == 0) return true;
  if (Now() < looked_ + kStretch) return false;
  const ProcessorTimes now = processor_();
  const int busy = PercentBusy(std::exchange(since_, now), now);
  looked_ = Now();
  return busy < kNoTimeLeft;
}

}  // namespace plimsoll::run
