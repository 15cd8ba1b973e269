// Sweep: a large matrix known by few of its combinations (`combine: pairs`). Pure; any thread.
//
// First come few combinations in which each pair of values occurs. What was observed in them gives for each observation and
// engine the parameters that decide it (support.h). At first that is a guess. Where two combinations differ in more than one
// parameter that may be the reason for their different values, the one halfway between them comes next, and so on until one
// parameter alone has made a difference: few combinations then tell what decides, and no wrong guess is followed far. Then come
// those that the rules need: every combination of the deciding
// parameters with each value of every other parameter. So a rule has no gaps, and whatever one further parameter changes
// of it is seen. When none is needed any more, a quarter of as many again as were tried (8 to 32) are drawn as if by
// chance: if all are as the rules say, the sweep is settled; else they count as observed, and it goes on.
//
// A value by chance must not pass for a rule. So where combinations that agree in all that decides have different values, those
// of the rare ones are looked at again first; what then varies is in no rule.
//
// The rounds are worked out from the beginning each time, from what is known of each combination: so the next round depends on
// nothing but the journal, and a resumed run goes on like an undisturbed one.
#pragma once

#include <vector>

#include "analyse/findings.h"
#include "base/covering.h"

namespace plimsoll::analyse {

// `allowed`: the combinations that may be tried, as indices into the values of the scenario's parameters. REQUIRES:
// parameters, observations, engines and cases of `scenario` are filled in.
Sweep SweepThrough(const ScenarioFindings& scenario, const std::vector<IndexRow>& allowed);

}  // namespace plimsoll::analyse
