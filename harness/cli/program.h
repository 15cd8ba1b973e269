// The program behind main(): which subcommand was chosen, and its exit status (commands.h).
#pragma once

#include <string>

namespace plimsoll::cli {

std::string Version();
// Of a run, "3f2a91c0": no other one has it.
std::string NewRunId();
// Now, for people: RFC 3339, UTC.
std::string WallClock();

int RunProgram(int argc, char** argv);

}  // namespace plimsoll::cli
