#include "cli/program.h"

int main(int argc, char** argv) { return plimsoll::cli::RunProgram(argc, argv); }
