// What each kind of step does. See case_runner.h.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/duration.h"
#include "base/text.h"
#include "journal/scope.h"
#include "run/case_runner.h"
#include "run/clean.h"
#include "run/payload.h"

namespace plimsoll::run {
namespace {

// An engine may close a kept-alive connection just when the next request is under way on it: that says nothing
// of the request, which a client may repeat if it changes nothing (RFC 9112, 9.3.1).
bool WasLostWithAnIdleConnection(const journal::Exchange& exchange) {
  const bool reused = exchange.times.connected == 0;
  return reused && exchange.outcome == http::Outcome::kClosed && !exchange.head && exchange.times.first_byte == 0 &&
         (exchange.method == "GET" || exchange.method == "HEAD");
}

// Requests that act on the whole engine, whatever they name.
bool IsDaemonWide(std::string_view path) {
  return path.ends_with("/prune") || path.starts_with("/swarm") || path.starts_with("/plugins") ||
         path.starts_with("/services") || path.starts_with("/nodes") || path.starts_with("/secrets") ||
         path.starts_with("/configs");
}

// "/images/remove" and the like: podman's, for several at once, and no image of that name.
constexpr std::string_view kVerbsForAll[] = {"create", "import", "load", "pull", "prune", "remove", "scp", "stats"};

// What the harness asks for itself, in the middle of a case.
constexpr auto kAsideLimit = std::chrono::seconds(5);

// The command of fixtures/engines/engine for it.
std::vector<std::string> CommandFor(std::string_view act) {
  if (act == "kill") return {"end", "KILL"};
  if (act == "terminate") return {"end", "TERM"};
  if (act == "freeze") return {"signal", "STOP"};
  if (act == "thaw") return {"signal", "CONT"};
  return {std::string(act)};  // start, restart
}

http::Opcode OpcodeOf(const scenario::SendStep& send, http::Opcode otherwise) {
  for (const auto opcode : {http::Opcode::kText, http::Opcode::kBinary, http::Opcode::kClose, http::Opcode::kPing,
                            http::Opcode::kPong}) {
    if (Name(opcode) == send.opcode) return opcode;
  }
  return otherwise;
}

// An engine that is asked twenty times a second for ten seconds has less time for what is waited for.
Duration PauseAfter(Duration waited) {
  constexpr Duration kShortest = std::chrono::milliseconds(50), kLongest = std::chrono::milliseconds(500);
  return std::clamp(Duration(waited / 4), kShortest, kLongest);
}

}  // namespace

void CaseRunner::Skip(const scenario::Step& step, std::string why) {
  const int64_t now = Nanos(Now());
  record_.marks.push_back({"", step.where, "skipped: " + std::move(why), false, now, now});
}

CaseRunner::Live CaseRunner::FindLive(const std::string& name) const {
  const auto found = std::find_if(exchanges_.rbegin(), exchanges_.rend(),
                                  [&](const Live& live) { return live->name() == name; });
  return found == exchanges_.rend() ? nullptr : *found;
}

// Where the engine does not say whose it is, it is not ours.
bool CaseRunner::IsOurs(const Resource& resource) {
  if (!session_.WasThere(resource)) {
    const std::string prefix = fmt::format("{}{}-", kNamePrefix, session_.run_id());
    const size_t at = resource.id.find(prefix);  // a name of this run: an image's may have a registry before it
    if (ledger_.Owns(resource) || at == 0 || (at != std::string::npos && resource.kind == Creates::kImage)) return true;
  }
  const auto may = session_.MayTouch(resource, deadline_);
  if (!may) BlameHarness(fmt::format("whose {} {} is cannot be asked: {}", KindName(resource.kind), Abridged(resource.id, 100), may.error().what));
  return may.value_or(false);
}

// To make an image moves a name that is taken already to the new one, and commit pauses its container.
bool CaseRunner::MakesOnlyNewImages(const http::Request& request) {
  const std::string_view path = PathOf(request.target);
  const std::string pull = path == "/build" ? QueryValue(request.target, "pull") : "";
  const bool pulls = !pull.empty() && pull != "0" && pull != "false";
  // The archive, the registry, or the Dockerfile says which names.
  if (path == "/images/load" || PullsWholeRepository(request.target) || pulls) return false;
  const std::string source = path == "/commit" ? QueryValue(request.target, "container") : "";
  if (!source.empty() && !IsOurs({Creates::kContainer, source})) return false;
  std::vector<std::string> names = ImageReferences(request.target);
  // Podman 4.3 heeds no `tag` at an import.
  if (const std::string repository = QueryValue(request.target, "repo"); path == "/images/create" && !repository.empty()) names.push_back(repository);
  return std::ranges::all_of(names, [&](const std::string& name) { return IsOurs({Creates::kImage, name}); });
}

// To create a volume that is there already succeeds, and gives what somebody keeps in it; some podmans do so with networks.
bool CaseRunner::MakesNewName(const http::Request& request, Creates kind) {
  const Json body = TryParseJson(request.body).value_or(Json());
  if (!body.is_object()) return true;
  return std::ranges::all_of(body.items(), [&](const auto& item) {  // engines do not mind the case of a name
    return ToLower(item.key()) != "name" || !item.value().is_string() || item.value() == "" ||
           IsOurs({kind, item.value().template get<std::string>()});
  });
}

bool CaseRunner::ChangesOnlyOurOwn(const http::Request& request) {
  std::string_view path = PathOf(request.target);
  // Podman's own API names the same things one folder lower. What it creates has no label of ours.
  const bool libpod = path.starts_with("/libpod/");
  if (libpod) path.remove_prefix(std::string_view("/libpod").size());
  const Creates creates = CreatedBy(request.method, path);
  if (libpod && creates != Creates::kNothing) return false;
  if (creates == Creates::kImage) return MakesOnlyNewImages(request);
  if (creates == Creates::kNetwork || creates == Creates::kVolume) return MakesNewName(request, creates);
  if (creates != Creates::kNothing) return true;
  if (IsDaemonWide(path)) return false;
  const auto parts = Split(path, '/');
  if (parts.size() < 3 || parts[1] == "exec") return !libpod || parts[1] == "exec";
  const auto about = ResourceOf(path);
  if (!about) return false;  // whose it is cannot be asked
  const bool is_verb = parts.size() == 3 && std::ranges::find(kVerbsForAll, parts[2]) != std::end(kVerbsForAll);
  return is_verb ? ledger_.Owns(*about) : IsOurs(*about);
}

// On an engine that is not ours to harm only what the case has made itself is changed.
bool CaseRunner::MayBeSent(const http::Request& request) {
  if (session_.engine().disposable || request.method == "GET" || request.method == "HEAD") return true;
  if (ChangesOnlyOurOwn(request)) return true;
  if (record_.outcome == journal::CaseOutcome::kHarnessError) return false;
  record_.outcome = journal::CaseOutcome::kUnsupported;
  record_.reason = fmt::format("{} {} would change what this run did not create: only against an engine that plimsoll "
                               "started itself", request.method, PathOf(request.target));
  return false;
}

// With a container that is removed without `v` goes the last word about its volumes that have no name.
void CaseRunner::LookAtMountsBefore(const http::Request& request) {
  if (session_.engine().disposable || request.method != "DELETE") return;
  std::string_view path = PathOf(request.target);
  const std::string with_volumes = QueryValue(request.target, "v");
  if (path.starts_with("/libpod/")) {  // which does not know `v`
    path.remove_prefix(std::string_view("/libpod").size());
  } else if (with_volumes == "1" || with_volumes == "true") {
    return;
  }
  const auto about = ResourceOf(path);
  if (!about || about->kind != Creates::kContainer || !ledger_.Owns(*about)) return;
  const TimePoint limit = After(kAsideLimit);
  const auto answer = LookAt(session_.engine().endpoint, InspectTarget(*about), limit, limit);
  ledger_.NoteMounts(answer.json());
  if (answer.ok() || answer.status() == 404) return;
  record_.leftovers.push_back(fmt::format("the volumes of container {}: cannot be looked at: {}", Abridged(about->id, 100),
                                          Printable(Abridged(answer.Describe(), 300))));
}

CaseRunner::Live CaseRunner::Prepare(const scenario::Step& step, const scenario::RequestSpec& spec, bool stream,
                                     const std::optional<std::string>& upgrade) {
  const RequestContext context{scope_, session_.engine().identity.api, session_.run_id(), token_, case_.scenario->file};
  auto request = MakeRequest(spec, upgrade, context);
  if (!request) {
    Skip(step, request.error().what);
    return nullptr;
  }
  if (!MayBeSent(*request)) return nullptr;
  LookAtMountsBefore(*request);
  journal::Exchange record;
  record.name = step.name;
  record.step = step.where;
  record.stream = stream;
  record.method = request->method;
  record.target = request->target;
  record.request_headers = request->headers;
  auto live = std::make_shared<LiveExchange>(std::move(record), *request);
  exchanges_.push_back(live);
  return live;
}

void CaseRunner::Connect(const Live& live, TimePoint deadline, bool may_reuse) {
  if (may_reuse && idle_ && idle_->StillGood()) {
    live->Begin(std::move(idle_), 0);
  } else {
    if (may_reuse) idle_.reset();
    auto connection = engine::Connection::Open(session_.engine().endpoint, deadline);
    if (!connection) return live->FailToConnect(connection.error());
    live->Begin(std::move(*connection), Nanos(Now()));
  }
  loop_.Add(live->conversation());
  live->conversation()->Pump();
}

void CaseRunner::Await(const Live& live, TimePoint deadline) {
  const bool stream = live->is_stream();
  const auto woke = Wait([&] { return live->done() || (stream && live->has_head()); }, deadline);
  engine::Conversation* conversation = live->conversation();
  if (woke != engine::Loop::Woke::kCondition && conversation) {
    conversation->Stop(cancelled_ ? http::Outcome::kCancelled : http::Outcome::kTimedOut,
                       cancelled_ ? "the run was interrupted" : "no answer within its deadline");
  }
  Finished(live);
}

void CaseRunner::Finished(const Live& live) {
  const journal::Exchange& record = live->Record();
  if (!record.name.empty()) Update(record.name, journal::ViewOf(record));
  if (!live->done()) return;
  ledger_.Note(record);
  if (engine::Conversation* conversation = live->conversation()) {
    loop_.Remove(conversation);
    if (auto connection = conversation->TakeConnection(); connection && !idle_) idle_ = std::move(connection);
  }
}

void CaseRunner::Do(const scenario::Step& step, const scenario::CallStep& call) {
  if (call.until) return Poll(step, call);
  const Live live = Prepare(step, call.request, false, std::nullopt);
  if (!live) return;
  const TimePoint deadline = After(call.within);
  Connect(live, deadline, !call.background);
  if (call.background) return;
  Await(live, deadline);
  if (!WasLostWithAnIdleConnection(live->Record())) return;
  exchanges_.pop_back();
  const journal::Times& lost = live->Record().times;
  record_.marks.push_back({"", step.where, std::string(journal::kAskedAgain) + "a kept connection closed under the request",
                           true, lost.started, lost.ended});
  const Live again = Prepare(step, call.request, false, std::nullopt);
  if (!again) return;
  Connect(again, deadline, false);
  Await(again, deadline);
}

// The attempts before the last are not kept: what is recorded is how long it took and what came in the end.
// The last attempt begins when the polling ends, not a pause earlier, so that its answer is of the end; it may finish: cutting
// it off would say nothing of the engine.
void CaseRunner::Poll(const scenario::Step& step, const scenario::CallStep& call) {
  constexpr auto kAttempt = std::chrono::seconds(60);
  const TimePoint deadline = After(call.within);
  const TimePoint begun = Now();
  const int64_t started = Nanos(begun);
  for (;;) {
    const bool last = Now() >= deadline;
    const Live live = Prepare(step, call.request, false, std::nullopt);
    if (!live) return;
    live->SetStarted(started);
    const TimePoint attempt_deadline = After(kAttempt);
    Connect(live, attempt_deadline, true);
    Await(live, attempt_deadline);
    const bool holds = call.until->predicate.Holds(call.until->value.Resolve(scope_));
    if (holds || last || Over()) return;
    Wait([] { return false; }, std::min(Now() + call.until->every.value_or(PauseAfter(Now() - begun)), deadline));
    if (Over()) return;
    exchanges_.pop_back();
  }
}

void CaseRunner::Do(const scenario::Step& step, const scenario::OpenStep& open) {
  std::optional<std::string> upgrade;
  if (open.upgrade) {
    auto value = open.upgrade->Evaluate(scope_);
    if (value && *value && (*value)->is_string() && **value != "none") upgrade = (*value)->get<std::string>();
  }
  const Live live = Prepare(step, open.request, true, upgrade);
  if (!live) return;
  const TimePoint deadline = After(open.within);
  Connect(live, deadline, false);
  if (!open.background) Await(live, deadline);
}

void CaseRunner::Do(const scenario::Step& step, const scenario::SendStep& send) {
  const Live live = FindLive(send.stream);
  if (!live || !live->conversation()) return Skip(step, fmt::format("the stream {} is not open", send.stream));
  const auto* bytes = std::get_if<std::string>(&send.data);
  const http::Opcode opcode = OpcodeOf(send, bytes ? http::Opcode::kBinary : http::Opcode::kText);
  if (bytes) return live->Send(*bytes, opcode);
  auto text = std::get<expect::Template>(send.data).EvaluateText(scope_);
  if (!text) return Skip(step, text.error().what);
  live->Send(std::move(*text), opcode);
}

void CaseRunner::Do(const scenario::Step& step, const scenario::HalfCloseStep& half_close) {
  const Live live = FindLive(half_close.stream);
  if (!live || !live->conversation()) return Skip(step, fmt::format("the stream {} is not open", half_close.stream));
  live->HalfClose();
}

void CaseRunner::Do(const scenario::Step& step, const scenario::ReadStep& read) {
  const Live live = FindLive(read.stream);
  if (!live) return Skip(step, fmt::format("the stream {} is not open", read.stream));
  std::string wanted;
  if (const auto* until = std::get_if<scenario::ReadStep::UntilText>(&read.until)) {
    auto text = until->text.EvaluateText(scope_);
    if (!text) return Skip(step, text.error().what);
    wanted = std::move(*text);
  }
  const auto* until_bytes = std::get_if<scenario::ReadStep::UntilBytes>(&read.until);
  // Asked for anew each time: which text it is changes with the first byte of stderr.
  const auto all = [&]() -> const std::string& { return live->text().all(); };
  const size_t from = live->read_offset;
  // Where the wanted part ends, or npos as long as it has not come.
  const auto found_end = [&]() -> size_t {
    if (until_bytes) return all().size() >= from + until_bytes->count ? from + until_bytes->count : std::string::npos;
    if (wanted.empty()) return std::string::npos;
    const size_t at = all().find(wanted, from);
    return at == std::string::npos ? at : at + wanted.size();
  };
  journal::Reading reading{step.name, step.where, read.stream, false, "", "", Nanos(Now()), 0};
  Wait([&] { return live->done() || found_end() != std::string::npos; }, After(read.within));
  reading.ended = Nanos(Now());
  const bool to_end = !until_bytes && wanted.empty();
  if (live->done()) live->Record();  // decodes what is left
  const size_t end = found_end();
  reading.found = to_end ? live->done() : end != std::string::npos;
  reading.why = reading.found ? (to_end ? "end" : "found") : live->done() ? "closed" : "deadline";
  live->read_offset = end == std::string::npos ? all().size() : end;
  reading.text = all().substr(from, std::min(live->read_offset - from, journal::kKeptBytes));
  Update(step.name, journal::ViewOf(reading));
  record_.readings.push_back(std::move(reading));
  Finished(live);
}

void CaseRunner::Do(const scenario::Step& step, const scenario::CloseStep& close) {
  const Live live = FindLive(close.stream);
  if (!live || !live->conversation()) return Skip(step, fmt::format("the stream {} is not open", close.stream));
  live->conversation()->Stop(http::Outcome::kOpen, "");
  Finished(live);
}

void CaseRunner::Do(const scenario::Step& step, const scenario::SleepStep& sleep) {
  auto text = sleep.duration.EvaluateText(scope_);
  auto duration = text ? ParseDuration(*text) : Result<Duration>(tl::make_unexpected(text.error()));
  if (!duration) return Skip(step, duration.error().what);
  journal::Mark mark{step.name, step.where, "sleep", true, Nanos(Now()), 0};
  Wait([] { return false; }, Now() + *duration);
  mark.ended = Nanos(Now());
  Update(step.name, journal::ViewOf(mark));
  record_.marks.push_back(std::move(mark));
}

void CaseRunner::Do(const scenario::Step& step, const scenario::JoinStep& join) {
  const Live live = FindLive(join.name);
  if (!live) return Skip(step, fmt::format("nothing was begun under the name {}", join.name));
  Await(live, After(join.within));
}

void CaseRunner::Do(const scenario::Step& step, const scenario::AwaitEventStep& await) {
  const auto is_awaited = [&](const Json& event) {
    const std::string action = GetString(event, "Action", GetString(event, "status"));
    return (action == await.action || action.starts_with(await.action + ":")) && IsOwnEvent(event);
  };
  engine::EventStream::Watch watch(listening_, is_awaited, &bell_);
  journal::Mark mark{step.name, step.where, "await-event " + await.action, false, Nanos(Now()), 0};
  mark.found = Wait([&] { return watch.Count() >= static_cast<size_t>(await.count); }, After(await.within)) == engine::Loop::Woke::kCondition;
  mark.ended = Nanos(Now());
  Update(step.name, journal::ViewOf(mark));
  record_.marks.push_back(std::move(mark));
}

// A thread waits for the tool, so that the streams of the case are read and stamped meanwhile.
void CaseRunner::Do(const scenario::Step& step, const scenario::EngineStep& engine) {
  const std::string act = engine.act.EvaluateText(scope_).value_or("");
  const engine::PrivateEngine* instance = session_.instance();
  if (!instance || session_.use() != EngineUse::kOneCase) return BlameHarness("this engine is not the case's own: " + act);
  journal::Mark mark{step.name, step.where, "engine " + act, false, Nanos(Now()), 0};
  const TimePoint deadline = After(engine.within);
  const engine::Bell stop;
  std::atomic<bool> back = false;
  Result<engine::PrivateEngine::Told> told = engine::PrivateEngine::Told::kNotDone;
  std::thread tool([&] {
    told = instance->Tell(CommandFor(act), deadline, stop);
    back = true;
    bell_.Ring();
  });
  Wait([&] { return back.load(); }, deadline + std::chrono::seconds(1));
  stop.Ring();
  tool.join();
  idle_.reset();
  mark.ended = Nanos(Now());
  mark.found = told && *told == engine::PrivateEngine::Told::kDone;
  const bool brings_back = act == "start" || act == "restart" || act == "thaw";
  engine_is_away_ = !brings_back || !mark.found;
  Update(step.name, journal::ViewOf(mark));
  record_.marks.push_back(std::move(mark));
  if (!told) BlameHarness(fmt::format("{}: the engine could not {}: {}", step.where, act, told.error().what));
}

void CaseRunner::Do(const scenario::Step&, const scenario::ConcurrentlyStep& concurrently) {
  std::vector<std::pair<Live, Duration>> prepared;
  for (const scenario::Step& inner : concurrently.steps) {
    if (inner.when && !inner.when->Matches(record_.parameters)) continue;
    const auto& call = std::get<scenario::CallStep>(inner.action);
    const Live live = Prepare(inner, call.request, false, std::nullopt);
    if (live) prepared.emplace_back(live, call.within);
  }
  std::vector<std::pair<Live, TimePoint>> begun;
  for (const auto& [live, within] : prepared) begun.emplace_back(live, After(within));
  std::vector<std::unique_ptr<engine::Connection>> connections;
  for (const auto& [live, deadline] : begun) {
    auto connection = engine::Connection::Open(session_.engine().endpoint, deadline);
    if (!connection) live->FailToConnect(connection.error());
    connections.push_back(connection ? std::move(*connection) : nullptr);
  }
  for (size_t i = 0; i < begun.size(); ++i) {
    if (!connections[i]) continue;
    begun[i].first->Begin(std::move(connections[i]), Nanos(Now()));
    loop_.Add(begun[i].first->conversation());
    begun[i].first->conversation()->Pump();
  }
  for (const auto& [live, deadline] : begun) Await(live, deadline);
}

}  // namespace plimsoll::run
