#include "run/given.h"

#include <fmt/format.h>

#include <utility>

namespace plimsoll::run {

void Givens::Expect(const Cases& cases) {
  const std::lock_guard lock(mutex_);
  for (const plan::Case* each : cases) {
    if (!each->scenario->given.empty()) ++shared_[plan::GivenOf(*each).id].expected;
  }
}

std::shared_ptr<const Given> Givens::For(const plan::Case& plan_case, const EngineSession& session, const Make& make) {
  std::unique_lock lock(mutex_);
  Shared& shared = shared_.at(plan::GivenOf(plan_case).id);
  made_.wait(lock, [&] { return !shared.being_made; });
  if (shared.given && shared.given->session.get() == &session) return shared.given;
  shared.being_made = true;
  plan::Case of = plan::GivenOf(plan_case);
  if (shared.times_made++ > 0) of.id += fmt::format(" {}", shared.times_made);  // what the first one made may still have its name
  lock.unlock();
  std::shared_ptr<Given> made = make(std::move(of));
  lock.lock();
  shared.being_made = false;
  shared.given = made;
  made_.notify_all();
  return made;
}

bool Givens::MustWait(const plan::Case& plan_case) {
  if (plan_case.scenario->given.empty()) return false;
  const std::lock_guard lock(mutex_);
  Shared& shared = shared_.at(plan::GivenOf(plan_case).id);
  return !shared.given && std::exchange(shared.begun, true);
}

void Givens::Spoil(const std::string& engine) {
  const std::lock_guard lock(mutex_);
  for (auto& [id, shared] : shared_) {
    if (!shared.given || shared.given->of.engine != engine) continue;
    shared.given.reset();
    shared.begun = false;
  }
}

std::vector<std::string> Givens::Ended(const plan::Case& plan_case) {
  if (plan_case.scenario->given.empty()) return {};
  std::shared_ptr<Given> given;
  {
    const std::lock_guard lock(mutex_);
    const auto shared = shared_.find(plan::GivenOf(plan_case).id);
    if (--shared->second.expected > 0) return {};
    given = std::move(shared->second.given);
    shared_.erase(shared);
  }
  if (!given) return {};
  std::vector<std::string> left;
  for (const std::string& leftover : given->runner->RemoveGiven()) left.push_back(given->of.id + ": " + leftover);
  return left;
}

}  // namespace plimsoll::run
