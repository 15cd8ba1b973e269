// What moved between two measurements: `plimsoll bench --against`. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "latency/measurement.h"
#include "latency/statistics.h"

namespace plimsoll::latency {

enum class OtherMachine { kRefuse, kAllow };

struct Move {
  std::string series, engine;  // Series::Name()
  int64_t before = 0, now = 0;  // medians, ns
  Ratio ratio;                 // now / before
};

struct Moves {
  std::vector<Move> moved, unmoved;  // by size of the ratio, the largest first
  std::vector<std::string> only_before, only_now;  // "list on docker-20.10"
};

// An Error where they are of different machines and that is refused (it says what differs and which option allows it).
Result<Moves> Compare(const Measurement& before, const Measurement& now, OtherMachine other_machine);
// For people: a line each.
std::string TextOf(const Moves& moves);

}  // namespace plimsoll::latency
