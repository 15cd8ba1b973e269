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
  if (shared.given && shared.given->session.get() == &session && shared.given->runner->EngineStayed()) return shared.given;
  Spoil(shared);
  shared.being_made = true;
  plan::Case of = plan::GivenOf(plan_case);
  if (shared.times_made++ > 0) of.id += fmt::format(" {}", shared.times_made);  // what earlier ones made may still have their names
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

void Givens::Spoil(const EngineSession& session) {
  const std::lock_guard lock(mutex_);
  for (auto& [id, shared] : shared_) {
    if (!shared.given || shared.given->session.get() != &session) continue;
    Spoil(shared);
    shared.begun = false;
  }
}

void Givens::Spoil(Shared& shared) {
  if (!shared.given) return;
  if (shared.given->session->engine().private_name.empty()) shared.spoilt.push_back(std::move(shared.given));
  shared.given.reset();
}

std::vector<std::string> Givens::Ended(const plan::Case& plan_case, const MayHoldMore& may_hold_more) {
  if (plan_case.scenario->given.empty()) return {};
  std::vector<std::shared_ptr<Given>> spoilt;
  std::shared_ptr<Given> last;
  {
    const std::lock_guard lock(mutex_);
    Shared& shared = shared_.at(plan::GivenOf(plan_case).id);
    if (--shared.expected > 0) return {};
    spoilt = std::move(shared.spoilt);
    last = std::move(shared.given);
    // Cases may be run again, and what they are given then must not have the same names.
    shared = {.times_made = shared.times_made};
  }
  std::vector<std::string> left;
  const auto remove = [&](const Given& given) {
    for (const std::string& leftover : given.runner->RemoveGiven()) left.push_back(given.of.id + ": " + leftover);
  };
  for (const auto& given : spoilt) {
    given->runner->LimitCleanUp(EngineSession::kPatience);
    remove(*given);
    if (!left.empty()) may_hold_more(*given->session);
  }
  if (last) remove(*last);
  return left;
}

}  // namespace plimsoll::run
