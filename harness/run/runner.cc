#include "run/runner.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/duration.h"
#include "engine/call.h"
#include "run/case_runner.h"
#include "run/sessions.h"

namespace plimsoll::run {
namespace {

bool MeasuresDurations(const plan::Case& plan_case) {
  return std::ranges::any_of(plan_case.scenario->observe, &expect::Observation::is_duration);
}

bool WantsEngineOfItsOwn(const plan::Case& plan_case) {
  return std::ranges::any_of(plan_case.scenario->needs,
                             [](const scenario::Need& need) { return need.kind == scenario::Need::Kind::kDisposable; });
}

// To start an engine takes a second or two of a processor: many at once do not come up in time.
int EnginesAtATime(int jobs) { return std::clamp(jobs / 4, 1, 5); }

// Shared by the threads of one run.
class Crew {
 public:
  Crew(const std::vector<ImageTar>& images, const journal::RunRecord& run, journal::JournalWriter& writer,
       RunObserver& observer, const engine::Bell& cancel, const RunOptions& options)
      : images_(images), run_(run), writer_(writer), observer_(observer), cancel_(cancel), deadline_(Now() + options.deadline),
        clean_up_(options.clean_up), processor_(options.processor),
        sessions_(images, run.run_id, options.comeback) {}

  Status OpenSessions(const std::vector<EngineUnderTest>& engines) {
    several_engines_ = engines.size() > 1;
    return sessions_.Open(engines);
  }

  // All cases of `cases`, `jobs` at a time.
  void RunAll(const std::vector<const plan::Case*>& cases, int jobs) { RunAll(cases, jobs, Attempt::kFirst); }

  // The same, and beside them those that start an engine each.
  void RunAll(const std::vector<const plan::Case*>& cases, int jobs, const std::vector<const plan::Case*>& with_own_engines) {
    several_engines_ = several_engines_ || !with_own_engines.empty();
    const std::jthread beside([&] { RunAll(with_own_engines, EnginesAtATime(jobs), Attempt::kFirst); });
    RunAll(cases, jobs, Attempt::kFirst);
  }

  // One at a time on each engine; the engines side by side.
  void RunEngineByEngine(const std::vector<const plan::Case*>& cases) {
    std::map<std::string, std::vector<const plan::Case*>> by_engine;
    for (const plan::Case* each : cases) by_engine[each->engine].push_back(each);
    std::vector<std::jthread> threads;
    for (const auto& [engine, its_own] : by_engine) {
      threads.emplace_back([this, &own = its_own] { RunAll(own, 1, Attempt::kFirst); });
    }
  }

  // Those whose engine went away under them, one at a time: so the one that ends its engine, if there is such
  // a case, takes no other with it again.
  void RunDisturbedAgain() {
    const std::vector<const plan::Case*> cases = std::exchange(disturbed_, {});
    RunAll(cases, 1, Attempt::kSecond);
  }

  // Those whose durations were measured while the processors were busy, perhaps with another engine.
  void RunHurriedAgain(int jobs) {
    const std::vector<const plan::Case*> cases = std::exchange(hurried_, {});
    RunAll(cases, jobs, Attempt::kSecond);
  }

  void Settle() {
    for (std::string& leftover : sessions_.Settle()) summary.leftovers.push_back(std::move(leftover));
  }

  RunSummary summary;
  Status failure;

 private:
  enum class Attempt { kFirst, kSecond };
  struct Carried {
    journal::CaseRecord record;
    bool cancelled = false;
    bool engine_was_gone = false;
  };

  void RunAll(const std::vector<const plan::Case*>& cases, int jobs, Attempt attempt) {
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i; (i = next++) < cases.size();) {
        if (Stopped()) return;
        RunOne(*cases[i], attempt);
      }
    };
    std::vector<std::jthread> threads;
    const size_t count = std::min<size_t>(static_cast<size_t>(std::max(jobs, 1)), cases.size());
    for (size_t i = 1; i < count; ++i) threads.emplace_back(work);
    work();
  }

  bool Stopped() {
    const std::lock_guard lock(mutex_);
    pollfd poller{cancel_.fd(), POLLIN, 0};
    if (poll(&poller, 1, 0) > 0) {
      summary.interrupted = true;
      if (summary.why.empty()) summary.why = "interrupted";
    } else if (Now() >= deadline_) {
      summary.interrupted = true;
      summary.why = "the run's deadline passed";
    }
    return summary.interrupted || !failure;
  }

  void RunOne(const plan::Case& plan_case, Attempt attempt) {
    if (attempt == Attempt::kFirst) {
      const std::lock_guard lock(mutex_);
      observer_.CaseStarted(plan_case);
    }
    const Carried carried = Carry(plan_case);
    const journal::CaseRecord& record = carried.record;
    const Json line = carried.cancelled ? Json() : journal::ToJson(record);
    const std::lock_guard lock(mutex_);
    if (!carried.engine_was_gone) {  // else Settle() has a second try
      for (const std::string& leftover : record.leftovers) summary.leftovers.push_back(record.id + ": " + leftover);
    }
    if (carried.cancelled) {
      summary.interrupted = true;
      if (summary.why.empty()) summary.why = "interrupted";
      return;
    }
    if (carried.engine_was_gone && attempt == Attempt::kFirst) {
      disturbed_.push_back(&plan_case);
      return;
    }
    constexpr int kTooBusy = 90;
    if (attempt == Attempt::kFirst && several_engines_ && MeasuresDurations(plan_case) && record.processor_busy >= kTooBusy) {
      hurried_.push_back(&plan_case);
      return;
    }
    if (auto written = writer_.Append(line); !written && failure) failure = written;
    ++summary.done;
    observer_.CaseEnded(plan_case, record);
  }

  Carried Carry(const plan::Case& plan_case) {
    if (std::string gone = sessions_.StillGone(plan_case.engine); !gone.empty()) {
      return {HarnessError(plan_case, std::move(gone))};
    }
    const std::shared_ptr<EngineSession> shared = sessions_.Of(plan_case.engine);
    const auto& needs = plan_case.scenario->needs;
    const bool own = WantsEngineOfItsOwn(plan_case);
    const std::string through = ThroughOf(plan_case);
    const bool other_way = !through.empty() && through != WayTo(shared->engine().endpoint);
    if (other_way) {
      if (std::string lacks = WhyNot(shared->engine(), through); !lacks.empty()) return {Unsupported(plan_case, std::move(lacks))};
    }
    if ((!own && !other_way) || !shared->Lacks(needs).empty()) {
      Carried carried = Carry(plan_case, *shared);
      if (carried.engine_was_gone) sessions_.Recover(shared);
      return carried;
    }
    engine::PrivateEngineOptions options;
    if (other_way && through != "unix") options.listener = through;
    options.keep = std::ranges::any_of(plan_case.scenario->steps, [](const scenario::Step& step) {
      return std::holds_alternative<scenario::EngineStep>(step.action);
    });
    options.daemon_json = DaemonJsonOf(plan_case);
    if (!options.daemon_json.empty()) {
      if (std::string lacks = WhyNot(shared->engine(), {.listener = "", .daemon_json = options.daemon_json}); !lacks.empty()) {
        return {Unsupported(plan_case, std::move(lacks))};
      }
    }
    auto fresh = EngineSession::OpenFresh(shared->engine(), images_, run_.run_id, EngineUse::kOneCase, options);
    if (!fresh) return {HarnessError(plan_case, fresh.error().what)};
    Carried carried = Carry(plan_case, **fresh);
    carried.record.leftovers.clear();  // they go with the engine, which may be dead already
    return carried;
  }

  Carried Carry(const plan::Case& plan_case, EngineSession& session) {
    CaseRunner runner(plan_case, session, run_, &cancel_);
    runner.LimitCleanUp(clean_up_);
    const ProcessorTimes before = processor_();
    journal::CaseRecord record = runner.Run();
    record.processor_busy = PercentBusy(before, processor_());
    return {std::move(record), runner.cancelled(), runner.engine_was_gone()};
  }

  // What `through` says of this case; "" where it says nothing.
  static std::string ThroughOf(const plan::Case& plan_case) {
    if (!plan_case.scenario->through) return "";
    return plan_case.scenario->through->EvaluateText(plan_case.parameters).value_or("");
  }

  // The settings of `daemon` in this case as daemon.json; "" where there are none.
  static std::string DaemonJsonOf(const plan::Case& plan_case) {
    Json scope = plan_case.parameters;
    for (auto& [name, value] : scope.items()) {
      if (value == expect::kAbsent) value = expect::AbsentMarker();
    }
    const auto settings = expect::EvaluateJson(plan_case.scenario->daemon, scope);
    return settings && settings->is_object() && !settings->empty() ? CompactJson(*settings) : "";
  }

  static std::string_view WayTo(const engine::Endpoint& endpoint) {
    using Kind = engine::Endpoint::Kind;
    return endpoint.kind == Kind::kUnix ? "unix" : endpoint.kind == Kind::kTcp ? "tcp" : "tls";
  }

  // Why an instance that listens so cannot be had. Asked of each engine once.
  std::string WhyNot(const EngineUnderTest& engine, const std::string& through) {
    if (!engine.disposable || engine.private_name.empty()) {
      return fmt::format("goes through {}, and this engine is at {}", through, engine.endpoint.Text());
    }
    if (through == "unix") return "";
    return WhyNot(engine, engine::PrivateEngineOptions{.listener = through, .daemon_json = ""});
  }

  std::string WhyNot(const EngineUnderTest& engine, const engine::PrivateEngineOptions& options) {
    const std::lock_guard lock(ways_mutex_);
    const auto [known, is_new] = ways_.try_emplace({engine.private_name, options.listener + options.daemon_json});
    if (is_new) known->second = engine::PrivateEngine::Lacks(engine::EngineTool(), engine.private_name, options);
    return known->second;
  }

  static journal::CaseRecord Unsupported(const plan::Case& plan_case, std::string why) {
    journal::CaseRecord record = HarnessError(plan_case, std::move(why));
    record.outcome = journal::CaseOutcome::kUnsupported;
    return record;
  }

  static journal::CaseRecord HarnessError(const plan::Case& plan_case, std::string why) {
    journal::CaseRecord record;
    record.id = plan_case.id;
    record.scenario = plan_case.scenario->id;
    record.engine = plan_case.engine;
    record.repetition = plan_case.repetition;
    record.parameters = plan_case.parameters;
    record.outcome = journal::CaseOutcome::kHarnessError;
    record.reason = std::move(why);
    return record;
  }

  const std::vector<ImageTar>& images_;
  const journal::RunRecord& run_;
  journal::JournalWriter& writer_;
  RunObserver& observer_;
  const engine::Bell& cancel_;
  TimePoint deadline_;
  Duration clean_up_;
  std::function<ProcessorTimes()> processor_;
  EngineSessions sessions_;
  std::mutex mutex_;
  std::vector<const plan::Case*> disturbed_;
  std::vector<const plan::Case*> hurried_;
  bool several_engines_ = false;  // so that one may keep the processors from another
  std::mutex ways_mutex_;
  std::map<std::pair<std::string, std::string>, std::string> ways_;  // engine, how it is to run -> why not
};

}  // namespace

Result<RunSummary> RunPlan(const plan::Plan& plan, const std::vector<EngineUnderTest>& engines,
                           const std::vector<ImageTar>& images, const journal::RunRecord& run,
                           const RunOptions& options, journal::JournalWriter& writer, RunObserver& observer,
                           const engine::Bell& cancel) {
  Crew crew(images, run, writer, observer, cancel, options);
  if (auto opened = crew.OpenSessions(engines); !opened) return tl::make_unexpected(opened.error());
  using Alone = scenario::Scenario::Alone;
  std::vector<const plan::Case*> together, measured, with_own_engine, alone_on_engine, alone;
  for (const plan::Case& each : plan.cases) {
    const Alone wanted = each.scenario->alone;
    auto& phase = wanted == Alone::kOnMachine  ? alone
                  : wanted == Alone::kOnEngine ? alone_on_engine
                  : MeasuresDurations(each)    ? measured
                  : WantsEngineOfItsOwn(each)  ? with_own_engine
                                               : together;
    phase.push_back(&each);
  }
  if (engines.size() == 1) {  // there is no other one to disturb it
    together.insert(together.begin(), measured.begin(), measured.end());
    measured.clear();
  }
  crew.RunAll(measured, options.jobs);
  crew.RunAll(together, options.jobs, with_own_engine);
  crew.RunEngineByEngine(alone_on_engine);
  crew.RunAll(alone, 1);
  crew.RunHurriedAgain(std::max(options.jobs / 4, 1));
  crew.RunDisturbedAgain();
  crew.Settle();
  if (!crew.failure) return tl::make_unexpected(crew.failure.error());
  return std::move(crew.summary);
}

}  // namespace plimsoll::run
