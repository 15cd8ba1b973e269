#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/beside.h"
#include "report/report.h"

namespace plimsoll::cli {

// plimsoll coverage: how much of the published API a journal went through.
void AddCoverage(CLI::App& program, Chosen& chosen) {
  struct Arguments {
    std::string journal;
    BesideOptions beside;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand(
      "coverage", "Print how much of the published API a journal went through, by engine, and what is missing");
  command->add_option("JOURNAL", arguments->journal, "What `plimsoll run` recorded")->required();
  AddBesideOptions(*command, arguments->beside);
  command->callback([&chosen, arguments] {
    chosen = [arguments] {
      const auto analysed = AnalyseFile(arguments->journal);
      if (!analysed) return PrintError(analysed.error());
      const auto beside = PutBeside(*analysed, arguments->beside);
      if (!beside) return PrintError(beside.error(), kBadInput);
      if (beside->coverage.engines.empty()) return kCannotGoOn;
      fmt::print("{}", report::CoverageText(beside->coverage));
      return kOk;
    };
  });
}

}  // namespace plimsoll::cli
