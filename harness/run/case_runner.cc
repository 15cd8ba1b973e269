#include "run/case_runner.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "engine/call.h"
#include "journal/scope.h"
#include "run/clean.h"

namespace plimsoll::run {
namespace {

constexpr auto kFenceLimit = std::chrono::seconds(5);
constexpr auto kBetweenAsking = std::chrono::milliseconds(50);

// Eight hex digits that tell the cases of a run apart; stable, so that a resumed run uses the same names.
std::string TokenOf(const std::string& case_id) {
  journal::Bytes hash;
  hash.Append(case_id);
  return fmt::format("{:08x}", static_cast<uint32_t>(hash.fnv1a ^ hash.fnv1a >> 32));
}

TimePoint HalfWayTo(TimePoint end) { return Now() + std::max(Duration::zero(), end - Now()) / 2; }

journal::CaseRecord Blank(const plan::Case& plan_case, const std::string& run_id, const std::string& token) {
  journal::CaseRecord record;
  record.id = plan_case.id;
  record.scenario = plan_case.scenario->id;
  record.engine = plan_case.engine;
  record.repetition = plan_case.repetition;
  record.parameters = plan_case.parameters;
  record.container_name = fmt::format("{}{}-{}", kNamePrefix, run_id, token);
  record.wants_events = plan_case.scenario->wants_events;
  return record;
}

}  // namespace

CaseRunner::CaseRunner(const plan::Case& plan_case, EngineSession& session, const journal::RunRecord& run,
                       const engine::Bell* cancel, const CaseRunner* given)
    : case_(plan_case),
      given_(given),
      session_(session),
      record_(Blank(plan_case, run.run_id, TokenOf(plan_case.id))),
      token_(TokenOf(plan_case.id)),
      loop_(cancel),
      listening_(&session.events()),
      ledger_(record_.container_name),
      losses_before_(session_.LossesNow()) {
  journal::EngineRecord engine{session.engine().name, session.engine().endpoint.Text(), session.engine().disposable,
                               session.engine().identity.ToJson()};
  if (given) {
    record_.container_name = given->record_.container_name;
    record_.outcome = given->record_.outcome;
    record_.reason = given->record_.reason;
    record_.exchanges = given->record_.exchanges;
    record_.readings = given->record_.readings;
    record_.marks = given->record_.marks;
    cancelled_ = given->cancelled_;
    engine_was_gone_ = given->engine_was_gone_;
    losses_before_ = given->losses_before_;
  }
  scope_ = journal::ScopeOf(record_, journal::FixedScope(run, engine, record_));
  loop_.Listen(&bell_);
}

void CaseRunner::Begin() {
  begun_ = Now();
  record_.started = Nanos(begun_);
  deadline_ = begun_ + case_.scenario->deadline;
}

journal::CaseRecord CaseRunner::Run() {
  Begin();
  if (std::string lacks = session_.Lacks(case_.scenario->needs); !lacks.empty()) {
    record_.outcome = journal::CaseOutcome::kUnsupported;
    record_.reason = std::move(lacks);
    record_.ended = Nanos(Now());
    return std::move(record_);
  }
  RunSteps(case_.scenario->steps);
  if (!cancelled_) CollectEvents();
  End();
  CleanUp();
  if (given_) record_.clean_up.insert(record_.clean_up.end(), given_->record_.clean_up.begin(), given_->record_.clean_up.end());
  record_.ended = Nanos(Now());
  return std::move(record_);
}

void CaseRunner::RunGiven() {
  Begin();
  RunSteps(case_.scenario->given);
  End();
  idle_.reset();
  // What the reader of a case is to remove who repeats it; each record has it.
  const std::vector<Resource> open = ledger_.open();
  for (auto resource = open.rbegin(); resource != open.rend(); ++resource) {
    if (resource->in_passing) continue;
    journal::Exchange& removal = record_.clean_up.emplace_back();
    removal.step = "clean-up";
    removal.method = "DELETE";
    removal.target = RemovalTarget(*resource);
  }
}

const std::vector<std::string>& CaseRunner::RemoveGiven() {
  CleanUp();
  // What cases with this given may have made and lost; they left it alone, since its name is everybody's.
  const size_t known = ledger_.open().size();
  FindImagesByName();
  if (!session_.engine().disposable) FindVolumesByName();
  const std::vector<Resource> open = ledger_.open();
  for (size_t i = open.size(); i > known; --i) Remove(open[i - 1]);
  return record_.leftovers;
}

bool CaseRunner::EngineStayed() const { return session_.Absence(begun_, losses_before_, false).empty(); }

void CaseRunner::End() {
  if (timed_out_ && record_.outcome == journal::CaseOutcome::kCompleted) {
    record_.outcome = journal::CaseOutcome::kTimedOut;
    record_.reason = "the case took longer than its deadline";
  }
  Settle();
  CheckThatTheEngineWasThere();
}

// What a dead, frozen or restarted engine does to a case is no behaviour of its API. An engine that the case
// has to itself is another matter: its end may be what the case is about.
void CaseRunner::CheckThatTheEngineWasThere() {
  if (cancelled_ || session_.use() == EngineUse::kOneCase) return;
  const bool unanswered = std::ranges::any_of(record_.exchanges, [](const journal::Exchange& exchange) {
    return exchange.outcome != http::Outcome::kAnswered && exchange.outcome != http::Outcome::kOpen;
  });
  std::string absence = session_.Absence(given_ ? given_->begun_ : begun_, losses_before_, unanswered || timed_out_);
  if (absence.empty()) return;
  engine_was_gone_ = true;
  BlameHarness(std::move(absence));
}

void CaseRunner::BlameHarness(std::string reason) {
  record_.outcome = journal::CaseOutcome::kHarnessError;
  record_.reason = std::move(reason);
}

void CaseRunner::RunSteps(const std::vector<scenario::Step>& steps) {
  for (const scenario::Step& step : steps) {
    if (Over()) return;
    if (step.when && !step.when->Matches(record_.parameters)) continue;
    RunStep(step);
  }
}

void CaseRunner::RunStep(const scenario::Step& step) {
  std::visit([&](const auto& action) { Do(step, action); }, step.action);
}

engine::Loop::Woke CaseRunner::Wait(const std::function<bool()>& condition, TimePoint deadline) {
  const auto woke = loop_.Wait(condition, std::min(deadline, deadline_));
  if (woke == engine::Loop::Woke::kCancelled) cancelled_ = true;
  if (woke == engine::Loop::Woke::kDeadline && Now() >= deadline_) timed_out_ = true;
  return woke;
}

// Everything still open ends here: streams that the case left open, background calls without an answer.
void CaseRunner::Settle() {
  for (const Live& live : exchanges_) {
    engine::Conversation* conversation = live->conversation();
    if (conversation) loop_.Remove(conversation);  // the loop may not know yet that it is done, and lives on for the clean-up
    if (conversation && !live->done()) {
      const bool waiting = !live->is_stream() || !live->has_head();
      conversation->Stop(waiting ? http::Outcome::kTimedOut : http::Outcome::kOpen,
                         waiting ? "no complete answer when the case ended" : "");
    }
    ledger_.Note(live->Record());
    record_.exchanges.push_back(live->Record());
  }
  exchanges_.clear();
}

bool CaseRunner::IsOwnEvent(const Json& event) const {
  const Json* actor = Find(event, "Actor");
  if (!actor) return false;
  if (ledger_.ids().contains(GetString(*actor, "ID"))) return true;
  const Json* attributes = Find(*actor, "Attributes");
  if (!attributes) return false;
  return GetString(*attributes, kCaseLabel) == token_ || GetString(*attributes, "name") == record_.container_name ||
         ledger_.ids().contains(GetString(*attributes, "container"));
}

std::vector<journal::Event> CaseRunner::OwnEvents() const {
  std::vector<journal::Event> own;
  for (engine::ReceivedEvent& event : listening_.Matching([&](const Json& e) { return IsOwnEvent(e); })) {
    own.push_back({event.received, std::move(event.body), event.again});
  }
  return own;
}

// An engine tells its events in order; so when one that we cause at the end has come, all before it have.
void CaseRunner::CollectEvents() {
  if (!record_.wants_events) return;
  if (engine_is_away_) {
    record_.events_complete = false;
    record_.events = OwnEvents();
    return;
  }
  // A volume that is there already, left by a run that was killed and is resumed, would be created without an event.
  const std::string fence = fmt::format("{}-fence-{:x}", record_.container_name, Nanos(Now()));
  ledger_.Add({Creates::kVolume, fence, true});
  Json body = {{"Name", fence}};
  AddLabels(body, session_.run_id(), "fence");
  const auto& endpoint = session_.engine().endpoint;
  const auto limit = Now() + kFenceLimit;
  const auto made = engine::Call(
      endpoint, {"POST", "/volumes/create", {{"Content-Type", "application/json"}}, CompactJson(body)}, limit);
  const auto is_fence = [&](const Json& event) {
    const Json* actor = Find(event, "Actor");
    if (!actor) return false;
    const Json* attributes = Find(*actor, "Attributes");  // podman 4.3 tells a volume's name there, and no ID
    return GetString(*actor, "ID") == fence || (attributes && GetString(*attributes, "name") == fence);
  };
  engine::EventStream::Watch watch(listening_, is_fence, &bell_);
  const auto woke = loop_.Wait([&] { return watch.Count() > 0; }, made.ok() ? limit : Now());
  if (woke == engine::Loop::Woke::kCancelled) cancelled_ = true;
  record_.events_complete = woke == engine::Loop::Woke::kCondition;
  record_.events = OwnEvents();
  const bool matters = !cancelled_ && !timed_out_ && record_.outcome == journal::CaseOutcome::kCompleted;
  if (matters && !listening_.complete()) {
    BlameHarness("the engine told more events while the case ran than are kept");
  } else if (matters && !record_.events_complete && session_.use() != EngineUse::kOneCase) {
    BlameHarness(made.ok() ? "the end of its events was not seen: the mark that the case set there did not come back in time"
                           : fmt::format("the end of its events was not seen: the volume that marks it could not be created: {}",
                                       Printable(Abridged(made.Describe(), 300))));
  }
  const bool perhaps_made = made.status() == 0 && !session_.engine().disposable;
  if (made.ok() || perhaps_made) engine::Call(endpoint, {"DELETE", "/volumes/" + fence, {}, ""}, Now() + kFenceLimit);
}

void CaseRunner::CleanUp() {
  if (engine_is_away_) return;  // all that the case made goes with the engine, which is its own
  loop_.IgnoreCancel();
  deadline_ = Now() + (engine_was_gone_ ? std::min<Duration>(EngineSession::kPatience, clean_up_limit_) : clean_up_limit_);
  // An engine of the case's own goes with all that it holds.
  if (ledger_.has_lost_creation() && session_.use() != EngineUse::kOneCase) FindLostByLabel();
  const std::vector<Resource> open = ledger_.open();
  for (const bool in_passing : {false, true}) {  // what was asked for first: mostly it takes the rest along
    for (auto resource = open.rbegin(); resource != open.rend(); ++resource) {
      if (resource->in_passing == in_passing) Remove(*resource);
    }
  }
}

void CaseRunner::FindLostByLabel() {
  const std::string run_id = session_.run_id();
  const std::string filter =
      http::PercentEncode(fmt::format(R"({{"label":["{}={}","{}={}"]}})", kRunLabel, run_id, kCaseLabel, token_));
  const auto add = [&](Creates kind, const std::string& listing, const char* key) {
    const auto answer = AskPatiently(listing + filter);
    const Json json = answer.json();
    const Json* list = kind == Creates::kVolume ? Find(json, "Volumes") : &json;
    TellUnlessListed(kind, answer);
    if (!list || !list->is_array()) return;
    for (const Json& item : *list) {
      const Json* labels = Find(item, "Labels");
      const bool ours = labels && GetString(*labels, kRunLabel) == run_id && GetString(*labels, kCaseLabel) == token_;
      if (std::string id = GetString(item, key); ours && !id.empty()) ledger_.Add({kind, std::move(id)});
    }
  };
  // Containers last, as what uses the others: the ledger is cleaned up backwards.
  if (!given_) FindImagesByName();
  add(Creates::kImage, "/images/json?filters=", "Id");  // of a commit: it has the container's labels
  add(Creates::kVolume, "/volumes?filters=", "Name");
  add(Creates::kNetwork, "/networks?filters=", "Id");
  add(Creates::kContainer, "/containers/json?all=1&filters=", "Id");
}

// What the case may have made there stays, as far as is known.
void CaseRunner::TellUnlessListed(Creates kind, const engine::Answer& answer) {
  if (answer.ok()) return;
  record_.leftovers.push_back(fmt::format("{}s: what a request made that failed, had no answer or told nothing of it cannot be looked for: {}",
                                          KindName(kind), Printable(Abridged(answer.Describe(), 300))));
}

engine::Answer CaseRunner::AskPatiently(const std::string& target) {
  const TimePoint limit = HalfWayTo(deadline_);
  return LookAt(session_.engine().endpoint, target, limit, std::min<TimePoint>(limit, Now() + kBusyLimit));
}

// What was built, imported or tagged has no label of ours, but the case's name in its own.
void CaseRunner::FindImagesByName() {
  const auto answer = AskPatiently("/images/json");
  TellUnlessListed(Creates::kImage, answer);
  const Json images = answer.json();
  if (!images.is_array()) return;
  for (const Json& image : images) {
    const Json* tags = Find(image, "RepoTags");
    if (!tags || !tags->is_array()) continue;
    for (const Json& tag : *tags) {
      const std::string name = tag.is_string() ? tag.get<std::string>() : "";
      if (name.find(record_.container_name) != std::string::npos) ledger_.Add({Creates::kImage, name});
    }
  }
}

// An engine makes a volume that a container is to have, and gives it no label.
void CaseRunner::FindVolumesByName() {
  const auto answer = AskPatiently("/volumes");
  TellUnlessListed(Creates::kVolume, answer);
  const Json listed = answer.json();
  const Json* volumes = Find(listed, "Volumes");
  if (!volumes || !volumes->is_array()) return;
  for (const Json& volume : *volumes) {
    const std::string name = GetString(volume, "Name");
    if (name.find(record_.container_name) != std::string::npos) ledger_.Add({Creates::kVolume, name, true});
  }
}

// An image that is known by its id alone may be one that was there before: a build without instructions gives the
// image that it began with, to load one again gives the same. As long as it has a name without the case's it is not ours to remove.
bool CaseRunner::IsAnothersImage(const Resource& resource) {
  if (resource.kind != Creates::kImage || !IsImageId(resource.id)) return false;
  if (session_.WasThere(resource)) return true;
  const auto answer = AskPatiently(InspectTarget(resource));
  if (answer.status() == 404) return true;
  if (answer.status() != 200) {
    record_.leftovers.push_back(fmt::format("image {}: cannot be looked at: {}", Abridged(resource.id, 100), Printable(Abridged(answer.Describe(), 300))));
    return true;
  }
  const Json image = answer.json();
  const Json* tags = Find(image, "RepoTags");
  if (!tags || !tags->is_array()) return !tags;
  const auto is_ours = [&](const Json& tag) { return tag.is_string() && tag.get<std::string>().find(record_.container_name) != std::string::npos; };
  return !std::ranges::all_of(*tags, is_ours);
}

void CaseRunner::Remove(const Resource& resource) {
  if (resource.in_passing && session_.engine().disposable) return;
  if (resource.in_passing && session_.WasThere(resource)) return;
  // Somebody may have made it just before the case did, which for a volume succeeds too.
  const bool has_cases_name = resource.id.find(record_.container_name) != std::string::npos && !session_.WasThere(resource);
  const bool perhaps_anothers = resource.kind == Creates::kVolume && !IsMadeUpName(resource.id) && !has_cases_name;
  if (perhaps_anothers && !resource.in_passing && !session_.engine().disposable) {
    const auto may = session_.MayTouch(resource, HalfWayTo(deadline_));
    if (!may || !*may) {
      record_.leftovers.push_back(fmt::format("{} {}: left alone, {}", KindName(resource.kind), Abridged(resource.id, 100),
                                              may ? "it was not made by this run" : Printable(Abridged(may.error().what, 300))));
      return;
    }
  }
  if (IsAnothersImage(resource)) return;
  const TimePoint limit = HalfWayTo(deadline_);  // those after it are to have their turn too
  if (resource.in_passing && resource.kind == Creates::kImage) {
    TryToRemove(resource, limit);  // who else needs it removes it in the end
    return;
  }
  // Podman 5 lets what is removed by force have its StopTimeout, ten seconds mostly. What the answer is does not matter.
  const engine::Endpoint& endpoint = session_.engine().endpoint;
  if (resource.kind == Creates::kContainer && session_.engine().identity.product == "podman") {
    engine::Call(endpoint, {"POST", "/containers/" + http::PercentEncode(resource.id) + "/kill", {}, ""}, HalfWayTo(limit));
  }
  const TimePoint patience = std::min<TimePoint>(limit, Now() + kBusyLimit);
  for (;;) {
    const journal::Exchange done = TryToRemove(resource, limit);
    const int status = done.head ? done.head->status : 0;
    const bool gone = status == 404 || (status >= 200 && status < 300);
    // One of ours that says nothing goes with all that it holds; another may be gone for a moment.
    const bool busy = status == 409 || status >= 500 || (status == 0 && !session_.engine().disposable);
    if (!gone && busy && Now() < patience) {
      loop_.Wait([] { return false; }, std::min(Now() + kBetweenAsking, patience));
      continue;
    }
    if (!gone) {
      record_.leftovers.push_back(fmt::format(
          "{} {}: {}", KindName(resource.kind), Abridged(resource.id, 100),
          status ? fmt::format("{} {}", status, Abridged(done.response_body.kept, 300)) : Printable(done.error)));
    }
    if (!resource.in_passing) record_.clean_up.push_back(done);
    return;
  }
}

journal::Exchange CaseRunner::TryToRemove(const Resource& resource, TimePoint limit) {
  http::Request request{"DELETE", RemovalTarget(resource), {}, ""};
  journal::Exchange record;
  record.step = "clean-up";
  record.method = request.method;
  record.target = request.target;
  auto live = std::make_shared<LiveExchange>(std::move(record), request);
  Connect(live, limit, true);
  Await(live, limit);
  return live->Record();
}

}  // namespace plimsoll::run
