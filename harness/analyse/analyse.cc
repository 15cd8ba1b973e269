#include "analyse/analyse.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "analyse/differences.h"
#include "analyse/engine_rules.h"
#include "analyse/judge.h"
#include "analyse/relation.h"
#include "analyse/sweep.h"
#include "base/parallel.h"

namespace plimsoll::analyse {
namespace {

// Cells of `known`, by engine and parameters, that vary.
class KnownToVary {
 public:
  KnownToVary(const Findings& known, const std::string& scenario_id) {
    for (const ScenarioFindings& scenario : known.scenarios) {
      if (scenario.id == scenario_id) Add(scenario);
    }
  }

  void Spread(const std::vector<ObservationInfo>& observations, CaseFinding& row) const {
    const auto known = cells_.find({row.engine, CompactJson(row.parameters)});
    if (known == cells_.end()) return;
    for (size_t i = 0; i < observations.size() && i < row.cells.size(); ++i) {
      const auto varies = known->second.find(observations[i].name);
      Cell& cell = row.cells[i];
      if (varies == known->second.end() || cell.seen.empty()) continue;
      const bool share = std::any_of(cell.seen.begin(), cell.seen.end(),
                                     [&](const auto& seen) { return varies->second->seen.contains(seen.first); });
      if (!share) continue;
      for (const auto& [value, count] : varies->second->seen) AddKnownValue(cell, value);
    }
  }

 private:
  void Add(const ScenarioFindings& scenario) {
    for (const CaseFinding& row : scenario.cases) {
      for (size_t i = 0; i < row.cells.size() && i < scenario.observations.size(); ++i) {
        if (row.cells[i].stable()) continue;
        cells_[{row.engine, CompactJson(row.parameters)}][scenario.observations[i].name] = &row.cells[i];
      }
    }
  }

  std::map<std::pair<std::string, std::string>, std::map<std::string, const Cell*>> cells_;
};

Result<ScenarioFindings> AnalyseScenario(const journal::Journal& journal, const journal::ScenarioRecord& record,
                                         const CaseGroup& cases, const Findings& known) {
  auto relation = BuildRelation(journal, record, cases);
  if (!relation) return tl::make_unexpected(relation.error());
  const auto judge = Judge::Parse(record, relation->observations, journal.engines);
  if (!judge) return tl::make_unexpected(judge.error());

  ScenarioFindings findings;
  findings.id = record.id;
  findings.area = record.area;
  findings.title = record.title;
  findings.question = record.question;
  findings.source_hash = record.source_hash;
  findings.parameters = std::move(relation->parameters);
  findings.rows = record.rows;
  if (record.given > 0) findings.shared_by = record.given_parameters;
  findings.observations = std::move(relation->observations);
  findings.engines = std::move(relation->engines);
  findings.cases = std::move(relation->rows);
  const KnownToVary known_to_vary(known, record.id);
  for (CaseFinding& row : findings.cases) {
    judge->SpreadKnownToVary(row);
    known_to_vary.Spread(findings.observations, row);
  }
  if (!record.sweep.empty()) findings.sweep = SweepThrough(findings, record.sweep);
  findings.rules = RulesByEngine(findings);
  findings.differences = CompareEngines(findings);
  for (CaseFinding& row : findings.cases) {
    row.judgements = judge->JudgementsOn(row);
    row.verdict = VerdictOf(row);
  }
  return findings;
}

// A resumed run may have written a record twice: the later one counts. Sorted by `key`.
template <class Record>
std::vector<const Record*> LatestOfEach(const std::vector<Record>& records,
                                        std::string Record::*key) {
  std::map<std::string, const Record*> latest;
  for (const Record& record : records) latest[record.*key] = &record;
  std::vector<const Record*> all;
  for (const auto& [name, record] : latest) all.push_back(record);
  return all;
}

}  // namespace

Result<Findings> Analyse(const journal::Journal& journal, const Findings& known) {
  Findings findings;
  for (const auto* engine : LatestOfEach(journal.engines, &journal::EngineRecord::name)) {
    findings.engines.push_back(*engine);
  }
  std::map<std::string_view, CaseGroup> cases;  // by scenario
  for (const journal::CaseRecord& record : journal.cases) cases[record.scenario].push_back(&record);
  const auto records = LatestOfEach(journal.scenarios, &journal::ScenarioRecord::id);
  std::vector<Result<ScenarioFindings>> analysed(records.size());
  InParallel(records.size(), [&](size_t i) {
    const auto mine = cases.find(records[i]->id);
    analysed[i] = AnalyseScenario(journal, *records[i], mine == cases.end() ? CaseGroup() : mine->second, known);
  });
  size_t recorded = 0;
  for (auto& scenario : analysed) {
    if (!scenario) return tl::make_unexpected(scenario.error());
    for (const CaseFinding& row : scenario->cases) recorded += static_cast<size_t>(row.repetitions);
    findings.scenarios.push_back(*std::move(scenario));
  }
  SumUp(findings);
  findings.planned = journal.run.planned;
  findings.missing = findings.planned - std::min(findings.planned, recorded);
  findings.torn = journal.torn;
  return findings;
}

}  // namespace plimsoll::analyse
