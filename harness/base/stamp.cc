#include "base/stamp.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <random>

namespace plimsoll {

std::string NewRunId() {
  std::random_device random;
  return fmt::format("{:08x}", random());
}

std::string WallClock() { return fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr))); }

}  // namespace plimsoll
