#include "cli/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <numeric>

#include "analyse/analyse.h"
#include "analyse/schedule.h"
#include "base/text.h"
#include "cli/commands.h"
#include "report/baseline.h"
#include "report/report.h"

namespace plimsoll::cli {
namespace {

bool IsJournal(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  const auto first = TryParseJson(line);
  return first && Find(*first, "record") != nullptr;
}

// In the order that they have.
std::vector<analyse::Span> LongestOf(const std::vector<analyse::Span>& spans, size_t count) {
  std::vector<size_t> places(spans.size());
  std::iota(places.begin(), places.end(), 0);
  std::ranges::stable_sort(places, std::greater(), [&](size_t place) { return spans[place].duration; });
  places.resize(std::min(count, places.size()));
  std::ranges::sort(places);
  std::vector<analyse::Span> longest;
  for (const size_t place : places) longest.push_back(spans[place]);
  return longest;
}

}  // namespace

Result<analyse::Findings> KnownFrom(const std::string& baseline, const std::vector<std::string>& engines) {
  return baseline.empty() ? analyse::Findings() : report::ReadBaseline(baseline, engines);
}

Result<Analysed> AnalyseFile(const std::string& journal_path, const std::string& baseline) {
  auto journal = journal::ReadJournal(journal_path);
  if (!journal) return tl::make_unexpected(journal.error());
  std::vector<std::string> engines;
  for (const auto& engine : journal->engines) engines.push_back(engine.name);
  auto known = KnownFrom(baseline, engines);
  if (!known) return tl::make_unexpected(known.error());
  auto findings = analyse::Analyse(*journal, *known);
  if (!findings) return tl::make_unexpected(findings.error());
  return Analysed{std::move(*journal), std::move(*findings), std::move(*known)};
}

Result<analyse::Findings> LoadResult(const std::string& path) {
  if (!IsJournal(path)) return report::ReadResult(path);
  auto analysed = AnalyseFile(path);
  if (!analysed) return tl::make_unexpected(analysed.error());
  return std::move(analysed->findings);
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

std::string ScheduleText(const journal::Journal& journal) {
  const auto jobs = static_cast<size_t>(GetInt(journal.run.options, "jobs", 1));
  const analyse::Schedule schedule = analyse::ScheduleOf(journal.cases, jobs);
  if (schedule.cases == 0) return "";
  const auto seconds = [](int64_t nanos) { return static_cast<double>(nanos) / 1e9; };
  std::string out = fmt::format(
      "{} cases in {:.0f} s, {} at a time at most; one after the other they would take {:.0f} s.\n"
      "In {:.0f} s ({:.0f} %) fewer than {} were under way and the processors had nothing to do: so much could have overlapped.\n",
      schedule.cases, seconds(schedule.wall), schedule.most_at_once, seconds(schedule.busy), seconds(schedule.could_overlap),
      100.0 * static_cast<double>(schedule.could_overlap) / static_cast<double>(schedule.wall), jobs);
  const auto list = [&](const std::vector<analyse::Span>& spans) {
    for (const analyse::Span& span : spans) {
      out += fmt::format("{:>8.1f} s  {}\n", seconds(span.duration), Printable(span.case_id));
    }
  };
  const auto& path = schedule.critical_path;
  constexpr size_t kShown = 5;
  out += fmt::format("The critical path has {} cases{}:\n", path.size(),
                     path.size() > kShown ? "; the longest of them, in the order of time" : "");
  list(LongestOf(path, kShown));
  out += "The longest cases of all:\n";
  list(schedule.longest);
  return out;
}

int StatusOf(const analyse::Findings& findings) {
  return analyse::Fails(findings.verdict) ? kFindingsFail : kOk;
}

}  // namespace plimsoll::cli
