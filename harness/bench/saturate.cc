#include "bench/saturate.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/interleave.h"
#include "bench/loops.h"
#include "bench/open_calls.h"
#include "bench/rounds.h"
#include "latency/statistics.h"

namespace plimsoll::bench {
namespace {

constexpr double kHighestRate = 100'000;

struct Searched {
  SaturatedEngine engine;
  RateSearch search;
  Status status;
};

Result<latency::Saturation::Step> TryRate(const Site& site, const engine::Endpoint& endpoint, double rate, const SaturationGoal& goal,
                                          const LatencySizes& sizes, const engine::Bell* cancel) {
  OpenCalls in_flight(endpoint, ReadingCall(site), cancel);
  const int calls = std::max(sizes.saturation_calls, static_cast<int>(rate * std::chrono::duration<double>(sizes.saturation_step).count()));
  auto run = RunOpenLoop(in_flight, {.rate = rate, .calls = calls, .give_up_nanos = 20 * goal.bound_nanos});
  if (!run) return tl::make_unexpected(run.error());
  std::ranges::sort(run->nanos);
  latency::Saturation::Step tried{.rate = rate, .achieved = run->achieved(), .p99_nanos = run->nanos.empty() ? 0 : latency::Quantile(run->nanos, 0.99)};
  tried.held = !run->gave_up && tried.p99_nanos <= goal.bound_nanos;
  return tried;
}

}  // namespace

std::vector<latency::Saturation> Saturate(const std::vector<SaturatedEngine>& engines, const Operation& operation, const SaturationGoal& goal,
                                          const LatencySizes& sizes, const engine::Bell* cancel,
                                          const std::function<void(const std::string&)>& said) {
  std::vector<Searched> all;
  for (const SaturatedEngine& engine : engines) {
    all.push_back({engine, RateSearch(goal.first_rate, kHighestRate, sizes.bisections), {}});
    if (operation.prepare) all.back().status = operation.prepare(*engine.site, 1);
  }
  bool more = true;
  for (int turn = 0; more; ++turn) {
    more = false;
    for (const size_t i : TurnsOf(all.size(), turn)) {
      Searched& one = all[i];
      const auto rate = one.search.Next();
      if (!one.status || !rate) continue;
      more = true;
      const auto step = TryRate(*one.engine.site, one.engine.site->client().endpoint(), *rate, goal, sizes, cancel);
      if (step) one.search.Note(*step);
      if (!step) one.status = tl::make_unexpected(step.error());
    }
  }
  std::vector<latency::Saturation> found;
  for (Searched& one : all) {
    if (one.status) {
      latency::Saturation saturation = one.search.found();
      saturation.operation = operation.name;
      saturation.engine = one.engine.name;
      saturation.bound_nanos = goal.bound_nanos;
      found.push_back(std::move(saturation));
    }
    const Status cleaned = operation.clean ? operation.clean(*one.engine.site) : Status();
    for (const Status& status : {one.status, cleaned}) {
      if (!status) said(fmt::format("saturation of {} on {}: {}", operation.name, one.engine.name, status.error().what));
    }
  }
  return found;
}

}  // namespace plimsoll::bench
