// What tells one run from another. Any thread.
#pragma once

#include <string>

namespace plimsoll {

// Of a run, "3f2a91c0": no other one has it.
std::string NewRunId();
// Now, for people: RFC 3339, UTC.
std::string WallClock();

}  // namespace plimsoll
