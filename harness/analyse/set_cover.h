// MinimalSetCover: the cheapest choice of sets that together hold every element. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analyse/bits.h"

namespace plimsoll::analyse {

struct CandidateSet {
  Bits elements;
  uint64_t cost = 1;
};

// Indices into `sets`, rising. Exact where the search stays small (some ten milliseconds),
// otherwise a greedy choice of which no set can be spared; of equally cheap choices the earlier
// sets are preferred, so that the answer depends on nothing but the arguments. REQUIRES: the sets
// hold all `elements` numbers below it, and costs are above 0.
std::vector<size_t> MinimalSetCover(const std::vector<CandidateSet>& sets, size_t elements);

}  // namespace plimsoll::analyse
