// A journal read back and analysed: time over its length, and the memory that the longest one takes.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>

#include "analyse/analyse.h"
#include "base/clock.h"
#include "base/text.h"
#include "bench/benches.h"
#include "bench/sample_journal.h"
#include "base/temporary_folder.h"

namespace plimsoll::bench {
namespace {

constexpr double kSecond = 1e9;

// The journals, each written once, and what reading them took.
struct Readings {
  const TemporaryFolder folder;
  std::map<int, std::string> paths;
  std::map<int, std::vector<double>> times;  // ns, by exchanges

  Result<std::string> JournalOf(int exchanges) {
    std::string& path = paths[exchanges];
    if (!path.empty()) return path;
    path = folder.File(fmt::format("{}.jsonl", exchanges));
    if (auto written = WriteSampleJournal(path, exchanges); !written) return tl::make_unexpected(written.error());
    return path;
  }
};

// How long the reading alone took.
Result<Duration> ReadAndAnalyse(const std::string& path) {
  const TimePoint begun = Now();
  auto journal = journal::ReadJournal(path);
  if (!journal) return tl::make_unexpected(journal.error());
  const Duration reading = Now() - begun;
  const auto findings = analyse::Analyse(*journal);
  if (!findings) return tl::make_unexpected(findings.error());
  if (findings->counts.empty() || analyse::Fails(findings->verdict)) return Fail("the sample is not analysed as it should be");
  return reading;
}

void Read(benchmark::State& state, Readings& readings) {
  const auto exchanges = static_cast<int>(state.range(0));
  const auto path = readings.JournalOf(exchanges);
  if (!path) return state.SkipWithError(path.error().what.c_str());
  for (auto _ : state) {
    const TimePoint begun = Now();
    const auto done = ReadAndAnalyse(*path);
    const auto took = static_cast<double>((Now() - begun).count());
    if (!done) return state.SkipWithError(done.error().what.c_str());
    readings.times[exchanges].push_back(took);
    state.SetIterationTime(took / kSecond);
    state.counters["reading_s"] = static_cast<double>(done->count()) / kSecond;
  }
  state.SetComplexityN(exchanges);
}

// The peak of a process of its own: this one's would be that of all benchmarks before.
Result<double> PeakOf(const std::string& path) {
  const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string command = fmt::format("'{}' --peak-of '{}'", program, path);
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  unsigned long long bytes = 0;
  if (!pipe || fscanf(pipe.get(), "%llu", &bytes) != 1) return Fail("the process that reads the journal failed");
  return static_cast<double>(bytes);
}

void AddTimes(const Sizes& sizes, const Readings& readings, std::vector<Figure>& figures) {
  const int least = sizes.exchanges.front(), most = sizes.exchanges.back();
  if (!readings.times.contains(least) || !readings.times.contains(most)) return;
  const auto& of_least = readings.times.at(least);
  const auto& of_most = readings.times.at(most);
  Figure total{.name = fmt::format("journal of {} exchanges: read, analysed", most)};
  total.measured = Millis(Median(of_most));
  total.compared_with = "five seconds";
  for (const double time : of_most) total.ratios.push_back(time / (5 * kSecond));
  total.limit = 1;
  Figure growth{.name = "  the same: growth of its time"};
  growth.measured = fmt::format("x {:.2f}", Median(of_most) / Median(of_least));
  growth.compared_with = fmt::format("x {} exchanges", most / least);
  // The quickest of each: what else goes on only ever adds.
  growth.ratios = {*std::ranges::min_element(of_most) / *std::ranges::min_element(of_least) / (most / least)};
  growth.limit = 1.15;
  figures.push_back(std::move(total));
  figures.push_back(std::move(growth));
}

void Memory(benchmark::State& state, const Sizes& sizes, Readings& readings, std::vector<Figure>& figures) {
  AddTimes(sizes, readings, figures);
  const auto path = readings.JournalOf(sizes.exchanges.back());
  if (!path) return state.SkipWithError(path.error().what.c_str());
  const auto size = static_cast<double>(std::filesystem::file_size(*path));
  double peak = 0;
  for (auto _ : state) {
    const auto measured = PeakOf(*path);
    if (!measured) return state.SkipWithError(measured.error().what.c_str());
    peak = *measured;
  }
  constexpr double kMiB = 1 << 20;
  Figure figure{.name = "  the same: peak memory"};
  figure.measured = fmt::format("{:.1f} MiB", peak / kMiB);
  figure.compared_with = fmt::format("the file: {:.1f} MiB", size / kMiB);
  figure.ratios = {peak / size};
  figure.limit = 2;
  figures.push_back(std::move(figure));
}

}  // namespace

int PrintPeakOf(const std::string& journal) {
  if (auto done = ReadAndAnalyse(journal); !done) {
    fmt::print(stderr, "{}\n", done.error().Text());
    return 1;
  }
  const auto status = ReadFile("/proc/self/status");
  const size_t at = status ? status->find("VmHWM:") : std::string::npos;
  if (at == std::string::npos) return 1;
  fmt::print("{}\n", 1024 * std::strtoull(status->c_str() + at + 6, nullptr, 10));
  return 0;
}

void RegisterReading(const Sizes& sizes, std::vector<Figure>& figures) {
  const auto readings = std::make_shared<Readings>();
  auto* reading =
      benchmark::RegisterBenchmark("journal", [readings](benchmark::State& state) { Read(state, *readings); });
  reading->UseManualTime()->Iterations(1)->Repetitions(sizes.reading_rounds)->Unit(benchmark::kMillisecond);
  for (const int exchanges : sizes.exchanges) reading->Arg(exchanges);
  reading->Complexity(benchmark::oAuto);
  benchmark::RegisterBenchmark("journal/memory", [readings, &sizes, &figures](benchmark::State& state) {
    Memory(state, sizes, *readings, figures);
  })->Iterations(1)->Unit(benchmark::kMillisecond);
}

}  // namespace plimsoll::bench
