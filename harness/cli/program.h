// The program behind main(): which subcommand was chosen, and its exit status (commands.h).
#pragma once

#include <string>

namespace plimsoll::cli {

std::string Version();

int RunProgram(int argc, char** argv);

}  // namespace plimsoll::cli
