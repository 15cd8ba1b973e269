// How busy the machine's processors are, all programs together: times measured on a busy machine are not the engine's. From
// /proc/stat (man 5 proc). Any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace plimsoll::run {

// Since the machine's start, of all processors together, in clock ticks.
struct ProcessorTimes {
  uint64_t busy = 0;
  uint64_t all = 0;
};

// Zeros where it cannot be told.
ProcessorTimes ReadProcessorTimes();
ProcessorTimes ProcessorTimesFrom(std::string_view proc_stat);

// Of the time in between, 0 to 100; -1 where it cannot be told.
int PercentBusy(const ProcessorTimes& from, const ProcessorTimes& to);

}  // namespace plimsoll::run
