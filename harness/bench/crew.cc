#include "bench/crew.h"

#include <fmt/format.h>

#include <optional>

#include "base/temporary_folder.h"
#include "journal/writer.h"
#include "run/runner.h"

namespace plimsoll::bench {
namespace {

// From the first case's start to the last one's end: what a run does once (images, subscription) is not
// what is compared.
class LivesWatch : public run::RunObserver {
 public:
  void CaseStarted(const plan::Case&) override {
    if (!begun_) begun_ = Now();
  }
  void CasePutOff(const plan::Case&) override {}
  void CaseEnded(const plan::Case&, const journal::CaseRecord& record) override {
    ended_ = Now();
    completed_ += record.outcome == journal::CaseOutcome::kCompleted ? 1 : 0;
  }
  // Lives per second.
  Result<double> Rate(int lives) const {
    if (!begun_ || completed_ != lives) return Fail(fmt::format("{} of {} lives completed", completed_, lives));
    return lives * 1e9 / static_cast<double>((ended_ - *begun_).count());
  }

 private:
  std::optional<TimePoint> begun_;
  TimePoint ended_;
  int completed_ = 0;
};

}  // namespace

Result<double> RateOfRunPlan(const EngineBed& bed, int lives, int jobs) {
  const TemporaryFolder folder;
  auto writer = journal::JournalWriter::Create(folder.File("crew.jsonl"));
  if (!writer) return tl::make_unexpected(writer.error());
  LivesWatch watch;
  const engine::Bell never;
  const plan::Plan plan = bed.Lives(lives);
  auto summary = run::RunPlan(plan, {bed.engine()}, bed.images(), bed.run(), {.jobs = jobs}, *writer, watch, never);
  if (!summary) return tl::make_unexpected(summary.error());
  return watch.Rate(lives);
}

}  // namespace plimsoll::bench
