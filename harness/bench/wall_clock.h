// Between CLOCK_REALTIME, in which engines stamp their events, and CLOCK_MONOTONIC, in which everything else is. Any thread.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <ctime>

#include "base/clock.h"
#include "base/result.h"

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

// How long after `stamp` of CLOCK_REALTIME something came at `came` of CLOCK_MONOTONIC; `before` and `after` it WallMinusMonotonic()
// was what they say. An Error where the machine's time was set between, so that nobody knows.
inline Result<int64_t> SinceStamp(int64_t stamp, int64_t came, int64_t before, int64_t after) {
  constexpr int64_t kSlewed = 1'000'000;  // adjtime and NTP move it by less meanwhile
  if (std::abs(after - before) > kSlewed) return Fail("the machine's time was set meanwhile");
  const int64_t since = came + after - stamp;
  if (since < 0) return Fail("it has a time stamp of the future");
  return since;
}

}  // namespace plimsoll::bench
