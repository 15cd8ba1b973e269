#include "analyse/differences.h"

#include "analyse/relation.h"

namespace plimsoll::analyse {
namespace {

using Rows = std::vector<const CaseFinding*>;

// The rows of one combination of parameters, one for each engine that has it.
std::vector<Rows> ByCombination(const ScenarioFindings& scenario) {
  std::vector<Rows> combinations;
  for (const CaseFinding& row : scenario.cases) {
    if (combinations.empty() || combinations.back().front()->parameters != row.parameters) {
      combinations.emplace_back();
    }
    combinations.back().push_back(&row);
  }
  return combinations;
}

}  // namespace

std::vector<Difference> CompareEngines(const ScenarioFindings& scenario) {
  std::vector<Difference> differences;
  for (const Rows& rows : ByCombination(scenario)) {
    for (size_t i = 0; i < scenario.observations.size(); ++i) {
      Difference difference;
      bool differs = false;
      for (const CaseFinding* row : rows) {
        if (!IsCertain(*row, i)) continue;
        const Json& value = row->cells[i].value;
        differs = differs || (!difference.values.empty() && difference.values[0].second != value);
        difference.values.emplace_back(row->engine, value);
        difference.case_ids.emplace_back(row->engine, row->case_id);
      }
      if (!differs) continue;
      difference.parameters = rows.front()->parameters;
      difference.observation = scenario.observations[i].name;
      differences.push_back(std::move(difference));
    }
  }
  return differences;
}

}  // namespace plimsoll::analyse
