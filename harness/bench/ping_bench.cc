// GET /_ping over the harness's transport, recorded as the executor records it, against a bare loop.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/bare_client.h"
#include "bench/benches.h"
#include "bench/recorded_caller.h"

namespace plimsoll::bench {
namespace {

template <class Call>
double NanosOf(Call call, bool& all_well) {
  const TimePoint begun = Now();
  all_well = call() && all_well;
  return static_cast<double>((Now() - begun).count());
}

// The median of each. Connections of their own in each round, and neither always goes first: which of the
// engine's threads serves a connection, and who last warmed it, is luck.
Status MeasurePings(const EngineBed& bed, int pings, Rounds& rounds, bool& well) {
  const http::Request request{"GET", "/_ping", {}, ""};
  const std::string wire = http::Serialize(request);
  RecordedCaller harness(bed.engine().endpoint);
  auto bare = BareClient::Connect(bed.socket_path());
  if (!bare) return tl::make_unexpected(bare.error());
  well = harness.Answered(request) && StatusOf((*bare)->Exchange(wire)) == 200 && well;
  std::vector<double> of_harness, of_bare;
  const auto ping = [&] { of_harness.push_back(NanosOf([&] { return harness.Answered(request); }, well)); };
  for (int i = 0; i < pings; ++i) {
    if (i % 2 == 0) ping();
    of_bare.push_back(NanosOf([&] { return !(*bare)->Exchange(wire).empty(); }, well));
    if (i % 2 != 0) ping();
  }
  rounds.Add(Median(std::move(of_harness)), Median(std::move(of_bare)));
  return {};
}

void Ping(benchmark::State& state, const Sizes& sizes, const EngineBed& bed, std::vector<Figure>& figures) {
  bool well = true;
  Rounds rounds;
  for (auto _ : state) {
    if (auto measured = MeasurePings(bed, sizes.pings, rounds, well); !measured) {
      return state.SkipWithError(measured.error().what.c_str());
    }
    state.SetIterationTime(rounds.harness.back() / 1e9);
  }
  if (!well) return state.SkipWithError("a ping was not answered");
  Figure figure{.name = "p50 of GET /_ping, recorded"};
  figure.measured = Micros(Median(rounds.harness));
  figure.compared_with = "bare blocking loop: " + Micros(Median(rounds.other));
  figure.ratios = rounds.Ratios();
  figure.limit = 1.15;
  state.counters["ratio"] = figure.Ratio();
  figures.push_back(std::move(figure));
}

}  // namespace

void RegisterPing(const Sizes& sizes, EngineBed& bed, std::vector<Figure>& figures) {
  benchmark::RegisterBenchmark("ping",
                               [&](benchmark::State& state) { Ping(state, sizes, bed, figures); })
      ->UseManualTime()
      ->Iterations(sizes.ping_rounds)
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace plimsoll::bench
