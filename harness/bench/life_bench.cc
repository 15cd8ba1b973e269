// A container's life through the executor, recorded and written to a journal, against the same five calls
// made by a bare loop.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/bare_life.h"
#include "bench/benches.h"
#include "bench/recorded_life.h"
#include "base/temporary_folder.h"

namespace plimsoll::bench {
namespace {

// The two of one pair, and what went wrong with any.
class LifePair {
 public:
  LifePair(EngineBed& bed, BareLife bare, journal::JournalWriter& writer)
      : bed_(bed), bare_(std::move(bare)), writer_(writer), plan_(bed.Lives(1)) {}

  double OfHarness() {
    const TimePoint begun = Now();
    const Status lived = LiveRecorded(bed_, plan_.cases[0], writer_);
    const auto took = static_cast<double>((Now() - begun).count());
    if (!lived && trouble_.empty()) trouble_ = lived.error().what;
    return took;
  }

  double OfBare() {
    const TimePoint begun = Now();
    const Status lived = bare_.Live();
    const auto took = static_cast<double>((Now() - begun).count());
    if (!lived && trouble_.empty()) trouble_ = lived.error().what;
    return took;
  }

  const std::string& trouble() const { return trouble_; }

 private:
  EngineBed& bed_;
  BareLife bare_;
  journal::JournalWriter& writer_;
  plan::Plan plan_;
  std::string trouble_;
};

void Measure(LifePair& pair, int lives, Rounds& rounds) {
  std::vector<double> of_harness, of_bare;
  for (int i = 0; i < lives; ++i) {
    if (i % 2 == 0) of_harness.push_back(pair.OfHarness());
    of_bare.push_back(pair.OfBare());
    if (i % 2 != 0) of_harness.push_back(pair.OfHarness());
  }
  rounds.Add(Median(std::move(of_harness)), Median(std::move(of_bare)));
}

void Life(benchmark::State& state, const Sizes& sizes, EngineBed& bed, std::vector<Figure>& figures) {
  const TemporaryFolder folder;
  auto writer = journal::JournalWriter::Create(folder.File("lives.jsonl"));
  if (!writer) return state.SkipWithError(writer.error().what.c_str());
  auto bare = BareLife::Connect(bed);
  if (!bare) return state.SkipWithError(bare.error().what.c_str());
  LifePair pair(bed, std::move(*bare), *writer);
  pair.OfHarness();  // the engine's first container takes longer
  pair.OfBare();
  Rounds rounds;
  for (auto _ : state) {
    Measure(pair, sizes.lives, rounds);
    state.SetIterationTime(rounds.harness.back() / 1e9);
  }
  if (!pair.trouble().empty()) return state.SkipWithError(pair.trouble().c_str());
  Figure figure{.name = "life: create, start, wait, inspect, remove"};
  figure.measured = Millis(Median(rounds.harness));
  figure.compared_with = "bare blocking loop: " + Millis(Median(rounds.other));
  figure.ratios = rounds.Ratios();
  figure.limit = 1.03;
  state.counters["ratio"] = figure.Ratio();
  figures.push_back(std::move(figure));
}

}  // namespace

void RegisterLife(const Sizes& sizes, EngineBed& bed, std::vector<Figure>& figures) {
  benchmark::RegisterBenchmark("life",
                               [&](benchmark::State& state) { Life(state, sizes, bed, figures); })
      ->UseManualTime()
      ->Iterations(sizes.life_rounds)
      ->Unit(benchmark::kMillisecond);
}

}  // namespace plimsoll::bench
