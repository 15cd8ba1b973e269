// How much is measured, and where the figures go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/figures.h"

namespace plimsoll::bench {

struct Sizes {
  int ping_rounds = 15;
  int pings = 2'000;  // of each kind in a round
  int life_rounds = 9;
  int lives = 8;  // of each kind in a round
  int crew_rounds = 15;
  int crew_lives = 32;  // of each kind in a round
  int jobs = 8;
  int relay_rounds = 9;
  uint64_t relay_bytes = 256u << 20;  // through an attached stream, of each kind in a round
  int reading_rounds = 3;
  std::vector<int> exchanges{25'000, 50'000, 100'000};
  int rules_rounds = 5;
  size_t flags = 12;

  // All of it once, in a second or two.
  static Sizes Smallest() { return {1, 20, 1, 1, 1, 8, 8, 1, 1u << 20, 1, {200, 400, 800}, 1, 6}; }
};

}  // namespace plimsoll::bench
