#include "report/report.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/findings.h"
#include "cli/beside.h"
#include "cli/run_options.h"
#include "report/baseline.h"
#include "report/kept_pages.h"

namespace plimsoll::cli {
namespace {

struct Outputs {
  std::string reports, junit;
  BesideOptions beside;
};

void AddOutputs(CLI::App& command, Outputs& outputs) {
  command.add_option("--reports", outputs.reports, "Folder for Markdown and JSON")
      ->type_name("FOLDER");
  AddBesideOptions(command, outputs.beside);
  command.add_option("--junit", outputs.junit, "File for JUnit XML")->type_name("FILE");
}

void AddBaseline(CLI::App& command, std::string& folder) {
  command
      .add_option("--baseline", folder,
                  "Folder of ENGINE.json files, such as reports/engines: exit status 1 also if anything changed "
                  "since they were written; explore looks several times at what seems to")
      ->type_name("FOLDER");
}

// The exit status; what changed against the baseline is printed.
int StatusAgainst(const std::string& baseline, const Analysed& analysed) {
  const int status = StatusOf(analysed.findings);
  if (baseline.empty()) return status;
  bool changed = false;
  for (const auto& changes : report::CompareWithBaseline(analysed.baseline, analysed.findings)) {
    fmt::print("{}", report::ChangesText(changes));
    changed = changed || changes.counts.changed > 0;
  }
  return changed ? kFindingsFail : status;
}

Status Write(const Analysed& analysed, const Outputs& outputs) {
  if (!outputs.reports.empty()) {
    auto beside = PutBeside(analysed, outputs.beside);
    if (!beside) return tl::make_unexpected(beside.error());
    report::AddEarlierRuns(outputs.reports, analysed.baseline, analysed.findings, *beside);
    for (const std::string_view page : report::kOtherPages) {
      if (std::filesystem::exists(std::filesystem::path(outputs.reports) / page)) beside->others.emplace_back(page);
    }
    const auto files = report::KeepPages(report::BuildReports(analysed.findings, analysed.journal, *beside), outputs.reports);
    if (auto written = report::WriteReports(outputs.reports, files); !written) return written;
    fmt::print("{}/README.md\n", outputs.reports);
  }
  if (!outputs.junit.empty()) {
    const std::string xml = report::JunitXml(analysed.findings, analysed.journal);
    if (auto written = WriteFileWhole(outputs.junit, xml); !written) return written;
    fmt::print("{}\n", outputs.junit);
  }
  return {};
}

}  // namespace

// plimsoll analyse: verdicts of a journal.
void AddAnalyse(CLI::App& program, Chosen& chosen) {
  struct Arguments {
    std::string journal, baseline;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand(
      "analyse", "Print verdicts of a journal; exit status 1 if something deviates or changed");
  command->add_option("JOURNAL", arguments->journal, "What `plimsoll run` recorded")->required();
  AddBaseline(*command, arguments->baseline);
  command->callback([&chosen, arguments] {
    chosen = [arguments] {
      const auto analysed = AnalyseFile(arguments->journal, arguments->baseline);
      if (!analysed) return PrintError(analysed.error());
      fmt::print("{}", Summary(*analysed));
      return StatusAgainst(arguments->baseline, *analysed);
    };
  });
}

// plimsoll report: reports of a journal.
void AddReport(CLI::App& program, Chosen& chosen) {
  struct Arguments {
    std::string journal, baseline;
    Outputs outputs;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand("report", "Write the reports of a journal");
  command->add_option("JOURNAL", arguments->journal, "What `plimsoll run` recorded")->required();
  AddOutputs(*command, arguments->outputs);
  command->add_option("--baseline", arguments->baseline, "Folder of ENGINE.json files, of which what is known to vary is taken")
      ->type_name("FOLDER");
  command->callback([&chosen, arguments] {
    chosen = [arguments] {
      if (arguments->outputs.reports.empty() && arguments->outputs.junit.empty()) {
        return PrintError({"nothing to write", "name --reports FOLDER, --junit FILE or both"},
                          kBadInput);
      }
      const auto analysed = AnalyseFile(arguments->journal, arguments->baseline);
      if (!analysed) return PrintError(analysed.error());
      if (const auto written = Write(*analysed, arguments->outputs); !written)
        return PrintError(written.error());
      return kOk;
    };
  });
}

// plimsoll explore: run, analyse and report in one.
void AddExplore(CLI::App& program, Chosen& chosen) {
  struct Arguments {
    RunArguments run;
    Outputs outputs;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand(
      "explore", "Run scenarios against engines, work out what they show, write the reports");
  arguments->run.AddTo(*command);
  AddOutputs(*command, arguments->outputs);
  AddBaseline(*command, arguments->run.baseline);
  command->callback([&chosen, arguments] {
    chosen = [arguments] {
      const RunResult result = CarryOut(arguments->run);
      if (result.status != kOk) return result.status;
      const auto stop = [&](const Error& error) {
        fmt::print("journal: {}\n", result.journal_path);  // `report` makes the reports of it, once it can
        return PrintError(error);
      };
      const auto analysed = AnalyseFile(result.journal_path, arguments->run.baseline);
      if (!analysed) return stop(analysed.error());
      fmt::print("{}\n{}\n", Summary(*analysed), ScheduleText(analysed->journal));
      // The report may go where the baseline lies: so compare first.
      const int status = StatusAgainst(arguments->run.baseline, *analysed);
      if (const auto written = Write(*analysed, arguments->outputs); !written) return stop(written.error());
      fmt::print("journal: {}\n", result.journal_path);
      return status;
    };
  });
}

}  // namespace plimsoll::cli
