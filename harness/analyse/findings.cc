#include "analyse/findings.h"

#include <algorithm>

namespace plimsoll::analyse {

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kConforms:
      return "conforms";
    case Verdict::kObserved:
      return "observed";
    case Verdict::kUnsupported:
      return "unsupported";
    case Verdict::kKnownDeviation:
      return "known deviation";
    case Verdict::kUnstable:
      return "unstable";
    case Verdict::kDeviationGone:
      return "deviation gone";
    case Verdict::kDeviates:
      return "deviates";
    case Verdict::kTimedOut:
      return "timed out";
    case Verdict::kHarnessError:
      return "harness error";
  }
  return "unknown";
}

bool Fails(Verdict verdict) { return verdict >= Verdict::kDeviationGone; }

Verdict Worse(Verdict a, Verdict b) { return std::max(a, b); }

std::vector<Json> ValuesOf(const Cell& cell) {
  std::vector<Json> values;
  for (const auto& [text, count] : cell.seen) {
    const auto value = TryParseJson(text);  // not where it is nested too deep
    values.push_back(value ? *value : Json(text));
  }
  return values;
}

void AddKnownValue(Cell& cell, const std::string& text) {
  cell.seen.emplace(text, 0);
  cell.value = ValuesOf(cell).front();
}

void SumUp(Findings& findings) {
  findings.counts.clear();
  findings.verdict = Verdict::kObserved;
  for (ScenarioFindings& scenario : findings.scenarios) {
    scenario.verdict = Verdict::kObserved;
    scenario.verdict_by_engine.clear();
    for (const CaseFinding& row : scenario.cases) {
      ++findings.counts[std::string(Name(row.verdict))];
      scenario.verdict = Worse(scenario.verdict, row.verdict);
      Verdict& of_engine = scenario.verdict_by_engine.emplace(row.engine, row.verdict).first->second;
      of_engine = Worse(of_engine, row.verdict);
    }
    findings.verdict = Worse(findings.verdict, scenario.verdict);
  }
}

}  // namespace plimsoll::analyse
