// Tables for InferRules: every combination of boolean flags, with values of all shapes that an engine's
// answers have, and some that are as bad as can be.
#pragma once

#include <cstddef>
#include <vector>

#include "analyse/rules.h"

namespace plimsoll::bench {

// 20 observed values over the same matrix. REQUIRES: flags >= 6.
std::vector<analyse::RuleTable> RuleTables(size_t flags);

}  // namespace plimsoll::bench
