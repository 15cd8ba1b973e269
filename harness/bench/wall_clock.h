// Between CLOCK_REALTIME, in which engines stamp their events, and CLOCK_MONOTONIC, in which everything else is. Any thread.
#pragma once

#include <cstdint>
#include <ctime>

#include "base/clock.h"

namespace plimsoll::bench {

// What is to be added to a moment of CLOCK_MONOTONIC to have that of CLOCK_REALTIME, now (it changes when the machine's time
// is set); exact to less than a microsecond.
inline int64_t WallMinusMonotonic() {
  const auto wall = [] {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * int64_t{1'000'000'000} + now.tv_nsec;
  };
  const int64_t before = Nanos(Now());
  const int64_t between = wall();
  const int64_t after = Nanos(Now());
  return between - (before + (after - before) / 2);
}

}  // namespace plimsoll::bench
