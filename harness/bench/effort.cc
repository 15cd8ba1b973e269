#include "bench/effort.h"

#include <algorithm>
#include <functional>

namespace plimsoll::bench {
namespace {

constexpr int64_t kFewCalls = 3;
constexpr int kTries = 4;

// How long `action` takes, unless it fails.
Result<Duration> Taking(const std::function<Status()>& action) {
  const TimePoint begun = Now();
  if (auto done = action(); !done) return tl::make_unexpected(done.error());
  return Now() - begun;
}

// One operation on one site, from its preparation to the last call.
class Trial {
 public:
  Trial(const Operation& operation, Site& site, Duration budget) : operation_(operation), site_(site), budget_(budget) {}

  Status MakeCalls() {
    const auto prepared = Taking([&] { return operation_.prepare ? operation_.prepare(site_, 1) : Status(); });
    if (!prepared) return tl::make_unexpected(prepared.error());
    effort_.prepare = *prepared;
    site_.Record();
    if (auto opened = operation_.open ? operation_.open(site_) : Status(); !opened) return opened;
    auto took = Taking([&] { return Call(); });
    if (!took) return tl::make_unexpected(took.error());
    effort_.call = *took;
    tried_out_.answers = site_.Recorded();
    tried_out_.items = site_.items;
    const bool repeatable = !operation_.prepare || operation_.once;
    while (repeatable && tried_ < kTries && *took < budget_) {
      if (took = Taking([&] { return Call(); }); !took) return tl::make_unexpected(took.error());
      effort_.call = std::min(effort_.call, *took);
    }
    return {};
  }

  Status Clean() {
    static_cast<void>(site_.Recorded());
    const auto cleaned = Taking([&] { return operation_.clean ? operation_.clean(site_) : Status(); });
    if (!cleaned) return tl::make_unexpected(cleaned.error());
    effort_.clean = *cleaned / (operation_.once ? 1 : std::max(tried_, 1));
    return {};
  }

  TriedOut End() {
    tried_out_.calls = effort_.CallsIn(budget_, operation_);
    return std::move(tried_out_);
  }

 private:
  Status Call() {
    const auto called = operation_.call(site_, tried_++);
    return called ? Status() : tl::make_unexpected(called.error());
  }

  const Operation& operation_;
  Site& site_;
  const Duration budget_;
  Effort effort_;
  int tried_ = 0;
  TriedOut tried_out_;
};

}  // namespace

int Effort::CallsIn(Duration budget, const Operation& operation) const {
  const Duration at_most_half = std::min(prepare + clean, budget / 2);
  const Duration each = operation.once ? call : prepare + call + clean;
  const Duration left = operation.once ? budget - at_most_half : budget;
  const auto fit = [&](Duration time) { return static_cast<int64_t>(time / std::max(each, Duration(1'000))); };
  const int64_t calls = std::max(fit(left), std::min<int64_t>(fit(3 * left), kFewCalls));
  return static_cast<int>(std::clamp<int64_t>(calls, 1, operation.most));
}

Result<TriedOut> TryOut(const Operation& operation, Site& site, Duration budget) {
  Trial trial(operation, site, budget);
  const Status made = trial.MakeCalls(), cleaned = trial.Clean();
  for (const Status& one : {made, cleaned}) {
    if (!one) return tl::make_unexpected(one.error());
  }
  return trial.End();
}

}  // namespace plimsoll::bench
