#include "run/session.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "engine/call.h"
#include "run/clean.h"
#include "run/labels.h"

namespace plimsoll::run {
namespace {

constexpr auto kSetUpLimit = std::chrono::seconds(60);

// What podman says (under 500) to a name that no image can have; Docker gives 400.
constexpr std::string_view kNoName = "normalizing name for compat API";

TimePoint Limit() { return Now() + kSetUpLimit; }

}  // namespace

EngineSession::EngineSession(EngineUnderTest engine, std::vector<ImageTar> images, std::string run_id)
    : engine_(std::move(engine)), images_(std::move(images)), run_id_(std::move(run_id)) {}

Result<std::unique_ptr<EngineSession>> EngineSession::Open(EngineUnderTest engine, std::vector<ImageTar> images,
                                                           std::string run_id) {
  auto session = std::unique_ptr<EngineSession>(
      new EngineSession(std::move(engine), std::move(images), std::move(run_id)));
  if (!session->engine_.disposable) {
    if (auto listed = session->TakeStock(); !listed) return tl::make_unexpected(listed.error());
  }
  for (const ImageTar& image : session->images_) {
    if (auto loaded = LoadImage(session->engine_.endpoint, image, session->run_id_, Limit()); !loaded) {
      return tl::make_unexpected(loaded.error());
    }
  }
  session->events_ = std::make_unique<engine::EventStream>(session->engine_.endpoint);
  session->pulse_ = std::make_unique<engine::Pulse>(session->engine_.endpoint);
  return session;
}

Result<std::unique_ptr<EngineSession>> EngineSession::OpenFresh(const EngineUnderTest& engine,
                                                                std::vector<ImageTar> images, std::string run_id,
                                                                EngineUse use,
                                                                const engine::PrivateEngineOptions& options) {
  auto instance = engine::PrivateEngine::Start(engine::EngineTool(), engine.private_name, options);
  if (!instance) return tl::make_unexpected(instance.error());
  EngineUnderTest fresh = engine;
  fresh.endpoint = (*instance)->endpoint();
  fresh.instance = (*instance)->instance();
  auto session = Open(std::move(fresh), std::move(images), std::move(run_id));
  if (!session) return session;
  (*session)->instance_ = std::move(*instance);
  (*session)->use_ = use;
  return session;
}

EngineSession::~EngineSession() {
  pulse_.reset();
  events_.reset();
  if (engine_.disposable) return;  // goes as a whole
  for (const ImageTar& image : images_) {
    if (auto removed = RemoveImage(engine_.endpoint, image, Limit()); !removed) {
      fmt::print(stderr, "plimsoll: {}\n", removed.error().what);
    }
  }
}

size_t EngineSession::LossesNow() const {
  const size_t losses = events_->losses();
  return events_->subscribed() ? losses : std::numeric_limits<size_t>::max();
}

std::string EngineSession::Absence(TimePoint since, size_t losses_before, bool ask) {
  if (ask) {
    const auto answer = engine::Get(engine_.endpoint, "/_ping", Now() + kPatience);
    if (answer.outcome != http::Outcome::kAnswered) {
      return fmt::format("the engine was gone: GET /_ping {}", answer.Describe());
    }
  }
  if (events_->losses() != losses_before || !events_->subscribed()) {
    return "the engine was gone for a time: it ended its stream of events, as one does that stops or is restarted";
  }
  const Duration silence = pulse_->LongestSilence(since);
  if (silence == Duration::zero()) return "";
  return fmt::format("the engine was frozen or starved: it answered no HEAD /_ping for {:.1f} s",
                     std::chrono::duration<double>(silence).count());
}

std::string EngineSession::Lacks(const std::vector<scenario::Need>& needs) {
  for (const scenario::Need& need : needs) {
    std::string why = Lacks(need);
    if (why.empty()) continue;
    return need.reason.empty() ? why : fmt::format("{} ({})", need.reason, why);
  }
  return "";
}

std::string EngineSession::Lacks(const scenario::Need& need) {
  using Kind = scenario::Need::Kind;
  switch (need.kind) {
    case Kind::kApi:
      if (need.api->Has(engine_.identity.api)) return "";
      return fmt::format("needs API {}, the engine speaks {}", need.api->Describe(), engine_.identity.api);
    case Kind::kProduct:
      if (engine_.identity.product == need.text) return "";
      return fmt::format("is about {}, this is {}", need.text, engine_.identity.product);
    case Kind::kDisposable:
      if (engine_.disposable && !engine_.private_name.empty()) return "";
      return "acts on a whole engine, and this one was not started by plimsoll";
    case Kind::kRegistry: return LacksRegistry();
    case Kind::kAnswer: {
      const std::lock_guard lock(mutex_);
      const auto [it, is_new] = answered_.try_emplace(need.method + " " + need.path, 0);
      if (is_new) it->second = engine::Call(engine_.endpoint, {need.method, need.path, {}, ""}, Limit()).status();
      if (it->second == need.status) return "";
      return fmt::format("{} gives {}, not {}", it->first, it->second, need.status);
    }
  }
  return "";
}

// Started by the first case that needs it, and gone with the engine. Its addresses are the same in every engine.
std::string EngineSession::LacksRegistry() {
  if (engine_.instance.empty()) return "needs the registry that engines have which plimsoll started";
  std::call_once(registry_asked_, [&] {
    const auto started = engine::PrivateEngine::EnsureRegistry(engine::EngineTool(), engine_.instance);
    if (!started) registry_lacks_ = started.error().what;
  });
  return registry_lacks_;
}

Result<bool> EngineSession::MayTouch(const Resource& resource, TimePoint deadline) const {
  const std::string target = InspectTarget(resource);
  const TimePoint patience = std::min<TimePoint>(deadline, Now() + kPatience);
  auto answer = engine::Get(engine_.endpoint, target, deadline);
  while ((answer.status() == 0 || answer.status() >= 500) && Now() < patience) {
    if (answer.body.find(kNoName) != std::string::npos) return true;
    poll(nullptr, 0, kBetweenAttemptsMs);
    answer = engine::Get(engine_.endpoint, target, deadline);
  }
  if (answer.status() == 0 || answer.status() >= 500) return Fail(fmt::format("GET {}: {}", target, answer.Describe()));
  if (answer.status() == 404 || answer.status() == 400) return true;
  const std::string mark = fmt::format("\"{}\"", kRunLabel);
  return answer.body.find(mark) != std::string::npos;
}

Status EngineSession::TakeStock() {
  // Both must be had: what is not on the list would be taken for the run's own.
  const auto list = [&](const std::string& target, const char* member) -> Result<Json> {
    const auto answer = LookAt(engine_.endpoint, target, Limit(), Now() + kBusyLimit);
    const auto whole = TryParseJson(answer.body);
    const Json* items = !whole ? nullptr : *member ? Find(*whole, member) : &*whole;
    if (answer.ok() && items && items->is_array()) return *items;
    if (answer.ok() && items && items->is_null()) return Json::array();  // Go's empty list
    return Fail(fmt::format("cannot see what is on {}, to leave it alone: GET {}: {}", engine_.endpoint.Text(), target,
                            answer.ok() ? "there is no list in the answer" : answer.Describe()));
  };
  const auto images = list("/images/json?all=1", ""), volumes = list("/volumes", "Volumes");
  for (const auto* listed : {&images, &volumes}) {
    if (!*listed) return tl::make_unexpected(listed->error());
  }
  // A run that is resumed may have left something.
  for (const Json& image : *images) {
    if (!IsOfRun(image, run_id_)) images_before_.emplace(BareId(GetString(image, "Id")));
  }
  for (const Json& volume : *volumes) {
    if (!IsOfRun(volume, run_id_)) volumes_before_.insert(GetString(volume, "Name"));
  }
  return {};
}

bool EngineSession::WasThere(const Resource& resource) const {
  if (resource.kind == Creates::kVolume) return volumes_before_.contains(resource.id);
  if (resource.kind != Creates::kImage || !IsImageId(resource.id)) return false;
  const auto found = images_before_.lower_bound(std::string(BareId(resource.id)));
  return found != images_before_.end() && found->starts_with(BareId(resource.id));
}

}  // namespace plimsoll::run
