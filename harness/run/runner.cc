#include "run/runner.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "base/duration.h"
#include "engine/call.h"
#include "run/case_runner.h"

namespace plimsoll::run {
namespace {

using Sessions = std::map<std::string, std::unique_ptr<EngineSession>>;

// Shared by the threads of one run.
class Crew {
 public:
  Crew(const std::vector<ImageTar>& images, const journal::RunRecord& run, journal::JournalWriter& writer,
       RunObserver& observer, const engine::Bell& cancel, TimePoint deadline)
      : images_(images), run_(run), writer_(writer), observer_(observer), cancel_(cancel), deadline_(deadline) {}

  Status OpenSessions(const std::vector<EngineUnderTest>& engines) {
    for (const EngineUnderTest& engine : engines) {
      auto session = EngineSession::Open(engine, images_, run_.run_id);
      if (!session) return tl::make_unexpected(session.error());
      sessions_[engine.name] = std::move(*session);
    }
    return {};
  }

  // All cases of `cases`, `jobs` at a time.
  void RunAll(const std::vector<const plan::Case*>& cases, int jobs) {
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i; (i = next++) < cases.size();) {
        if (Stopped()) return;
        RunOne(*cases[i]);
      }
    };
    std::vector<std::jthread> threads;
    const size_t count = std::min<size_t>(static_cast<size_t>(std::max(jobs, 1)), cases.size());
    for (size_t i = 1; i < count; ++i) threads.emplace_back(work);
    work();
  }

  RunSummary summary;
  Status failure;

 private:
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

  void RunOne(const plan::Case& plan_case) {
    {
      const std::lock_guard lock(mutex_);
      observer_.CaseStarted(plan_case);
    }
    bool cancelled = false;
    const journal::CaseRecord record = Carry(plan_case, cancelled);
    const Json line = cancelled ? Json() : journal::ToJson(record);
    const std::lock_guard lock(mutex_);
    for (const std::string& leftover : record.leftovers) summary.leftovers.push_back(record.id + ": " + leftover);
    if (cancelled) {
      summary.interrupted = true;
      if (summary.why.empty()) summary.why = "interrupted";
      return;
    }
    if (auto written = writer_.Append(line); !written && failure) failure = written;
    ++summary.done;
    observer_.CaseEnded(plan_case, record);
  }

  journal::CaseRecord Carry(const plan::Case& plan_case, bool& cancelled) {
    EngineSession& shared = *sessions_.at(plan_case.engine);
    const auto& needs = plan_case.scenario->needs;
    const bool own = std::ranges::any_of(needs, [](const scenario::Need& need) {
      return need.kind == scenario::Need::Kind::kDisposable;
    });
    if (!own || !shared.Lacks(needs).empty()) return Carry(plan_case, shared, cancelled);
    auto fresh = EngineSession::OpenFresh(shared.engine(), images_, run_.run_id);
    if (!fresh) return HarnessError(plan_case, fresh.error().what);
    journal::CaseRecord record = Carry(plan_case, **fresh, cancelled);
    record.leftovers.clear();  // they go with the engine, which may be dead already
    return record;
  }

  journal::CaseRecord Carry(const plan::Case& plan_case, EngineSession& session, bool& cancelled) {
    CaseRunner runner(plan_case, session, run_, &cancel_);
    journal::CaseRecord record = runner.Run();
    cancelled = runner.cancelled();
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
  Sessions sessions_;
  std::mutex mutex_;
};

}  // namespace

Result<RunSummary> RunPlan(const plan::Plan& plan, const std::vector<EngineUnderTest>& engines,
                           const std::vector<ImageTar>& images, const journal::RunRecord& run,
                           const RunOptions& options, journal::JournalWriter& writer, RunObserver& observer,
                           const engine::Bell& cancel) {
  Crew crew(images, run, writer, observer, cancel, Now() + options.deadline);
  if (auto opened = crew.OpenSessions(engines); !opened) return tl::make_unexpected(opened.error());
  std::vector<const plan::Case*> together, alone;
  for (const plan::Case& plan_case : plan.cases) {
    (plan_case.scenario->alone ? alone : together).push_back(&plan_case);
  }
  crew.RunAll(together, options.jobs);
  crew.RunAll(alone, 1);
  if (!crew.failure) return tl::make_unexpected(crew.failure.error());
  return std::move(crew.summary);
}

}  // namespace plimsoll::run
