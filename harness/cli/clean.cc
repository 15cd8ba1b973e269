#include "run/clean.h"

#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/engines.h"

namespace plimsoll::cli {

// plimsoll clean: what killed runs left on an engine.
void AddClean(CLI::App& program, Chosen& chosen) {
  struct Arguments {
    std::string engine;
    bool dry = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      program.add_subcommand("clean", "Remove what killed runs left on an engine (found by label, or by names with a run's id)");
  command
      ->add_option("-e,--engine", arguments->engine,
                   "unix:///path, tcp://host:port, https://host:port")
      ->type_name("ENGINE");
  command->add_flag("-n,--dry-run", arguments->dry, "Only say what would be removed");
  command->callback([&chosen, arguments] {
    chosen = [arguments] {
      const auto endpoint = FindRunningEngine(arguments->engine);
      if (!endpoint) return PrintError(endpoint.error());
      const auto cleaned = run::CleanLeftovers(*endpoint, {.dry = arguments->dry, .run_id = ""});
      if (!cleaned) return PrintError(cleaned.error());
      for (const auto& name : cleaned->removed)
        fmt::print("{} {}\n", arguments->dry ? "would remove" : "removed", Printable(name));
      for (const auto& name : cleaned->failed)
        fmt::print(stderr, "could not remove {}\n", Printable(name));
      if (cleaned->removed.empty() && cleaned->failed.empty())
        fmt::print("nothing of plimsoll's is left at {}\n", endpoint->Text());
      return cleaned->failed.empty() ? kOk : kCannotGoOn;
    };
  });
}

}  // namespace plimsoll::cli
