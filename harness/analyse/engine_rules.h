// RulesByEngine: the rules of every observation, told once for all engines that behave alike in it.
// Pure; any thread.
#pragma once

#include <vector>

#include "analyse/findings.h"

namespace plimsoll::analyse {

// In the order of observations, then engines. Engines share a RuleSet if they agree in every row
// that both of them have; the rules then rest on all rows that any of them has, and RuleSet::full
// tells whether each of them tried them all, as far as it could be asked. Engines without a single certain row share a RuleSet
// without rules. REQUIRES: parameters, observations, engines and cases of `scenario` are filled in,
// cases in their order.
std::vector<RuleSet> RulesByEngine(const ScenarioFindings& scenario);

}  // namespace plimsoll::analyse
