// An operation tried out: that it works, what is answered, and how many calls fit into a round. One thread.
#pragma once

#include <vector>

#include "base/clock.h"
#include "bench/operations.h"

namespace plimsoll::bench {

// What a round needs.
struct Effort {
  Duration prepare{}, call{}, clean{};
  // At least one. Slow ones get more time than the budget, or their figures would rest on a handful of samples.
  int CallsIn(Duration budget, const Operation& operation) const;
};

struct TriedOut {
  int calls = 1;                   // in a round
  std::vector<Canned> answers;     // to the first call
  std::vector<std::string> items;  // that it was made to
};

// The first call may have to connect, and the engine to think; where it can be repeated without more ado, the quickest of several
// counts. What was made is removed, whatever the end.
Result<TriedOut> TryOut(const Operation& operation, Site& site, Duration budget);

}  // namespace plimsoll::bench
