#include "bench/loops.h"

#include <algorithm>
#include <limits>

namespace plimsoll::bench {
namespace {

// One run of the open loop: which calls are due, begun and ended.
class OpenLoopRunner {
 public:
  OpenLoopRunner(CallsInFlight& calls, const OpenLoop& loop) : calls_(calls), loop_(loop), began_(calls.Now()) {}

  Result<OpenLoopRun> Run() {
    while (next_ < last() || ended_ < next_) {
      if (auto begun = BeginDue(); !begun) return tl::make_unexpected(begun.error());
      if (next_ >= last() && ended_ == next_) break;
      auto ended = calls_.Await(next_ < last() && !blocked_ ? Due(next_) : std::numeric_limits<int64_t>::max());
      if (!ended) return tl::make_unexpected(ended.error());
      for (const auto& call : *ended) Note(call);
    }
    return std::move(run_);
  }

 private:
  int64_t Due(int number) const { return began_ + static_cast<int64_t>(number * 1e9 / loop_.rate); }
  int last() const { return run_.gave_up ? next_ : loop_.calls; }

  Status BeginDue() {
    blocked_ = false;
    while (next_ < last() && Due(next_) <= calls_.Now()) {
      if (calls_.Now() - Due(next_) > loop_.give_up_nanos) {
        run_.gave_up = true;
        return {};
      }
      const auto begun = calls_.Begin(next_);
      if (!begun) return tl::make_unexpected(begun.error());
      blocked_ = *begun == CallsInFlight::Began::kAllBusy;
      if (blocked_) return {};
      ++next_;
    }
    return {};
  }

  void Note(const CallsInFlight::Ended& call) {
    ++ended_;
    run_.nanos.push_back(call.at - Due(call.number));
    run_.wall_nanos = std::max(run_.wall_nanos, call.at - began_);
  }

  CallsInFlight& calls_;
  const OpenLoop& loop_;
  const int64_t began_;
  int next_ = 0, ended_ = 0;
  bool blocked_ = false;
  OpenLoopRun run_;
};

}  // namespace

Result<OpenLoopRun> RunOpenLoop(CallsInFlight& calls, const OpenLoop& loop) { return OpenLoopRunner(calls, loop).Run(); }

std::optional<double> RateSearch::Next() const {
  if (refused_ == 0) return rate_ <= limit_ ? std::optional(rate_) : std::nullopt;
  return bisections_ > 0 ? std::optional((found_.highest + refused_) / 2) : std::nullopt;
}

void RateSearch::Note(const latency::Saturation::Step& step) {
  if (refused_ == 0) rate_ *= 2;
  else --bisections_;
  found_.steps.push_back(step);
  if (step.held) found_.highest = std::max(found_.highest, step.rate);
  else refused_ = step.rate;
}

}  // namespace plimsoll::bench
