#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/run_options.h"

namespace plimsoll::cli {

// plimsoll run: records, and judges nothing.
void AddRun(CLI::App& program, Chosen& chosen) {
  auto arguments = std::make_shared<RunArguments>();
  CLI::App* command = program.add_subcommand(
      "run", "Run scenarios against engines and record what happens in a journal");
  arguments->AddTo(*command);
  command->callback([&chosen, arguments] {
    chosen = [arguments] {
      const RunResult result = CarryOut(*arguments);
      if (result.status == kOk) fmt::print("{}\n", result.journal_path);
      return result.status;
    };
  });
}

}  // namespace plimsoll::cli
