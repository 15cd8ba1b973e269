#include "cli/program.h"

#include <fmt/format.h>

#include <exception>

#include "cli/commands.h"

namespace plimsoll::cli {

std::string Version() { return PLIMSOLL_VERSION; }

int PrintError(const Error& error, int status) {
  fmt::print(stderr, "plimsoll: {}\n", error.what);
  if (!error.hint.empty()) fmt::print(stderr, "  {}\n", error.hint);
  return status;
}

int RunProgram(int argc, char** argv) {
  CLI::App program{
      "Finds out by experiment what a container engine's HTTP API really does, and documents it."};
  program.set_version_flag("--version", "plimsoll " + Version());
  program.require_subcommand(1);
  program.fallthrough(false);
  Chosen chosen;
  for (const auto add :
       {AddExplore, AddCheck, AddPlan, AddRun, AddAnalyse, AddReport, AddCoverage, AddDiff, AddAccept, AddShow, AddProbe, AddTrace, AddClients, AddBench,
        AddClean}) {
    add(program, chosen);
  }
  try {
    program.parse(argc, argv);
    return chosen();
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? kOk : kBadInput;
  } catch (const std::exception& error) {
    fmt::print(stderr, "plimsoll: internal error: {}\n", error.what());
    return kCannotGoOn;
  }
}

}  // namespace plimsoll::cli
