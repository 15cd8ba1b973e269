#include "run/prober.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "engine/call.h"
#include "mutate/generate.h"
#include "mutate/known.h"
#include "mutate/shrink.h"
#include "run/tar.h"

namespace plimsoll::run {
namespace {

using mutate::AnswerClass;
using mutate::Trial;

constexpr size_t kChangesKept = 5;
// Each such answer takes the whole patience, or an engine.
constexpr size_t kCostlyShrinks = 8;
// A hang is one only if there is no answer in this many times the patience.
constexpr int kSureFactor = 3;

bool IsSuccess(int status) { return status >= 200 && status < 300; }

// A Dockerfile alone: does for /build, for PUT archive, and for an image.
Result<std::string> Archive() {
  auto tar = MakeTar({{"Dockerfile", TarEntry::Kind::kFile, "FROM scratch\nLABEL a=b\n", 0644}});
  if (!tar) return tar;
  constexpr size_t kHeaderContentEnd = 4 * 512;  // libarchive fills up to 10 KiB
  tar->resize(std::min(tar->size(), kHeaderContentEnd));
  return tar;
}

class Prober {
 public:
  Prober(const openapi::Operation& operation, ProbedEngine& engine, const ProbeOptions& options)
      : operation_(operation), engine_(engine), options_(options) {}

  Result<mutate::Probed> Probe(const openapi::Description& description) {
    const auto archive = Archive();
    if (!archive) return tl::make_unexpected(archive.error());
    const Trial smallest = mutate::SmallestThatWorks(operation_, *archive);
    const auto plan = mutate::Generate(description, operation_, smallest, options_.seed, options_.budget);
    probed_ = {engine_.name, description.version(), operation_.Name(), operation_.id, options_.seed, options_.budget};
    for (size_t i = 0; i < plan.size() && probed_.stopped.empty(); ++i) {
      options_.progress(i, plan.size());
      if (auto done = Explore(plan[i]); !done) return tl::make_unexpected(done.error());
    }
    Undo();
    SortClasses();
    return std::move(probed_);
  }

 private:
  // One trial; where its answer is of a new class, what of the trial that takes.
  Status Explore(const mutate::Planned& planned) {
    auto answer = Try(planned.trial);
    const bool known_hang = answer && std::ranges::find(probed_.classes, *answer, &mutate::FoundClass::answer) != probed_.classes.end();
    if (answer && answer->kind == AnswerClass::Kind::kNoAnswer && !known_hang) {
      // Slow, or never: asked again with more time.
      sure_ = true;
      answer = Try(planned.trial);
      sure_ = false;
    }
    if (!answer) return tl::make_unexpected(answer.error());
    if (!probed_.stopped.empty()) return {};
    const std::string changes = mutate::Text(planned.changes);
    const auto known = std::ranges::find(probed_.classes, *answer, &mutate::FoundClass::answer);
    const size_t index = static_cast<size_t>(known - probed_.classes.begin());
    probed_.trials.push_back({changes, index});
    if (known == probed_.classes.end()) {
      if (auto added = AddClass(*answer, planned.trial); !added) return added;
    }
    mutate::FoundClass& found = probed_.classes[index];
    ++found.count;
    if (found.changes.size() < kChangesKept) found.changes.push_back(changes);
    return {};
  }

  Status AddClass(const AnswerClass& answer, const Trial& trial) {
    mutate::FoundClass found;
    found.answer = answer;
    found.finding = IsFinding(answer, operation_);
    found.example = message_;
    found.record = record_;
    found.smallest = trial;
    const bool costly = answer.kind == AnswerClass::Kind::kDied || answer.kind == AnswerClass::Kind::kNoAnswer;
    Status failed;
    const auto holds = [&](const Trial& smaller) {
      if (!failed || !probed_.stopped.empty()) return false;
      const auto again = Try(smaller);
      if (!again) failed = tl::make_unexpected(again.error());
      if (!again || *again != answer) return false;
      found.record = record_;
      found.example = message_;
      return true;
    };
    // A hang has been seen twice already.
    found.came_again = answer.kind == AnswerClass::Kind::kNoAnswer || holds(trial);
    if (found.came_again) found.smallest = mutate::Shrink(trial, holds, costly ? std::min(kCostlyShrinks, options_.shrink) : options_.shrink);
    probed_.classes.push_back(std::move(found));
    return failed;
  }

  // The trial with all that it needs. Without objects to try it on `stopped` says why.
  Result<AnswerClass> Try(const Trial& trial) {
    if (!made_) {
      auto ready = MakeReady();
      if (!ready) return tl::make_unexpected(ready.error());
      if (!*ready) return AnswerClass{};
    }
    return Sent(trial);
  }

  Result<bool> MakeReady() {
    Undo();
    if (Prepare()) return true;
    if (cancelled_) {
      probed_.stopped = "interrupted";
      return false;
    }
    // What earlier trials did to the engine may be why.
    if (auto renewed = Renew(); !renewed) return tl::make_unexpected(renewed.error());
    if (Prepare()) return true;
    probed_.stopped = cancelled_ ? "interrupted" : cannot_prepare_;
    return false;
  }

  Status Renew() {
    made_ = false;
    names_.clear();
    preparation_.clear();
    auto endpoint = engine_.renew();
    if (!endpoint) return tl::make_unexpected(endpoint.error());
    engine_.endpoint = *endpoint;
    return {};
  }

  bool Prepare() {
    names_ = {{"image", engine_.image}};
    preparation_.clear();
    for (const mutate::Step& step : mutate::StepsBefore(operation_)) {
      const auto answer = Carry(step, options_.patience, preparation_);
      const std::string member = step.member.empty() ? "" : mutate::MemberOf(answer.json(), step.member);
      if (!answer.ok() || (!step.member.empty() && member.empty())) {
        cannot_prepare_ = fmt::format("{} {} {}", step.method, step.target, answer.Describe());
        return false;
      }
      if (!step.member.empty()) names_[step.name] = member;
    }
    made_ = true;
    return true;
  }

  void Undo() {
    if (preparation_.empty()) return;
    std::vector<journal::Exchange> unheeded;
    for (const mutate::Step& step : mutate::StepsThatUndo(operation_)) Carry(step, options_.patience, unheeded);
    preparation_.clear();
    made_ = false;
  }

  Result<AnswerClass> Sent(const Trial& trial) {
    record_ = {};
    record_.exchanges = preparation_;
    const Duration patience = sure_ ? options_.patience * kSureFactor : options_.patience;
    const http::Request request = mutate::RequestOf(trial, names_);
    const auto answer = Carry("trial", request, patience, record_.exchanges);
    mutate::Answered answered{answer.outcome, answer.status(), answer.body, answer.error, false, false};
    answered.goes_on = answer.head && answer.outcome == http::Outcome::kTimedOut;
    if (answer.outcome == http::Outcome::kCancelled) return Interrupted();
    std::string after = IsSuccess(answer.status()) ? LookAfterwards(answered) : "";
    answered.engine_died = !Pings();
    if (cancelled_) return Interrupted();
    auto names = names_;
    names.erase("new");
    AnswerClass found = ClassOf(answered, trial, names);
    found.after = std::move(after);
    message_ = MessageOf(answered);
    const bool bad = IsFinding(found, operation_);
    const bool gone = answer.status() == 404 && !preparation_.empty();
    if (bad || gone || found.kind == AnswerClass::Kind::kGoesOn || (IsSuccess(answer.status()) && mutate::Spoils(operation_))) made_ = false;
    CleanUpForScript();
    if (found.kind == AnswerClass::Kind::kDied) ++probed_.deaths;
    if (found.kind == AnswerClass::Kind::kDied || found.kind == AnswerClass::Kind::kNoAnswer) {
      if (auto renewed = Renew(); !renewed) return tl::make_unexpected(renewed.error());
    }
    return found;
  }

  AnswerClass Interrupted() {
    probed_.stopped = "interrupted";
    return {};
  }

  // Asks for what was made. The first bad answer takes the trial's place in `answered`; returns what was asked then.
  std::string LookAfterwards(mutate::Answered& answered) {
    const Json json = TryParseJson(answered.body).value_or(Json());
    for (const char* member : {"Id", "ID", "Name"}) {
      names_["new"] = mutate::MemberOf(json, member);
      if (!names_["new"].empty()) break;
    }
    std::string asked;
    for (const mutate::Step& step : mutate::StepsAfterSuccess(operation_)) {
      if (step.target.find("${new}") != std::string::npos && names_["new"].empty()) continue;
      const auto answer = Carry(step, options_.patience, record_.exchanges);
      const mutate::Answered then{answer.outcome, answer.status(), answer.body, answer.error, false, false};
      const bool excused = step.may_fail && !mutate::IsPanic({{}, then.status, MessageOf(then), ""});
      const bool fine = answer.outcome == http::Outcome::kAnswered && (answer.status() < 500 || excused);
      if (fine || !asked.empty()) continue;
      asked = step.method + " " + step.target;
      answered = then;
    }
    names_.erase("new");
    return asked;
  }

  // What the reader of the script is to remove.
  void CleanUpForScript() {
    for (const mutate::Step& step : mutate::StepsThatUndo(operation_)) {
      journal::Exchange exchange;
      exchange.step = "clean-up";
      exchange.method = step.method;
      exchange.target = mutate::Fill(step.target, names_);
      record_.clean_up.push_back(std::move(exchange));
    }
  }

  bool Pings() {
    const auto answer = engine::Call(engine_.endpoint, {"GET", "/_ping", {}, ""}, Now() + options_.patience, options_.cancel);
    cancelled_ = answer.outcome == http::Outcome::kCancelled;
    return answer.outcome == http::Outcome::kAnswered;
  }

  engine::Answer Carry(const mutate::Step& step, Duration patience, std::vector<journal::Exchange>& into) {
    http::Request request{step.method, "", {}, mutate::Fill(step.body, names_)};
    auto encoded = names_;
    if (const auto made = encoded.find("new"); made != encoded.end()) made->second = http::PercentEncode(made->second);
    request.target = mutate::Fill(step.target, encoded);
    if (!step.body.empty()) request.headers.push_back({"Content-Type", "application/json"});
    return Carry(step.name, request, patience, into);
  }

  engine::Answer Carry(const std::string& name, const http::Request& request, Duration patience,
                       std::vector<journal::Exchange>& into) {
    ++probed_.requests;
    auto answer = engine::Call(engine_.endpoint, request, Now() + patience, options_.cancel, options_.after_head);
    journal::Exchange exchange;
    exchange.name = name;
    exchange.step = fmt::format("steps[{}]", into.size());
    exchange.method = request.method;
    exchange.target = request.target;
    exchange.request_headers = request.headers;
    exchange.request_body.Append(request.body);
    exchange.head = answer.head;
    exchange.response_body.Append(answer.body);
    exchange.outcome = answer.outcome;
    exchange.error = answer.error;
    exchange.times = answer.times;
    into.push_back(std::move(exchange));
    cancelled_ = cancelled_ || answer.outcome == http::Outcome::kCancelled;
    return answer;
  }

  void SortClasses() {
    std::vector<size_t> order(probed_.classes.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, [&](size_t a, size_t b) {
      const auto &x = probed_.classes[a], &y = probed_.classes[b];
      if (x.finding != y.finding) return x.finding;
      // The end of the engine before closed connections, those before hangs, a 5xx last, but panics before others.
      if (x.finding && x.answer.kind != y.answer.kind) return x.answer.kind > y.answer.kind;
      if (IsPanic(x.answer) != IsPanic(y.answer)) return IsPanic(x.answer);
      return x.count > y.count;
    });
    std::vector<mutate::FoundClass> sorted;
    std::vector<size_t> place(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
      place[order[i]] = i;
      sorted.push_back(std::move(probed_.classes[order[i]]));
    }
    probed_.classes = std::move(sorted);
    for (auto& trial : probed_.trials) trial.found = place[trial.found];
  }

  const openapi::Operation& operation_;
  ProbedEngine& engine_;
  const ProbeOptions& options_;
  mutate::Probed probed_;
  mutate::Names names_;
  std::vector<journal::Exchange> preparation_;
  bool made_ = false;       // what the trial needs is there, unspoiled
  bool sure_ = false;       // whether a hang is one is being found out
  bool cancelled_ = false;
  std::string cannot_prepare_;
  std::string message_;         // of the last answer, as it came
  journal::CaseRecord record_;  // of the last trial
};

}  // namespace

Result<mutate::Probed> ProbeOperation(const openapi::Description& description, const openapi::Operation& operation,
                                      ProbedEngine& engine, const ProbeOptions& options) {
  return Prober(operation, engine, options).Probe(description);
}

}  // namespace plimsoll::run
