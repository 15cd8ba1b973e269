// At which rate engines are saturated, the engines taking turns rate by rate. One thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/latency_sizes.h"
#include "bench/operations.h"
#include "engine/loop.h"
#include "latency/measurement.h"

namespace plimsoll::bench {

struct SaturationGoal {
  int64_t bound_nanos = 0;  // that p99 is to stay under
  double first_rate = 100;  // calls a second
};

struct SaturatedEngine {
  std::string name;
  Site* site = nullptr;
};

// Of those on which it could be found; `said` is told why not of the others. What was made is removed.
std::vector<latency::Saturation> Saturate(const std::vector<SaturatedEngine>& engines, const Operation& operation, const SaturationGoal& goal,
                                          const LatencySizes& sizes, const engine::Bell* cancel,
                                          const std::function<void(const std::string&)>& said);

}  // namespace plimsoll::bench
