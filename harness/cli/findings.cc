#include "cli/findings.h"

#include <fmt/format.h>

#include "analyse/analyse.h"
#include "base/text.h"
#include "cli/commands.h"
#include "report/report.h"

namespace plimsoll::cli {

Result<Analysed> AnalyseFile(const std::string& journal_path) {
  auto journal = journal::ReadJournal(journal_path);
  if (!journal) return tl::make_unexpected(journal.error());
  auto findings = analyse::Analyse(*journal);
  if (!findings) return tl::make_unexpected(findings.error());
  return Analysed{std::move(*journal), std::move(*findings)};
}

std::string Summary(const Analysed& analysed) {
  constexpr size_t kMostFailures = 10;
  const analyse::Findings& findings = analysed.findings;
  std::string out, failures;
  size_t failing = 0;
  for (const auto& scenario : findings.scenarios) {
    out += fmt::format("{:<16} {}\n", analyse::Name(scenario.verdict), scenario.id);
    for (const auto& finding : scenario.cases) {
      if (!analyse::Fails(finding.verdict) || ++failing > kMostFailures) continue;
      failures += "\n" + report::FailureText(scenario, finding, analysed.journal);
    }
  }
  out += failures;
  if (failing > kMostFailures)
    out += fmt::format("\n... and {} more; the report has them all\n", failing - kMostFailures);
  out += "\n";
  for (const auto& [name, count] : findings.counts) out += fmt::format("{:>6} {}\n", count, name);
  if (findings.missing > 0) out += fmt::format("{:>6} planned but not run\n", findings.missing);
  if (!findings.torn.empty()) out += Printable(findings.torn) + "\n";
  return out;
}

int StatusOf(const analyse::Findings& findings) {
  return analyse::Fails(findings.verdict) ? kFindingsFail : kOk;
}

}  // namespace plimsoll::cli
