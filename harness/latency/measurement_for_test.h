// Series with known properties for tests. Repeatable: a seed decides.
#pragma once

#include <cmath>
#include <random>
#include <string>

#include "latency/measurement.h"

namespace plimsoll::latency {

struct Made {
  double median = 1e6;        // ns
  double spread = 0.05;       // of one call, relative
  double drift = 0;           // of a whole round, relative
  int rounds = 5;
  int calls = 100;            // in a round
  uint64_t seed = 1;
  uint64_t drift_seed = 0;    // series with the same one drift alike; 0: `seed`
};

// A number around 0 with standard deviation about 1, the same with every standard library.
inline double Around0(std::mt19937& numbers) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += static_cast<double>(numbers()) / 4294967296.0;
  return sum;
}

inline Series MadeSeries(const std::string& operation, const std::string& engine, const Made& made) {
  Series series{.operation = operation, .engine = engine};
  std::mt19937 numbers(static_cast<uint32_t>(made.seed)), drifts(static_cast<uint32_t>(made.drift_seed ? made.drift_seed : made.seed + 1000));
  for (int r = 0; r < made.rounds; ++r) {
    const double middle = made.median * std::exp(made.drift * Around0(drifts));
    Round round;
    for (int i = 0; i < made.calls; ++i) {
      round.nanos.push_back(static_cast<int64_t>(middle * std::exp(made.spread * Around0(numbers))));
      round.wall_nanos += round.nanos.back();
    }
    series.rounds.push_back(std::move(round));
  }
  return series;
}

}  // namespace plimsoll::latency
