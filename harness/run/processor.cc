#include "run/processor.h"

#include <sstream>
#include <string>
#include <vector>

#include "base/text.h"

namespace plimsoll::run {

ProcessorTimes ProcessorTimesFrom(std::string_view proc_stat) {
  constexpr size_t kIdle = 3, kWaitingForDisks = 4, kGuest = 8;  // what guests take is part of user time
  std::istringstream line{std::string(proc_stat.substr(0, proc_stat.find('\n')))};
  std::string name;
  line >> name;
  ProcessorTimes times;
  if (name != "cpu") return times;
  uint64_t ticks = 0;
  for (size_t i = 0; i < kGuest && line >> ticks; ++i) {
    times.all += ticks;
    if (i != kIdle && i != kWaitingForDisks) times.busy += ticks;
  }
  return times;
}

ProcessorTimes ReadProcessorTimes() {
  const auto text = ReadFile("/proc/stat");
  return text ? ProcessorTimesFrom(*text) : ProcessorTimes();
}

int PercentBusy(const ProcessorTimes& from, const ProcessorTimes& to) {
  if (to.all <= from.all || to.busy < from.busy) return -1;
  return static_cast<int>(100 * (to.busy - from.busy) / (to.all - from.all));
}

}  // namespace plimsoll::run
