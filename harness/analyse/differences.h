// CompareEngines: where do engines differ? Pure; any thread.
#pragma once

#include <vector>

#include "analyse/findings.h"

namespace plimsoll::analyse {

// For each combination of parameters and each observation that at least two engines answer with
// certain but different values: what every engine with a certain value answers, also those that
// agree. In matrix order, then in the order of the observations. REQUIRES: parameters, observations
// and cases of `scenario` are filled in, cases in their order.
std::vector<Difference> CompareEngines(const ScenarioFindings& scenario);

}  // namespace plimsoll::analyse
