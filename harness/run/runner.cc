#include "run/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "base/duration.h"
#include "engine/call.h"
#include "run/admission.h"
#include "run/case_runner.h"
#include "run/given.h"
#include "run/queue.h"
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

// Or one that listens in another way than the shared one.
bool MayStartAnEngine(const plan::Case& plan_case) { return WantsEngineOfItsOwn(plan_case) || plan_case.scenario->through; }

// To start an engine takes a second or two of a processor: many at once do not come up in time.
int EnginesAtATime(int jobs) { return std::clamp(jobs / 3, 1, 5); }

// Shared by the threads of one run.
class Crew {
 public:
  Crew(const std::vector<ImageTar>& images, const journal::RunRecord& run, journal::JournalWriter& writer,
       RunObserver& observer, const engine::Bell& cancel, const RunOptions& options)
      : images_(images), run_(run), writer_(writer), observer_(observer), cancel_(cancel), deadline_(Now() + options.deadline),
        clean_up_(options.clean_up), processor_(options.processor),
        sessions_(images, run.run_id, options.comeback), aside_(images, run.run_id, options.comeback) {}

  Status OpenSessions(const std::vector<EngineUnderTest>& engines) {
    several_engines_ = engines.size() > 1;
    return sessions_.Open(engines);
  }

  // All cases of `cases`, `jobs` at a time.
  void RunAll(const Cases& cases, int jobs) {
    givens_.Expect(cases);
    Queue queue(cases, {}, must_wait_);
    WorkOff(queue, jobs, Attempt::kFirst);
  }

  // The same, with what sweeps need further.
  void RunAllAndSweep(const Cases& cases, int jobs, const std::function<Result<std::vector<plan::Case>>()>& further) {
    givens_.Expect(cases);
    Queue queue(cases, further ? [&] { return Further(further); } : Queue::Further(), must_wait_);
    WorkOff(queue, jobs, Attempt::kFirst);
  }

  // Those that start an engine each, beside whatever else is run until AwaitOwnEngines(), as soon as `after` have ended:
  // nothing keeps the processors as busy.
  void RunWithOwnEngines(const Cases& cases, int jobs, const Cases& after) {
    unmeasured_.Add(after);
    own_engines_ = std::jthread([this, cases, jobs] {
      unmeasured_.AwaitAll();
      RunAll(cases, EnginesAtATime(jobs));
    });
  }

  // Cases that want their engine alone, one at a time on each, the engines side by side. Beside others, where they can have
  // a further instance of it; the rest is returned. Until AwaitOwnEngines().
  Cases RunAlone(const Cases& cases, const std::vector<EngineUnderTest>& engines) {
    Cases rest;
    for (auto& [engine, its_own] : ByEngine(cases)) {
      const auto shared = std::ranges::find(engines, engine, &EngineUnderTest::name);
      if (shared->private_name.empty() || !aside_.OpenAnother(*shared)) {
        rest.insert(rest.end(), its_own.begin(), its_own.end());
      } else {
        asides_.emplace_back([this, own = its_own] { RunAll(own, 1); });
      }
    }
    return rest;
  }

  void AwaitOwnEngines() {
    if (own_engines_.joinable()) own_engines_.join();
    asides_.clear();
  }

  // One at a time on each engine; the engines side by side.
  void RunEngineByEngine(const Cases& cases) {
    std::vector<std::jthread> threads;
    for (auto& [engine, its_own] : ByEngine(cases)) {
      threads.emplace_back([this, own = its_own] { RunAll(own, 1); });
    }
  }

  // Those whose engine went away under them, one at a time: so the one that ends its engine, if there is such
  // a case, takes no other with it again.
  void RunDisturbedAgain() {
    summary.disturbed = disturbed_.size();
    if (disturbed_.empty()) return;
    // What they left has the names that they will give again.
    Settle(EngineSessions::When::kMoreToCome);
    givens_.Expect(disturbed_);
    Queue queue(std::exchange(disturbed_, {}));
    WorkOff(queue, 1, Attempt::kDisturbed);
  }

  // Those whose durations were measured while the processors were busy, perhaps with another engine.
  void RunHurriedAgain(int jobs) {
    givens_.Expect(hurried_);
    Queue queue(std::exchange(hurried_, {}));
    WorkOff(queue, jobs, Attempt::kHurried);
  }

  // What cases left and could be removed now is not told of.
  void Settle(EngineSessions::When when) {
    std::vector<std::string> left;
    for (EngineSessions* sessions : {&sessions_, &aside_}) {
      EngineSessions::Settled settled = sessions->Settle(when);
      for (const std::string& removed : settled.removed) {
        std::erase_if(summary.leftovers, [&](const std::string& told) { return told.find(": " + removed + ": ") != std::string::npos; });
      }
      std::ranges::move(settled.left, std::back_inserter(left));
    }
    if (when == EngineSessions::When::kAfterTheLastCase) std::ranges::move(left, std::back_inserter(summary.leftovers));
  }

  RunSummary summary;
  Status failure;

 private:
  // However busy the processors are: some of them always wait for something else.
  static constexpr int kLeastAtATime = 4;

  // For each reason to run a case again once: a record that was merely hurried is not given up for an engine that went away.
  enum class Attempt { kFirst, kHurried, kDisturbed };
  struct Carried {
    journal::CaseRecord record;
    bool cancelled = false;
    bool engine_was_gone = false;
    bool may_have_lost = false;
  };

  void WorkOff(Queue& queue, int jobs, Attempt attempt) {
    Admission admission(kLeastAtATime, processor_);
    const auto work = [&] {
      for (;;) {
        admission.Enter();
        const plan::Case* next = queue.Next();
        if (next) {
          const TimePoint begun = Now();
          if (!Stopped()) RunOne(*next, attempt);
          EndGivenOf(*next);
          queue.Ended(*next, Now() - begun);
          unmeasured_.Ended(*next);
        }
        admission.Leave();
        if (!next) return;
      }
    };
    std::vector<std::jthread> threads;
    for (int i = 1; i < jobs; ++i) threads.emplace_back(work);
    work();
  }

  void EndGivenOf(const plan::Case& plan_case) {
    const std::vector<std::string> left =
        givens_.Ended(plan_case, [&](const EngineSession& session) { SessionsFor(plan_case).MayHoldMore(session); });
    const std::lock_guard lock(mutex_);
    summary.leftovers.insert(summary.leftovers.end(), left.begin(), left.end());
  }

  static std::map<std::string, Cases> ByEngine(const Cases& cases) {
    std::map<std::string, Cases> by_engine;
    for (const plan::Case* each : cases) by_engine[each->engine].push_back(each);
    return by_engine;
  }

  // Where the case's engine is: a further instance, if it is to have that to itself and there is one.
  EngineSessions& SessionsFor(const plan::Case& plan_case) {
    const bool aside = plan_case.scenario->alone == scenario::Scenario::Alone::kOnEngine && aside_.Has(plan_case.engine);
    return aside ? aside_ : sessions_;
  }

  // Whether other engines may have kept the processors busy.
  bool HadCompany(const plan::Case& plan_case) const { return several_engines_ || WantsEngineOfItsOwn(plan_case); }

  Cases Further(const std::function<Result<std::vector<plan::Case>>()>& further) {
    if (Stopped()) return {};
    auto more = further();
    const std::lock_guard lock(mutex_);
    if (!more) {
      failure = tl::make_unexpected(more.error());
      return {};
    }
    Cases cases;
    for (plan::Case& each : *more) cases.push_back(&further_.emplace_back(std::move(each)));
    return cases;
  }

  bool Stopped() {
    const std::lock_guard lock(mutex_);
    if (cancel_.rung()) {
      summary.interrupted = true;
      if (summary.why.empty()) summary.why = "interrupted";
    } else if (Now() >= deadline_) {
      summary.interrupted = true;
      summary.why = "the run's deadline passed";
    }
    return summary.interrupted || !failure;
  }

  void RunOne(const plan::Case& plan_case, Attempt attempt) {
    {
      const std::lock_guard lock(mutex_);
      observer_.CaseStarted(plan_case);
    }
    const Carried carried = Carry(plan_case);
    const journal::CaseRecord& record = carried.record;
    const Json line = carried.cancelled ? Json() : journal::ToJson(record);
    const std::lock_guard lock(mutex_);
    for (const std::string& leftover : record.leftovers) summary.leftovers.push_back(record.id + ": " + leftover);
    if (carried.cancelled) {
      summary.interrupted = true;
      if (summary.why.empty()) summary.why = "interrupted";
      return;
    }
    constexpr int kTooBusy = 90;
    const bool disturbed = carried.engine_was_gone && attempt != Attempt::kDisturbed;
    const bool hurried = attempt == Attempt::kFirst && HadCompany(plan_case) && MeasuresDurations(plan_case) &&
                         record.processor_busy >= kTooBusy;
    if (disturbed || hurried) {
      (disturbed ? disturbed_ : hurried_).push_back(&plan_case);
      return observer_.CasePutOff(plan_case);
    }
    if (auto written = writer_.Append(line); !written && failure) failure = written;
    ++summary.done;
    observer_.CaseEnded(plan_case, record);
  }

  Carried Carry(const plan::Case& plan_case) {
    EngineSessions& sessions = SessionsFor(plan_case);
    if (std::string gone = sessions.StillGone(plan_case.engine); !gone.empty()) {
      return {HarnessError(plan_case, std::move(gone))};
    }
    const std::shared_ptr<EngineSession> shared = sessions.Of(plan_case.engine);
    const auto& needs = plan_case.scenario->needs;
    const bool own = WantsEngineOfItsOwn(plan_case);
    const std::string through = ThroughOf(plan_case);
    const bool other_way = !through.empty() && through != WayTo(shared->engine().endpoint);
    if (other_way) {
      if (std::string lacks = WhyNot(shared->engine(), through); !lacks.empty()) return {Unsupported(plan_case, std::move(lacks))};
    }
    if ((!own && !other_way) || !shared->Lacks(needs).empty()) {
      std::shared_ptr<const Given> given;
      if (!plan_case.scenario->given.empty() && shared->Lacks(needs).empty()) {
        given = givens_.For(plan_case, *shared, [&](plan::Case of) { return MakeGiven(std::move(of), shared); });
        if (given->runner->may_have_lost()) sessions.MayHoldMore(*shared);
      }
      Carried carried = Carry(plan_case, *shared, given.get());
      if (carried.engine_was_gone) {
        givens_.Spoil(*shared);
        sessions.Recover(shared);
        if (shared->engine().disposable) carried.record.leftovers.clear();  // replaced, and they go with it
      }
      if (carried.may_have_lost) sessions.MayHoldMore(*shared);
      return carried;
    }
    engine::PrivateEngineOptions options;
    options.events_file.clear();  // a case alone does not fill podman's, unless that is what it is about
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
    auto fresh = EngineSession::OpenFresh(shared->engine(), ImagesFor(plan_case), run_.run_id, EngineUse::kOneCase, options);
    if (!fresh) return {.record = HarnessError(plan_case, fresh.error().what), .engine_was_gone = true};
    Carried carried = Carry(plan_case, **fresh, nullptr);
    carried.record.leftovers.clear();  // they go with the engine, which may be dead already
    return carried;
  }

  std::shared_ptr<Given> MakeGiven(plan::Case of, const std::shared_ptr<EngineSession>& session) {
    auto given = std::make_shared<Given>(std::move(of), session);
    given->runner = std::make_unique<CaseRunner>(given->of, *session, run_, &cancel_);
    given->runner->LimitCleanUp(clean_up_);
    const ProcessorTimes before = processor_();
    given->runner->RunGiven();
    given->processor_busy = PercentBusy(before, processor_());
    return given;
  }

  Carried Carry(const plan::Case& plan_case, EngineSession& session, const Given* given) {
    CaseRunner runner(plan_case, session, run_, &cancel_, given ? given->runner.get() : nullptr);
    runner.LimitCleanUp(clean_up_);
    const ProcessorTimes before = processor_();
    journal::CaseRecord record = runner.Run();
    record.processor_busy = std::max(PercentBusy(before, processor_()), given ? given->processor_busy : 0);
    return {std::move(record), runner.cancelled(), runner.engine_was_gone(), runner.may_have_lost()};
  }

  // Those that the scenario names: to load one costs an engine as much as a container's life.
  std::vector<ImageTar> ImagesFor(const plan::Case& plan_case) const {
    const std::string text = CompactJson(plan_case.scenario->steps_source) + CompactJson(plan_case.parameters);
    std::vector<ImageTar> named;
    std::ranges::copy_if(images_, std::back_inserter(named),
                         [&](const ImageTar& image) { return text.find("image." + image.key) != std::string::npos; });
    return named;
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
  EngineSessions aside_;  // further instances, for cases that want one alone
  Givens givens_;
  const Queue::MustWait must_wait_ = [this](const plan::Case& plan_case) { return givens_.MustWait(plan_case); };
  std::mutex mutex_;
  std::vector<const plan::Case*> disturbed_;
  std::vector<const plan::Case*> hurried_;
  std::deque<plan::Case> further_;  // of sweeps
  bool several_engines_ = false;
  Awaited unmeasured_;  // for which those with engines of their own wait
  std::mutex ways_mutex_;
  std::map<std::pair<std::string, std::string>, std::string> ways_;  // engine, how it is to run -> why not
  // Last: they use all the rest, and are joined before it goes.
  std::jthread own_engines_;
  std::vector<std::jthread> asides_;
};

}  // namespace

Result<RunSummary> RunPlan(const plan::Plan& plan, const std::vector<EngineUnderTest>& engines,
                           const std::vector<ImageTar>& images, const journal::RunRecord& run,
                           const RunOptions& options, journal::JournalWriter& writer, RunObserver& observer,
                           const engine::Bell& cancel) {
  Crew crew(images, run, writer, observer, cancel, options);
  if (auto opened = crew.OpenSessions(engines); !opened) return tl::make_unexpected(opened.error());
  using Alone = scenario::Scenario::Alone;
  Cases together, measured, with_own_engine, alone_on_engine, alone;
  for (const plan::Case& each : plan.cases) {
    const Alone wanted = each.scenario->alone;
    auto& phase = wanted == Alone::kOnMachine  ? alone
                  : wanted == Alone::kOnEngine ? alone_on_engine
                  : MayStartAnEngine(each)     ? with_own_engine
                  : MeasuresDurations(each)    ? measured
                                               : together;
    phase.push_back(&each);
  }
  if (engines.size() == 1) {  // there is no other one to disturb it
    together.insert(together.begin(), measured.begin(), measured.end());
  } else {
    crew.RunAll(std::exchange(measured, {}), options.jobs);
  }
  // To start an engine is only worth it where there is something to do meanwhile.
  if (together.size() > alone_on_engine.size()) alone_on_engine = crew.RunAlone(alone_on_engine, engines);
  crew.RunWithOwnEngines(with_own_engine, options.jobs, measured);
  crew.RunAllAndSweep(together, options.jobs, options.further);
  crew.RunEngineByEngine(alone_on_engine);
  crew.AwaitOwnEngines();
  crew.RunAll(alone, 1);
  crew.RunHurriedAgain(std::max(options.jobs / 4, 1));
  crew.RunDisturbedAgain();
  crew.Settle(EngineSessions::When::kAfterTheLastCase);
  if (!crew.failure) return tl::make_unexpected(crew.failure.error());
  return std::move(crew.summary);
}

}  // namespace plimsoll::run
