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
  // By size of the ratio, the largest first. Of all that is called moved one in twenty may be expected to be chance, and where
  // nothing moved all of it is called unmoved in nineteen of twenty runs, however many series there are. So
  // some of `unmoved` may show a difference if looked at alone.
  std::vector<Move> moved, unmoved;
  std::vector<std::string> failed;  // was measured before and cannot be now: "list on docker-20.10: GET ... answered 500"
  // Not even tried in the other one.
  std::vector<std::string> only_before, only_now;  // "list on docker-20.10"; what has no samples is not there
  std::vector<std::string> also;  // what else is not the same: "the kernel: before 6.1.0-1, now 6.1.0-2"
};

// An Error where they are of different machines and that is refused (it says what differs and which option allows it). The same
// machine with another kernel is the same machine.
Status Comparable(const Machine& before, const Machine& now, OtherMachine other_machine);
// The same, and an Error where nothing was compared: they have no series in common, or too little was measured of all of them.
Result<Moves> Compare(const Measurement& before, const Measurement& now, OtherMachine other_machine);
// For people: a line each.
std::string TextOf(const Moves& moves);

}  // namespace plimsoll::latency
