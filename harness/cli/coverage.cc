#include <fmt/format.h>

#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/published.h"
#include "report/report.h"

namespace plimsoll::cli {

// plimsoll coverage: how much of the published API a journal went through.
void AddCoverage(CLI::App& program, Chosen& chosen) {
  struct Arguments {
    std::string journal;
    PublishedOptions published;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand(
      "coverage", "Print how much of the published API a journal went through, by engine, and what is missing");
  command->add_option("JOURNAL", arguments->journal, "What `plimsoll run` recorded")->required();
  AddPublishedOptions(*command, arguments->published);
  command->callback([&chosen, arguments] {
    chosen = [arguments] {
      const auto analysed = AnalyseFile(arguments->journal);
      if (!analysed) return PrintError(analysed.error());
      const auto published = ComparePublished(*analysed, arguments->published);
      if (!published) return PrintError(published.error(), kBadInput);
      if (published->coverage.engines.empty()) return kCannotGoOn;
      fmt::print("{}", report::CoverageText(published->coverage));
      return kOk;
    };
  });
}

}  // namespace plimsoll::cli
