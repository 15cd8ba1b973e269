#include "analyse/analyse.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "analyse/differences.h"
#include "analyse/engine_rules.h"
#include "analyse/judge.h"
#include "analyse/relation.h"

namespace plimsoll::analyse {
namespace {

Result<ScenarioFindings> AnalyseScenario(const journal::Journal& journal,
                                         const journal::ScenarioRecord& record,
                                         const CaseGroup& cases) {
  auto relation = BuildRelation(journal, record, cases);
  if (!relation) return tl::make_unexpected(relation.error());
  const auto judge = Judge::Parse(record, relation->observations, journal.engines);
  if (!judge) return tl::make_unexpected(judge.error());

  ScenarioFindings findings;
  findings.id = record.id;
  findings.area = record.area;
  findings.title = record.title;
  findings.question = record.question;
  findings.parameters = std::move(relation->parameters);
  findings.rows = record.rows;
  findings.all_combinations = record.all_combinations;
  findings.observations = std::move(relation->observations);
  findings.engines = std::move(relation->engines);
  findings.cases = std::move(relation->rows);
  for (CaseFinding& row : findings.cases) judge->SpreadKnownToVary(row);
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

Result<Findings> Analyse(const journal::Journal& journal) {
  Findings findings;
  for (const auto* engine : LatestOfEach(journal.engines, &journal::EngineRecord::name)) {
    findings.engines.push_back(*engine);
  }
  std::map<std::string_view, CaseGroup> cases;  // by scenario
  for (const journal::CaseRecord& record : journal.cases) cases[record.scenario].push_back(&record);
  size_t recorded = 0;
  for (const auto* record : LatestOfEach(journal.scenarios, &journal::ScenarioRecord::id)) {
    auto scenario = AnalyseScenario(journal, *record, cases[record->id]);
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
