// Lives per second with several in flight: RunPlan against as many threads of a bare loop.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "bench/bare_life.h"
#include "bench/benches.h"
#include "bench/crew.h"

namespace plimsoll::bench {
namespace {

Result<double> RateOfBareLoop(const Sizes& sizes, const EngineBed& bed) {
  std::vector<BareLife> lives;
  for (int i = 0; i < sizes.jobs; ++i) {
    auto life = BareLife::Connect(bed);
    if (!life) return tl::make_unexpected(life.error());
    lives.push_back(std::move(*life));
  }
  std::atomic<int> next{0};
  std::mutex mutex;
  Status all;
  const TimePoint begun = Now();
  {
    std::vector<std::jthread> threads;
    for (BareLife& life : lives) {
      threads.emplace_back([&] {
        while (next++ < sizes.crew_lives) {
          Status lived = life.Live();
          const std::lock_guard lock(mutex);
          if (!lived) all = std::move(lived);
        }
      });
    }
  }
  if (!all) return tl::make_unexpected(all.error());
  return sizes.crew_lives * 1e9 / static_cast<double>((Now() - begun).count());
}

Status MeasureRound(const Sizes& sizes, const EngineBed& bed, bool harness_first, Rounds& rounds) {
  Result<double> harness = 0.0, bare = 0.0;
  if (harness_first) harness = RateOfRunPlan(bed, sizes.crew_lives, sizes.jobs);
  bare = RateOfBareLoop(sizes, bed);
  if (!harness_first) harness = RateOfRunPlan(bed, sizes.crew_lives, sizes.jobs);
  if (!harness) return tl::make_unexpected(harness.error());
  if (!bare) return tl::make_unexpected(bare.error());
  rounds.Add(*harness, *bare);
  return {};
}

void Crew(benchmark::State& state, const Sizes& sizes, const EngineBed& bed, std::vector<Figure>& figures) {
  Rounds rounds;
  for (auto _ : state) {
    const bool harness_first = rounds.harness.size() % 2 == 0;
    if (auto measured = MeasureRound(sizes, bed, harness_first, rounds); !measured) {
      return state.SkipWithError(measured.error().what.c_str());
    }
    state.SetIterationTime(sizes.crew_lives / rounds.harness.back());
  }
  Figure figure{.name = fmt::format("{} lives in flight", sizes.jobs)};
  figure.measured = fmt::format("{:.2f} lives/s", Median(rounds.harness));
  figure.compared_with = fmt::format("bare loop, {} threads: {:.2f} lives/s", sizes.jobs, Median(rounds.other));
  figure.ratios = rounds.Ratios();
  figure.goal = Goal::kAtLeast;
  figure.limit = 0.95;
  state.counters["ratio"] = figure.Ratio();
  figures.push_back(std::move(figure));
}

}  // namespace

void RegisterCrew(const Sizes& sizes, EngineBed& bed, std::vector<Figure>& figures) {
  benchmark::RegisterBenchmark("crew",
                               [&](benchmark::State& state) { Crew(state, sizes, bed, figures); })
      ->UseManualTime()
      ->Iterations(sizes.crew_rounds)
      ->Unit(benchmark::kMillisecond);
}

}  // namespace plimsoll::bench
