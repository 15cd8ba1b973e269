#include "run/queue.h"

#include <algorithm>
#include <utility>

namespace plimsoll::run {
namespace {

bool IsOfSweep(const plan::Case* plan_case) { return plan::IsSweep(plan_case->scenario->matrix); }

}  // namespace

Queue::Queue(const Cases& cases, Further further, MustWait must_wait)
    : waiting_(cases.begin(), cases.end()), further_(std::move(further)), must_wait_(std::move(must_wait)) {
  of_sweeps_ = static_cast<size_t>(std::ranges::count_if(cases, IsOfSweep));
  if (of_sweeps_ == 0) Grow();
}

const plan::Case* Queue::Next() {
  std::unique_lock lock(mutex_);
  grown_.wait(lock, [&] { return !waiting_.empty() || !long_ones_.empty() || !further_; });
  const bool wants_long = given_out_++ % kShare == 0;
  if (!long_ones_.empty() && (wants_long || waiting_.empty())) {
    const auto longest = [&](const plan::Case* each) { return longest_.at(each->scenario.get()); };
    return TakeFrom(long_ones_, std::ranges::max_element(long_ones_, {}, longest));
  }
  if (waiting_.empty()) return nullptr;
  auto next = waiting_.begin();
  if (must_wait_) next = std::ranges::find_if_not(waiting_, [&](const plan::Case* each) { return must_wait_(*each); });
  return TakeFrom(waiting_, next == waiting_.end() ? waiting_.begin() : next);
}

const plan::Case* Queue::TakeFrom(std::deque<const plan::Case*>& cases, std::deque<const plan::Case*>::iterator which) {
  const plan::Case* taken = *which;
  cases.erase(which);
  return taken;
}

void Queue::Ended(const plan::Case& plan_case, Duration took) {
  {
    const std::lock_guard lock(mutex_);
    if (took >= kLong && plan_case.scenario->given.empty()) {
      const auto [known, is_new] = longest_.try_emplace(plan_case.scenario.get(), took);
      if (is_new) SetAside(*plan_case.scenario);
      known->second = std::max(known->second, took);
    }
    if (!further_ || !IsOfSweep(&plan_case) || --of_sweeps_ > 0) return;
  }
  Grow();
}

// Once for each, so it may look through all.
void Queue::SetAside(const scenario::Scenario& scenario) {
  const auto its_own = std::ranges::stable_partition(waiting_, [&](const plan::Case* each) { return each->scenario.get() != &scenario; });
  long_ones_.insert(long_ones_.end(), its_own.begin(), its_own.end());
  waiting_.erase(its_own.begin(), its_own.end());
}

void Queue::Grow() {
  if (!further_) return;
  const Cases more = further_();
  const std::lock_guard lock(mutex_);
  of_sweeps_ = more.size();
  waiting_.insert(waiting_.begin(), more.begin(), more.end());
  if (more.empty()) further_ = {};
  grown_.notify_all();
}

void Awaited::Add(const Cases& cases) {
  const std::lock_guard lock(mutex_);
  under_way_.insert(cases.begin(), cases.end());
}

void Awaited::Ended(const plan::Case& plan_case) {
  const std::lock_guard lock(mutex_);
  if (under_way_.erase(&plan_case) > 0 && under_way_.empty()) all_ended_.notify_all();
}

void Awaited::AwaitAll() {
  std::unique_lock lock(mutex_);
  all_ended_.wait(lock, [&] { return under_way_.empty(); });
}

}  // namespace plimsoll::run
