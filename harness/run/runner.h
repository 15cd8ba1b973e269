// Runner: a plan's cases against their engines, several at a time, each record appended to the journal as
// its case ends. Cases that measure durations come first, without the others where there are several engines: they wait more than
// they work, so the processors are free; those during which they were busy all the same, where there are several engines, are run
// again at the end, few at a time. Cases that start an engine of their own run beside the others from then on, a few at a time.
// Cases that want their engine alone run one at a time on a further instance of it beside the others, or, where there can be
// none, after the others; then come those that want the machine. Called by cli and
// the test programs; Run blocks until all is done, interrupted or out of time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "engine/loop.h"
#include "journal/writer.h"
#include "plan/plan.h"
#include "run/images.h"
#include "run/processor.h"
#include "run/session.h"

namespace plimsoll::run {

struct RunOptions {
  int jobs = 8;
  Duration deadline = std::chrono::hours(2);  // of the whole run
  // How long an engine that went away, and that plimsoll cannot start again itself, is waited for.
  Duration comeback = std::chrono::seconds(30);
  // Of the removal of all that one case has made.
  Duration clean_up = std::chrono::seconds(120);
  std::function<ProcessorTimes()> processor = ReadProcessorTimes;
  // What the plan's sweeps (`combine: pairs`) need next, of what is in the journal by then; empty: nothing more. Asked each time
  // that all of their cases have ended, by a thread of the run, while others go on. Null: sweeps are not gone on with.
  std::function<Result<std::vector<plan::Case>>()> further = {};
};

// Told of what happens, from several threads but never from two at once.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void CaseStarted(const plan::Case& plan_case) = 0;
  // It has ended, and what came of it does not count: it is to be started again, later.
  virtual void CasePutOff(const plan::Case& plan_case) = 0;
  virtual void CaseEnded(const plan::Case& plan_case, const journal::CaseRecord& record) = 0;
};

struct RunSummary {
  size_t done = 0;
  size_t disturbed = 0;                  // were run twice, since their engine was gone
  bool interrupted = false;              // by `cancel` or the deadline; what is missing can be resumed
  std::string why;                       // "interrupted", "the run's deadline of 30m passed"
  std::vector<std::string> leftovers;    // what clean-up could not remove
};

// `cancel` may be rung from a signal handler. Fails if an engine cannot be set up or the journal not be
// written; cases that ended before are in the journal.
Result<RunSummary> RunPlan(const plan::Plan& plan, const std::vector<EngineUnderTest>& engines,
                           const std::vector<ImageTar>& images, const journal::RunRecord& run,
                           const RunOptions& options, journal::JournalWriter& writer, RunObserver& observer,
                           const engine::Bell& cancel);

}  // namespace plimsoll::run
