#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/findings.h"
#include "report/baseline.h"
#include "report/report.h"

namespace plimsoll::cli {
namespace {

struct DiffArguments {
  std::string before, after, format = "text";
};

bool Has(const analyse::Findings& findings, const std::string& engine) {
  for (const auto& each : findings.engines) {
    if (each.name == engine) return true;
  }
  return false;
}

// One engine on each side: these two, whatever their names. Otherwise each engine with itself.
Result<std::vector<analyse::Changes>> CompareSides(const analyse::Findings& before, const analyse::Findings& after) {
  if (before.engines.size() == 1 && after.engines.size() == 1)
    return std::vector{CompareResults(before, before.engines[0].name, after, after.engines[0].name)};
  std::vector<analyse::Changes> all;
  for (const auto& engine : after.engines) {
    if (Has(before, engine.name)) all.push_back(CompareResults(before, engine.name, after, engine.name));
  }
  if (all.empty()) return Fail("the two have no engine in common", "compare files of one engine each: engines/ENGINE.json");
  return all;
}

std::string Shown(const std::vector<analyse::Changes>& comparisons, const std::string& format) {
  if (format == "json") return PrettyJson(report::ChangesJson(comparisons));
  std::string out;
  for (const auto& changes : comparisons)
    out += format == "markdown" ? report::ChangesPage(changes) : report::ChangesText(changes);
  return out;
}

int Diff(const DiffArguments& arguments) {
  const auto before = LoadResult(arguments.before);
  if (!before) return PrintError(before.error(), kBadInput);
  const auto after = LoadResult(arguments.after);
  if (!after) return PrintError(after.error(), kBadInput);
  const auto comparisons = CompareSides(*before, *after);
  if (!comparisons) return PrintError(comparisons.error(), kBadInput);
  fmt::print("{}", Shown(*comparisons, arguments.format));
  for (const auto& changes : *comparisons) {
    if (changes.any()) return kFindingsFail;
  }
  return kOk;
}

}  // namespace

// plimsoll diff: what changed from one result to another.
void AddDiff(CLI::App& program, Chosen& chosen) {
  auto arguments = std::make_shared<DiffArguments>();
  CLI::App* command = program.add_subcommand(
      "diff", "Print what changed from one result to another; exit status 1 if anything did");
  command->add_option("BEFORE", arguments->before, "engines/ENGINE.json of a report, or a journal")->required();
  command->add_option("AFTER", arguments->after, "The same; of another engine, version or day")->required();
  command->add_option("--format", arguments->format, "How to print it")
      ->check(CLI::IsMember({"text", "markdown", "json"}))
      ->capture_default_str();
  command->callback([&chosen, arguments] { chosen = [arguments] { return Diff(*arguments); }; });
}

// plimsoll accept: what a run found becomes the baseline.
void AddAccept(CLI::App& program, Chosen& chosen) {
  struct Arguments {
    std::string result, folder;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand("accept", "Take what a run found for the baseline from now on");
  command->add_option("JOURNAL", arguments->result, "What `plimsoll run` recorded")->required();
  command->add_option("--baseline", arguments->folder, "Folder of the ENGINE.json files, such as reports/engines")
      ->required()
      ->type_name("FOLDER");
  command->callback([&chosen, arguments] {
    chosen = [arguments] {
      const auto findings = LoadResult(arguments->result);
      if (!findings) return PrintError(findings.error());
      const auto written = report::Accept(arguments->folder, *findings);
      if (!written) return PrintError(written.error());
      for (const std::string& path : *written) fmt::print("{}\n", path);
      if (written->empty()) fmt::print("the baseline says all that already\n");
      return kOk;
    };
  });
}

}  // namespace plimsoll::cli
