// Ctrl-C and SIGTERM as a Bell that a run listens to: the first asks it to end in order (clean-up,
// engines down), a second ends the program at once.
#pragma once

#include "engine/loop.h"

namespace plimsoll::cli {

// Installs the handlers once; the bell lives as long as the program.
const engine::Bell& InterruptBell();

}  // namespace plimsoll::cli
