// InferRules over the full matrix of many flags: all values together.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/clock.h"
#include "bench/benches.h"
#include "bench/rule_tables.h"

namespace plimsoll::bench {
namespace {

void Rules(benchmark::State& state, const Sizes& sizes, std::vector<Figure>& figures) {
  const std::vector<analyse::RuleTable> tables = RuleTables(sizes.flags);
  std::vector<double> totals, longest;
  for (auto _ : state) {
    double total = 0, most = 0;
    for (const analyse::RuleTable& table : tables) {
      const TimePoint begun = Now();
      benchmark::DoNotOptimize(analyse::InferRules(table));
      const auto took = static_cast<double>((Now() - begun).count());
      total += took;
      most = std::max(most, took);
    }
    totals.push_back(total);
    longest.push_back(most);
    state.SetIterationTime(total / 1e9);
  }
  constexpr double kLimit = 1e9;
  Figure figure{.name = fmt::format("rules of {} values, {} cases", tables.size(), tables[0].rows.size())};
  figure.measured = fmt::format("{}, the longest {}", Millis(Median(totals)), Millis(Median(longest)));
  figure.compared_with = "one second";
  for (const double total : totals) figure.ratios.push_back(total / kLimit);
  figure.limit = 1;
  figures.push_back(std::move(figure));
}

}  // namespace

void RegisterRules(const Sizes& sizes, std::vector<Figure>& figures) {
  benchmark::RegisterBenchmark("rules", [&](benchmark::State& state) { Rules(state, sizes, figures); })
      ->UseManualTime()
      ->Iterations(sizes.rules_rounds)
      ->Unit(benchmark::kMillisecond);
}

}  // namespace plimsoll::bench
