// In which order engines take their turns: A B, B A, A B, so that neither always goes first and a drift of the machine
// is in all of them alike. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace plimsoll::bench {

inline std::vector<size_t> TurnsOf(size_t engines, int round) {
  std::vector<size_t> turns(engines);
  std::iota(turns.begin(), turns.end(), size_t{0});
  if (round % 2 != 0) std::ranges::reverse(turns);
  return turns;
}

}  // namespace plimsoll::bench
