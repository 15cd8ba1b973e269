// A made-up measurement with something of everything, for the tests of the latency pages. Repeatable.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "latency/measurement_for_test.h"

namespace plimsoll::report::example {

using latency::Loop;
using latency::Made;
using latency::Measurement;
using latency::Series;

struct BenchOperation {
  const char* name;
  const char* variant;
  double micros;         // on the first engine
  double factor;         // of the second
  int calls;             // in a round
  double floor = 20;     // microseconds; 0: none
  int64_t bytes = 0;
  const char* timed = "";
};

inline const std::vector<BenchOperation>& BenchOperations() {
  static const std::vector<BenchOperation> all = {
      {"ping", "", 35, 1.9, 200, 20, 0, "GET /_ping"},
      {"version", "", 180, 1.0, 100, 22, 0, "GET /version"},
      {"info", "", 2600, 4, 20, 25, 0, "GET /info"},
      {"create", "", 14000, 2.1, 10, 24, 0, "POST /containers/create"},
      {"start", "", 210000, 0.8, 5, 24, 0, "POST /containers/ID/start"},
      {"wait", "delay", 9000, 12, 5, 0, 0, "from the last thing that the process does to the answer of `POST /containers/ID/wait`"},
      {"remove", "", 11000, 1.02, 10, 24, 0, "DELETE /containers/ID, of one that has exited"},
      {"attach", "64 MiB", 90000, 1.4, 3, 21000, 64 << 20, "what the process writes, from the first byte to the last that arrive"},
      {"volume create", "", 400, 0.5, 40, 22, 0, "POST /volumes/create"},
      {"invented", "", 500, 1, 20, 0, 0, ""}};
  return all;
}

// A long tail now and then, as engines have.
inline Series BenchSeries(const BenchOperation& operation, const std::string& engine, double factor, uint64_t seed) {
  Series series = latency::MadeSeries(operation.name, engine, {.median = operation.micros * factor * 1e3, .spread = 0.12, .drift = 0.03, .rounds = 5, .calls = operation.calls, .seed = seed, .drift_seed = 9});
  series.variant = operation.variant;
  series.bytes = operation.bytes;
  series.timed = operation.timed;
  int n = 0;
  for (latency::Round& round : series.rounds) {
    for (int64_t& nanos : round.nanos) nanos += ++n % 17 == 0 ? nanos / 2 : 0;
    round.cost = {.cpu_nanos = round.wall_nanos / 3, .peak_memory_bytes = (60 + n % 7) << 20, .known = true, .peak_known = true};
  }
  if (operation.floor > 0) series.floor = latency::MadeSeries("", "", {.median = operation.floor * 1e3, .rounds = 1, .calls = 50, .seed = 3}).AllNanos();
  return series;
}

inline void AddLists(Measurement& all, const std::string& engine, double factor, uint64_t seed) {
  struct {
    const char* variant;
    double constant, each;
  } const kLists[] = {{"", 300, 9}, {"size=1", 320, 160}, {"filters", 290, 0.02}};
  for (const auto& [variant, constant, each] : kLists) {
    for (const int64_t containers : {0, 10, 100, 1000}) {
      const BenchOperation list{"list", variant, constant + each * static_cast<double>(containers), 1, containers > 99 ? 5 : 20, 25};
      Series series = BenchSeries(list, engine, factor, ++seed);
      series.containers = containers;
      all.series.push_back(std::move(series));
    }
  }
}

inline void AddLoads(Measurement& all, const std::string& engine, double factor, uint64_t seed) {
  Series several = BenchSeries(BenchOperations()[0], engine, 3 * factor, seed);
  several.clients = 8;
  Series open = BenchSeries(BenchOperations()[0], engine, 1.5 * factor, seed + 1);
  open.loop = Loop::kOpen;
  open.rate = 500;
  all.series.push_back(std::move(several));
  all.series.push_back(std::move(open));
  latency::Saturation saturation{.operation = "ping", .engine = engine, .bound_nanos = 10'000'000};
  for (const double rate : {500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0, 12000.0, 10000.0}) {
    const double full = rate * factor / 14000;
    const auto p99 = static_cast<int64_t>(full < 1 ? 300'000 / (1.001 - full) : 90'000'000 * full);
    saturation.steps.push_back({.rate = rate, .achieved = full < 1 ? rate : rate / full, .p99_nanos = p99, .held = full < 1 && p99 < 10'000'000});
    if (saturation.steps.back().held) saturation.highest = std::max(saturation.highest, rate);
  }
  all.saturations.push_back(std::move(saturation));
}

inline void AddStarts(Measurement& all, const std::string& engine, double factor, bool early_event) {
  for (int i = 0; i < 9; ++i) {
    const auto at = [&](double micros) { return static_cast<int64_t>(micros * factor * (1 + 0.01 * i) * 1e3); };
    latency::Start start{.engine = engine, .connected = at(40), .sent = at(65), .first_instruction = at(190'000), .first_byte = at(209'000), .last_byte = at(209'020)};
    start.events = {{"start", at(early_event ? 160'000 : 205'000)}, {"die", at(400'000)}};
    if (early_event) start.events["init"] = at(120'000);
    if (i == 0) start.events["rare"] = at(50'000);
    all.starts.push_back(std::move(start));
  }
}

inline void AddPeers(Measurement& all, const std::string& engine) {
  all.peers = {{"ping", "plimsoll", "0.1", engine, {36e-6, 35e-6, 37e-6, 35.5e-6, 36e-6}, ""},
               {"ping", "bare loop", "C calls", engine, {34e-6, 34e-6, 34e-6, 33.9e-6, 34.2e-6}, ""},
               {"ping", "libcurl", "7.88.1", engine, {35.9e-6, 35.5e-6, 36.2e-6, 35.4e-6, 36e-6}, ""},
               {"ping", "dockerode", "4.0.2", engine, {}, "node is not there: install Debian's package nodejs"},
               {"life", "plimsoll", "0.1", engine, {0.52, 0.5, 0.49}, ""},
               {"life", "docker CLI", "20.10.24", engine, {0.71, 0.7, 0.73}, ""},
               {"life", "bare loop", "C calls", engine, {0.42, 0.41, 0.45}, ""},
               {"life", "docker-py", "5.0.3", engine, {0.9, 0.88}, "the client has ended"},
               {"1 GiB", "plimsoll", "0.1", engine, {1.31, 1.3, 1.35}, ""}};
}

inline Measurement Bench(const std::vector<std::string>& engines) {
  Measurement all{.plimsoll = "0.1", .started = "2026-11-26T04:00:00Z", .machine = {"0123456789abcdef", "Made-up CPU @ 2.50GHz", 2, int64_t{8} << 30, "Linux 6.1.0-18-amd64 x86_64"}};
  uint64_t seed = 1;
  for (size_t i = 0; i < engines.size(); ++i) {
    const auto index = static_cast<double>(i);
    all.engines.push_back({engines[i], {{"version", "20.10.24+dfsg1"}, {"api", "1.41"}, {"runtime", "runc 1.1.5"}, {"storage_driver", "overlay2"}, {"cgroup_version", "2"}}});
    for (const BenchOperation& operation : BenchOperations()) {
      all.series.push_back(BenchSeries(operation, engines[i], std::pow(operation.factor, index / std::max(1.0, static_cast<double>(engines.size()) - 1)), seed += 10));
    }
    AddLists(all, engines[i], 1 + 0.5 * index, seed += 100);
    AddLoads(all, engines[i], 1 + 0.4 * index, seed += 100);
    AddStarts(all, engines[i], 1 + 0.2 * index, i % 2 == 1);
  }
  if (engines.empty()) return all;
  AddPeers(all, engines[0]);
  all.series.push_back({.operation = "events", .variant = "delay", .engine = engines.back(), .trouble = "the event of a new volume did not come within 10 s"});
  return all;
}

}  // namespace plimsoll::report::example
