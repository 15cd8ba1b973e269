#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/text.h"
#include "latency/measurement.h"

namespace plimsoll::latency {
namespace {

// Of "NAME<spaces>: VALUE" lines, the first of that name; "" without one.
std::string FieldOf(const std::string& file, std::string_view name) {
  const auto text = ReadFile(file);
  if (!text) return "";
  for (const std::string& line : Split(*text, '\n')) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos || Trim(std::string_view(line).substr(0, colon)) != name) continue;
    return std::string(Trim(std::string_view(line).substr(colon + 1)));
  }
  return "";
}

int64_t KibibytesOf(const std::string& text) { return std::strtoll(text.c_str(), nullptr, 10); }

}  // namespace

Machine ThisMachine() {
  Machine machine;
  utsname names{};
  uname(&names);
  machine.kernel = fmt::format("{} {} {}", names.sysname, names.release, names.machine);
  machine.processor = FieldOf("/proc/cpuinfo", "model name");
  if (machine.processor.empty()) machine.processor = names.machine;  // ARM's has none
  machine.cores = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  machine.memory_bytes = KibibytesOf(FieldOf("/proc/meminfo", "MemTotal")) * 1024;
  // Of the machine-id only 64 bits of a hash go into files: it is not to be told (machine-id(5)), and cannot be found from them.
  const std::string own_id = ReadFile("/etc/machine-id").value_or("");
  machine.id = fmt::format("{:016x}", Scattered(fmt::format("plimsoll\n{}\n{}\n{}", Trim(own_id), machine.processor, machine.cores)));
  return machine;
}

}  // namespace plimsoll::latency
