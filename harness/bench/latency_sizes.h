// How much `plimsoll bench` does.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"

namespace plimsoll::bench {

struct LatencySizes {
  int rounds = 5;
  Duration budget = std::chrono::milliseconds(400);  // for the calls of one round, what they need besides included
  int clients = 4;                                    // of closed loops with several
  int starts = 10;                                    // to be taken apart
  Duration saturation_step = std::chrono::milliseconds(800);
  int saturation_calls = 200;                         // a step has so many at least: fewer have no p99
  int bisections = 3;
  std::vector<int64_t> containers = {0, 10, 100, 1'000};
  int floor_calls = 40;                               // in a round
  // All of it, in less than a minute: to see that it works, not how fast.
  static LatencySizes Smallest() { return {2, std::chrono::milliseconds(20), 2, 1, std::chrono::milliseconds(50), 10, 1, {0, 3, 6, 9}, 3}; }
};

}  // namespace plimsoll::bench
