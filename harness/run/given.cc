#include "run/given.h"

#include <fmt/format.h>

#include <utility>

namespace plimsoll::run {

plan::Case Givens::Common(const plan::Case& plan_case) {
  plan::Case of = plan_case;
  of.parameters = Json::object();
  for (const std::string& name : plan_case.scenario->given_parameters) of.parameters[name] = plan_case.parameters.at(name);
  of.id = plan::IdOfRepetition(fmt::format("{} given {}@{}", of.scenario->id, CompactJson(of.parameters), of.engine), of.repetition);
  return of;
}

Givens::Key Givens::KeyOf(const plan::Case& plan_case) {
  return {plan_case.scenario.get(), plan_case.engine, plan_case.repetition, CompactJson(Common(plan_case).parameters)};
}

void Givens::Expect(const Cases& cases) {
  const std::lock_guard lock(mutex_);
  for (const plan::Case* each : cases) {
    if (!each->scenario->given.empty()) ++shared_[KeyOf(*each)].expected;
  }
}

std::shared_ptr<const Given> Givens::For(const plan::Case& plan_case, const EngineSession& session, const Make& make) {
  std::unique_lock lock(mutex_);
  Shared& shared = shared_.at(KeyOf(plan_case));
  made_.wait(lock, [&] { return !shared.being_made; });
  if (shared.given && shared.given->session.get() == &session) return shared.given;
  shared.being_made = true;
  plan::Case of = Common(plan_case);
  if (shared.times_made++ > 0) of.id += fmt::format(" {}", shared.times_made);  // what the first one made may still have its name
  lock.unlock();
  std::shared_ptr<Given> made = make(std::move(of));
  lock.lock();
  shared.being_made = false;
  shared.given = made;
  made_.notify_all();
  return made;
}

void Givens::Spoil(const std::string& engine) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, shared] : shared_) {
    if (key.engine == engine) shared.given.reset();
  }
}

std::vector<std::string> Givens::Ended(const plan::Case& plan_case) {
  if (plan_case.scenario->given.empty()) return {};
  std::shared_ptr<Given> given;
  {
    const std::lock_guard lock(mutex_);
    const auto shared = shared_.find(KeyOf(plan_case));
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
