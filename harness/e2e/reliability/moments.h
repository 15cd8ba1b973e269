// Random moments at which something is done to a run. How many and from which seed, the environment says:
// PLIMSOLL_MOMENTS (1) and PLIMSOLL_SEED (a new one); both are printed, so that a failure can be repeated.
#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <random>
#include <string>

#include "base/clock.h"
#include "base/text.h"
#include "engine/loop.h"

namespace plimsoll::e2e {

class Moments {
 public:
  explicit Moments(const std::string& what) {
    random_.seed(seed_);
    fmt::print("{}: {} moments, PLIMSOLL_SEED={}\n", what, count_, seed_);
  }

  size_t count() const { return count_; }
  uint64_t seed() const { return seed_; }
  // Some time of a run that takes `whole`.
  Duration Within(Duration whole) {
    return Duration(std::uniform_int_distribution<int64_t>(0, whole.count())(random_));
  }
  size_t OneOf(size_t choices) { return std::uniform_int_distribution<size_t>(0, choices - 1)(random_); }

 private:
  static uint64_t Number(const char* name, uint64_t fallback) {
    const char* value = std::getenv(name);
    return value && *value ? std::strtoull(value, nullptr, 10) : fallback;
  }
  uint64_t seed_ = Number("PLIMSOLL_SEED", std::random_device()());
  size_t count_ = Number("PLIMSOLL_MOMENTS", 1);
  std::mt19937_64 random_;
};

// The moment is what is tested here, so this is the one place that sleeps.
inline void SleepFor(Duration time) {
  engine::Loop pause(nullptr);
  pause.Wait([] { return false; }, Now() + time);
}

}  // namespace plimsoll::e2e
