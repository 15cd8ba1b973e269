// Combine: what is known with what was found out since, as if one run had found it all. Pure; any thread.
#pragma once

#include "analyse/findings.h"

namespace plimsoll::analyse {

// A combination that `newer` has on an engine replaces the one in `known`; of a scenario that `newer` has whole on an
// engine nothing old stays for that engine. Of a scenario whose parameters have other names
// nothing old stays at all. Observations, title and question are the newer ones. Rules,
// differences, verdicts and counts are worked out anew.
Findings Combine(Findings known, const Findings& newer);

}  // namespace plimsoll::analyse
