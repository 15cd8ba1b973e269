#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "cli/commands.h"
#include "cli/version.h"

int main(int argc, char** argv) {
  using namespace plimsoll::cli;
  CLI::App program{
      "Finds out by experiment what a container engine's HTTP API really does, and documents it."};
  program.set_version_flag("--version", "plimsoll " + Version());
  program.require_subcommand(1);
  program.fallthrough(false);
  Chosen chosen;
  for (const auto add :
       {AddExplore, AddCheck, AddPlan, AddRun, AddAnalyse, AddReport, AddShow, AddClean}) {
    add(program, chosen);
  }
  try {
    program.parse(argc, argv);
    return chosen();
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kOk : kBadInput;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "plimsoll: internal error: %s\n", error.what());
    return kCannotGoOn;
  }
}
