#include "run/sessions.h"

#include <fmt/format.h>
#include <poll.h>

#include "engine/call.h"
#include "run/clean.h"

namespace plimsoll::run {
namespace {

// At an engine that did not come back.
constexpr auto kGlance = std::chrono::seconds(1);

}  // namespace

Status EngineSessions::Open(const std::vector<EngineUnderTest>& engines) {
  for (const EngineUnderTest& engine : engines) {
    auto session = EngineSession::Open(engine, images_, run_id_);
    if (!session) return tl::make_unexpected(session.error());
    const std::lock_guard lock(mutex_);
    sessions_[engine.name] = std::move(*session);
  }
  return {};
}

Status EngineSessions::OpenAnother(const EngineUnderTest& engine) {
  auto session = EngineSession::OpenFresh(engine, images_, run_id_, EngineUse::kShared);
  if (!session) return tl::make_unexpected(session.error());
  const std::lock_guard lock(mutex_);
  sessions_[engine.name] = std::move(*session);
  return {};
}

bool EngineSessions::Has(const std::string& engine) {
  const std::lock_guard lock(mutex_);
  return sessions_.contains(engine);
}

std::shared_ptr<EngineSession> EngineSessions::Of(const std::string& engine) {
  const std::lock_guard lock(mutex_);
  return sessions_.at(engine);
}

void EngineSessions::Recover(const std::shared_ptr<EngineSession>& lost) {
  const std::lock_guard lock(recovery_);
  const EngineUnderTest& engine = lost->engine();
  if (Of(engine.name) != lost || IsGivenUp(engine.name)) return;
  const bool replaceable = !engine.private_name.empty();
  if (!replaceable) unsettled_.insert(engine.name);
  const bool there = replaceable ? Replace(*lost) : Returns(engine.endpoint);
  if (there) return;
  const std::lock_guard map_lock(mutex_);
  given_up_.insert(engine.name);
}

void EngineSessions::MayHoldMore(const EngineSession& session) {
  if (session.engine().disposable) return;  // goes with all that it holds
  const std::lock_guard lock(recovery_);
  unsettled_.insert(session.engine().name);
}

bool EngineSessions::IsGivenUp(const std::string& engine) {
  const std::lock_guard lock(mutex_);
  return given_up_.contains(engine);
}

std::string EngineSessions::StillGone(const std::string& engine) {
  if (!IsGivenUp(engine)) return "";
  const auto answer = engine::Get(Of(engine)->engine().endpoint, "/_ping", Now() + kGlance);
  if (!answer.ok()) return fmt::format("the engine was gone: GET /_ping {}", answer.Describe());
  const std::lock_guard lock(mutex_);
  given_up_.erase(engine);
  return "";
}

bool EngineSessions::Replace(const EngineSession& lost) {
  auto fresh = EngineSession::OpenFresh(lost.engine(), images_, run_id_, EngineUse::kShared);
  if (!fresh) return false;
  const std::lock_guard lock(mutex_);
  sessions_[lost.engine().name] = std::move(*fresh);
  return true;
}

bool EngineSessions::Returns(const engine::Endpoint& endpoint) const {
  const TimePoint limit = Now() + comeback_;
  for (;;) {
    if (engine::Get(endpoint, "/_ping", limit).ok()) return true;
    if (Now() >= limit) return false;
    poll(nullptr, 0, kBetweenAttemptsMs);  // a socket that is not there yet cannot be waited for
  }
}

EngineSessions::Settled EngineSessions::Settle(When when) {
  const std::lock_guard lock(recovery_);
  Settled settled;
  for (const std::string& name : unsettled_) {
    const engine::Endpoint endpoint = Of(name)->engine().endpoint;
    const auto cleaned = CleanLeftovers(endpoint, {.dry = false, .run_id = run_id_, .keep_images = when == When::kMoreToCome});
    if (!cleaned) {
      settled.left.push_back(fmt::format("what may be left on {}: {}", name, cleaned.error().what));
      continue;
    }
    settled.removed.insert(settled.removed.end(), cleaned->removed.begin(), cleaned->removed.end());
    for (const std::string& failed : cleaned->failed) settled.left.push_back(fmt::format("{}: {}", name, failed));
  }
  return settled;
}

}  // namespace plimsoll::run
