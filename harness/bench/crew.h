// Lives carried out by the Runner, several at a time.
#pragma once

#include "base/result.h"
#include "bench/engine_bed.h"

namespace plimsoll::bench {

// Lives per second, from the first one's start to the last one's end, recorded in a journal. An Error where one was not
// completed.
Result<double> RateOfRunPlan(const EngineBed& bed, int lives, int jobs);

}  // namespace plimsoll::bench
