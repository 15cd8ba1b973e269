// The order of a case's acts. Part of Replay (replay.h); only that includes it.
#pragma once

#include <vector>

#include "report/replay.h"

namespace plimsoll::report {

// What happened in `record`, step by step; the order within one step does not depend on who was
// faster.
std::vector<Act> ActsOf(const journal::CaseRecord& record, const journal::ScenarioRecord* scenario);

}  // namespace plimsoll::report
