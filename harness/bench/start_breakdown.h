// Where the time of a start goes: one start of a container, taken apart by what the client sees, the engine's own
// events and the clock of the process inside. One thread.
#pragma once

#include "base/result.h"
#include "bench/site.h"
#include "latency/measurement.h"

namespace plimsoll::bench {

// The container runs the probe, which notes the clock as the first thing it does; it is removed. `engine` is not filled.
// REQUIRES: the engine has the clocks of this machine.
Result<latency::Start> TakeStartApart(Site& site);

}  // namespace plimsoll::bench
