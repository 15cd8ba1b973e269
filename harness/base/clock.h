// Time as the harness measures it: CLOCK_MONOTONIC, in nanoseconds since boot. The probe inside a
// container stamps its lines with the same clock, so the two can be subtracted.
#pragma once

#include <chrono>
#include <cstdint>

namespace plimsoll {

using Duration = std::chrono::nanoseconds;
using TimePoint = std::chrono::steady_clock::time_point;

inline TimePoint Now() { return std::chrono::steady_clock::now(); }
inline int64_t Nanos(TimePoint t) {
  return std::chrono::duration_cast<Duration>(t.time_since_epoch()).count();
}
// Whole milliseconds until `t`, rounded up, never negative: the form that poll(2) takes.
inline int MillisUntil(TimePoint t) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(t - Now()).count();
  return left < 0 ? 0 : left > 1'000'000 ? 1'000'000 : static_cast<int>(left);
}

}  // namespace plimsoll
