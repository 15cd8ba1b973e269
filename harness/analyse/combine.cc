#include "analyse/combine.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "analyse/differences.h"
#include "analyse/engine_rules.h"
#include "analyse/relation.h"

namespace plimsoll::analyse {
namespace {

bool SameNames(const std::vector<journal::Parameter>& a, const std::vector<journal::Parameter>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const journal::Parameter& x, const journal::Parameter& y) { return x.name == y.name; });
}

// The cells of a row whose scenario had the observations `from`, in the order of `to`.
std::vector<Cell> Rearranged(const std::vector<Cell>& cells, const std::vector<ObservationInfo>& from,
                             const std::vector<ObservationInfo>& to) {
  std::vector<Cell> arranged;
  for (const ObservationInfo& wanted : to) {
    const auto found =
        std::find_if(from.begin(), from.end(), [&](const ObservationInfo& info) { return info.name == wanted.name; });
    const auto at = static_cast<size_t>(found - from.begin());
    arranged.push_back(at < cells.size() ? cells[at] : Cell());
  }
  return arranged;
}

// Whether `newer` says all that there is to say of the row.
bool Replaces(const ScenarioFindings& newer, const CaseFinding& row) {
  if (newer.sweep && newer.sweep->settled) {
    return std::ranges::find(newer.engines, row.engine) != newer.engines.end();
  }
  size_t rows = 0;
  for (const CaseFinding& each : newer.cases) {
    if (each.engine != row.engine) continue;
    if (each.parameters == row.parameters) return true;
    ++rows;
  }
  return rows >= newer.rows;
}

ScenarioFindings Combined(const ScenarioFindings& known, const ScenarioFindings& newer) {
  if (!SameNames(known.parameters, newer.parameters)) return newer;  // another question
  ScenarioFindings all = newer;
  AddValues(known.parameters, all.parameters);
  std::set<std::string> engines(newer.engines.begin(), newer.engines.end());
  for (const CaseFinding& row : known.cases) {
    if (Replaces(newer, row)) continue;
    all.cases.push_back(row);
    all.cases.back().cells = Rearranged(row.cells, known.observations, newer.observations);
    engines.insert(row.engine);
  }
  all.engines.assign(engines.begin(), engines.end());
  std::stable_sort(all.cases.begin(), all.cases.end(), [&](const CaseFinding& a, const CaseFinding& b) {
    return std::make_tuple(PlaceInMatrix(all.parameters, a.parameters), a.engine) <
           std::make_tuple(PlaceInMatrix(all.parameters, b.parameters), b.engine);
  });
  all.rules = RulesByEngine(all);
  all.differences = CompareEngines(all);
  return all;
}

}  // namespace

Findings Combine(Findings known, const Findings& newer) {
  std::map<std::string, journal::EngineRecord> engines;
  for (const Findings* findings : std::initializer_list<const Findings*>{&known, &newer}) {
    for (const journal::EngineRecord& engine : findings->engines) engines[engine.name] = engine;
  }
  std::map<std::string, ScenarioFindings> scenarios;
  for (ScenarioFindings& scenario : known.scenarios) scenarios.emplace(scenario.id, std::move(scenario));
  for (const ScenarioFindings& scenario : newer.scenarios) {
    const auto [at, is_new] = scenarios.emplace(scenario.id, scenario);
    if (!is_new) at->second = Combined(at->second, scenario);
  }
  Findings all;
  for (auto& [name, engine] : engines) all.engines.push_back(std::move(engine));
  for (auto& [id, scenario] : scenarios) all.scenarios.push_back(std::move(scenario));
  SumUp(all);
  for (const auto& [verdict, count] : all.counts) all.planned += count;
  return all;
}

}  // namespace plimsoll::analyse
