// timings.md and timings.json: the only files of a report with durations in them, and so the only
// ones that change from run to run.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/duration.h"
#include "report/escape.h"
#include "report/pages.h"

namespace plimsoll::report {
namespace {

using analyse::CaseFinding;
using analyse::ScenarioFindings;

constexpr size_t kMostSlowest = 20;

struct Series {
  const ScenarioFindings* scenario = nullptr;
  std::string observation, engine;
  std::vector<int64_t> sorted;  // ns

  // Nearest rank: the smallest of which at least `percent` of all are no greater.
  int64_t Percentile(size_t percent) const {
    const size_t rank = (sorted.size() * percent + 99) / 100;
    return sorted[std::max<size_t>(rank, 1) - 1];
  }
};

std::vector<Series> SeriesOf(const analyse::Findings& findings) {
  std::vector<Series> all;
  for (const ScenarioFindings& scenario : findings.scenarios) {
    for (size_t i = 0; i < scenario.observations.size(); ++i) {
      std::map<std::string, std::vector<int64_t>> by_engine;
      for (const CaseFinding& finding : scenario.cases) {
        if (i >= finding.cells.size() || finding.cells[i].raw.empty()) continue;
        auto& values = by_engine[finding.engine];
        values.insert(values.end(), finding.cells[i].raw.begin(), finding.cells[i].raw.end());
      }
      for (auto& [engine, values] : by_engine) {
        std::sort(values.begin(), values.end());
        all.push_back({&scenario, scenario.observations[i].name, engine, std::move(values)});
      }
    }
  }
  return all;
}

std::vector<const journal::CaseRecord*> SlowestOf(const journal::Journal& journal) {
  std::vector<const journal::CaseRecord*> cases;
  for (const journal::CaseRecord& record : journal.cases) {
    if (record.started > 0 && record.ended > record.started) cases.push_back(&record);
  }
  std::stable_sort(cases.begin(), cases.end(), [](const auto* a, const auto* b) {
    return a->ended - a->started > b->ended - b->started;
  });
  if (cases.size() > kMostSlowest) cases.resize(kMostSlowest);
  return cases;
}

std::string Shown(int64_t nanos) {
  // Four significant digits: more would be noise.
  int64_t grain = 1;
  while (nanos / grain >= 10'000) grain *= 10;
  return FormatDuration(Duration((nanos + grain / 2) / grain * grain));
}

}  // namespace

std::string TimingsPage(const analyse::Findings& findings, const journal::Journal& journal) {
  std::string out =
      "# Timings\n\nMeasured on one machine in one run: they vary, and nothing else in this "
      "report\n"
      "depends on them. p90 is the duration that nine of ten measurements do not exceed.\n";
  const std::vector<Series> series = SeriesOf(findings);
  if (!series.empty()) {
    out +=
        "\n## Measured durations\n\n| Scenario | Duration | Engine | Measured | p50 | p90 | p99 |\n"
        "| --- | --- | --- | ---: | ---: | ---: | ---: |\n";
  }
  for (const Series& one : series) {
    out += fmt::format(
        "| [{}]({}) | {} | {} | {} | {} | {} | {} |\n", MdInline(Flat(one.scenario->title)),
        PagePath(*one.scenario), MdText(one.observation), MdText(one.engine), one.sorted.size(),
        Shown(one.Percentile(50)), Shown(one.Percentile(90)), Shown(one.Percentile(99)));
  }
  const auto slowest = SlowestOf(journal);
  if (!slowest.empty())
    out += "\n## Slowest cases\n\n| Case | Engine | Took |\n| --- | --- | ---: |\n";
  for (const journal::CaseRecord* record : slowest) {
    out += fmt::format("| {} | {} | {} |\n", MdCode(record->id), MdText(record->engine),
                       Shown(record->ended - record->started));
  }
  return out;
}

Json TimingsJson(const analyse::Findings& findings, const journal::Journal& journal) {
  Json durations = Json::array();
  for (const Series& one : SeriesOf(findings)) {
    durations.push_back({{"scenario", one.scenario->id},
                         {"observation", one.observation},
                         {"engine", one.engine},
                         {"count", one.sorted.size()},
                         {"p50_ns", one.Percentile(50)},
                         {"p90_ns", one.Percentile(90)},
                         {"p99_ns", one.Percentile(99)},
                         {"all_ns", one.sorted}});
  }
  Json slowest = Json::array();
  for (const journal::CaseRecord* record : SlowestOf(journal)) {
    slowest.push_back({{"case", record->id},
                       {"engine", record->engine},
                       {"took_ns", record->ended - record->started}});
  }
  return {{"format", 1}, {"durations", std::move(durations)}, {"slowest", std::move(slowest)}};
}

}  // namespace plimsoll::report
