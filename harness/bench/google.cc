#include "bench/google.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "latency/statistics.h"

namespace plimsoll::bench {
namespace {

constexpr double kPerMicrosecond = 1e-3;  // of ns

// "list/size=1/docker-20.10", "inspect/clients:4/docker-20.10"; Google Benchmark adds the number of containers.
std::string NameOf(const LatencyBench& bench, const Item& item, size_t engine) {
  const Operation& operation = bench.operations()[item.operation];
  std::string name = operation.name;
  if (!operation.variant.empty()) name += "/" + operation.variant;
  if (item.clients > 1) name += fmt::format("/clients:{}", item.clients);
  if (item.loop == latency::Loop::kOpen) name += fmt::format("/rate:{}", item.rate);
  std::ranges::replace(name, ' ', '_');
  return name + "/" + bench.EngineName(engine);
}

void SetCounters(benchmark::State& state, const latency::Series& series) {
  const latency::Summary summary = latency::Summarize(series);
  const auto micros = [](int64_t nanos) { return static_cast<double>(nanos) * kPerMicrosecond; };
  state.counters["p50"] = micros(summary.p50);
  state.counters["p90"] = micros(summary.p90);
  state.counters["p99"] = micros(summary.p99);
  state.counters["max"] = micros(summary.max);
  state.counters["per_second"] = summary.per_second;
  int64_t cpu = 0;
  bool known = true;
  for (const latency::Round& round : series.rounds) {
    cpu += round.cost.cpu_nanos;
    known = known && round.cost.known;
  }
  if (known) state.counters["cpu_ms"] = static_cast<double>(cpu) / 1e6 / static_cast<double>(summary.count);
  if (series.bytes > 0) state.SetBytesProcessed(series.bytes * static_cast<int64_t>(summary.count));
}

// Of a family over which growth is fitted Google Benchmark 1.7 reads the first run that succeeded, even where none did, and
// dies. So the first to fail before any other succeeded is a run of no time, which weighs next to nothing in a fit.
void StandIn(benchmark::State& state, const std::string& trouble) {
  while (state.KeepRunning()) state.SetIterationTime(0);
  state.SetComplexityN(1);
  state.SetLabel("ERROR: " + trouble);
}

// `*fitted`: a run of this family was handed over that is no error; null where nothing is fitted.
void HandOver(benchmark::State& state, const latency::Series& series, bool* fitted) {
  const std::vector<int64_t> nanos = series.AllNanos();
  const bool stands_in = nanos.empty() && fitted != nullptr && !*fitted;
  if (nanos.empty() && !stands_in) return state.SkipWithError(series.trouble.c_str());
  if (fitted != nullptr) *fitted = true;
  if (stands_in) return StandIn(state, series.trouble);
  while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(nanos.size()))) {
    state.SetIterationTime(static_cast<double>(std::accumulate(nanos.begin(), nanos.end(), int64_t{0})) / 1e9);
  }
  SetCounters(state, series);
  // Its logarithm is taken.
  state.SetComplexityN(std::max<int64_t>(series.containers, 1));
  state.SetLabel(series.trouble);
}

// The benchmarks of one operation, in the order of its numbers of containers, become one family, over which the growth
// is fitted.
void RegisterFamily(LatencyBench& bench, const std::vector<size_t>& items, size_t engine, const std::shared_ptr<size_t>& run) {
  const Item& first = bench.items()[items.front()];
  const auto fitted = first.containers < 0 ? nullptr : std::make_shared<bool>(false);
  auto* family = benchmark::RegisterBenchmark(NameOf(bench, first, engine).c_str(), [&bench, items, engine, run, fitted](benchmark::State& state) {
    ++*run;
    const auto item = std::ranges::find_if(items, [&](size_t i) {
      return bench.items()[i].containers < 0 || bench.items()[i].containers == state.range(0);
    });
    HandOver(state, bench.Measure(*item)[engine], fitted.get());
  });
  family->UseManualTime()->Iterations(1)->Unit(benchmark::kMicrosecond);
  if (first.containers < 0) return;
  for (const size_t i : items) family->Arg(bench.items()[i].containers);
  family->ArgName("containers")->Complexity();
}

}  // namespace

Status InitialiseGoogle(const std::vector<std::string>& words) {
  // The library keeps this one for its reports.
  static constexpr char kProgram[] = "plimsoll bench";
  std::vector<std::string> all;
  for (const std::string& word : words) {
    for (const char* refused : {"--benchmark_repetitions", "--benchmark_min_time", "--benchmark_enable_random_interleaving"}) {
      if (word.starts_with(refused)) return Fail(refused + std::string(" has no effect here"), "see --rounds and --budget");
    }
    all.push_back(word);
  }
  std::vector<char*> arguments = {const_cast<char*>(kProgram)};
  for (std::string& word : all) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int count = static_cast<int>(all.size()) + 1;
  benchmark::Initialize(&count, arguments.data());
  if (count > 1) return Fail(fmt::format("unknown argument {}", arguments[1]), "`plimsoll bench --help` shows those there are");
  return {};
}

size_t RunWithGoogle(LatencyBench& bench) {
  const std::vector<Item>& items = bench.items();
  if (items.empty()) return 0;
  auto run = std::make_shared<size_t>(0);
  std::vector<bool> registered(items.size(), false);
  for (size_t i = 0; i < items.size(); ++i) {
    if (registered[i]) continue;
    std::vector<size_t> family;
    for (size_t j = i; j < items.size(); ++j) {
      const bool same = j == i || (items[i].containers >= 0 && items[j].containers >= 0 && items[j].operation == items[i].operation);
      if (!same) continue;
      family.push_back(j);
      registered[j] = true;
    }
    for (size_t engine = 0; engine < bench.engines(); ++engine) RegisterFamily(bench, family, engine, run);
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return *run;
}

}  // namespace plimsoll::bench
