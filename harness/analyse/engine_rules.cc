#include "analyse/engine_rules.h"

#include <algorithm>
#include <map>

#include "analyse/relation.h"
#include "analyse/rules.h"

namespace plimsoll::analyse {
namespace {

using Place = std::vector<uint32_t>;
// What is certain of one observation: the value at each place of the matrix.
using Column = std::map<Place, Json>;

struct Group {
  std::vector<std::string> engines;
  Column column;  // of all of its engines together
};

bool Agree(const Column& a, const Column& b) {
  return std::all_of(a.begin(), a.end(), [&](const auto& entry) {
    const auto other = b.find(entry.first);
    return other == b.end() || other->second == entry.second;
  });
}

std::map<std::string, Column> ColumnsByEngine(const ScenarioFindings& scenario,
                                              const std::vector<Place>& places,
                                              size_t observation) {
  std::map<std::string, Column> columns;
  for (const std::string& engine : scenario.engines) columns[engine];
  for (size_t i = 0; i < scenario.cases.size(); ++i) {
    const CaseFinding& row = scenario.cases[i];
    if (!IsCertain(row, observation)) continue;
    columns[row.engine].emplace(places[i], row.cells[observation].value);
  }
  return columns;
}

std::vector<Group> GroupEngines(const std::map<std::string, Column>& columns) {
  // Those that know most come first, so that the others find the group that they belong to.
  std::vector<std::string> engines;
  for (const auto& [engine, column] : columns) engines.push_back(engine);
  std::stable_sort(engines.begin(), engines.end(), [&](const auto& a, const auto& b) {
    return columns.at(a).size() > columns.at(b).size();
  });
  std::vector<Group> groups;
  for (const std::string& engine : engines) {
    const Column& column = columns.at(engine);
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return group.column.empty() == column.empty() && Agree(column, group.column);
    });
    Group& group = found != groups.end() ? *found : groups.emplace_back();
    group.engines.push_back(engine);
    group.column.insert(column.begin(), column.end());
  }
  for (Group& group : groups) {
    std::sort(group.engines.begin(), group.engines.end());
  }
  std::sort(groups.begin(), groups.end(),
            [](const Group& a, const Group& b) { return a.engines < b.engines; });
  return groups;
}

RuleTable TableOf(const std::vector<journal::Parameter>& parameters, const Column& column) {
  RuleTable table{parameters, {}, {}};
  std::map<Json, uint32_t> index;
  for (const auto& [place, value] : column) {
    const auto [at, is_new] = index.emplace(value, static_cast<uint32_t>(table.values.size()));
    if (is_new) table.values.push_back(value);
    table.rows.push_back({place, at->second});
  }
  return table;
}

// Or cannot be asked: what it is unsupported in is told elsewhere.
bool EachTriedAll(const ScenarioFindings& scenario, const Group& group) {
  size_t tried = 0;
  for (const CaseFinding& row : scenario.cases) {
    const bool counts = IsComplete(row) || row.verdict == Verdict::kUnsupported;
    if (counts && std::binary_search(group.engines.begin(), group.engines.end(), row.engine)) ++tried;
  }
  return tried == scenario.rows * group.engines.size();
}

// Of one engine: whether the value varies, at each place where one was seen.
Column VaryingOn(const std::string& engine, const ScenarioFindings& scenario, const std::vector<Place>& places,
                 size_t observation) {
  Column varying;
  for (size_t i = 0; i < scenario.cases.size(); ++i) {
    const CaseFinding& row = scenario.cases[i];
    const bool varies = !row.cells[observation].stable();
    if (row.engine == engine && (varies || IsCertain(row, observation))) varying.emplace(places[i], varies);
  }
  return varying;
}

// REQUIRES: something varies in `varying`. Of two values only the first has a rule that says when.
Varying DescribeVarying(const std::vector<journal::Parameter>& parameters, const Column& varying) {
  const Rule told = InferRules(TableOf(parameters, varying)).rules.front();
  return {{}, told.when, !told.value.get<bool>()};
}

std::vector<Varying> VaryingOf(const ScenarioFindings& scenario, const std::vector<Place>& places, const Group& group,
                               size_t observation) {
  std::vector<Varying> told;
  std::vector<Column> columns;  // parallel to `told`
  for (const std::string& engine : group.engines) {
    Column varying = VaryingOn(engine, scenario, places, observation);
    const bool any = std::ranges::any_of(varying, [](const auto& entry) { return entry.second.template get<bool>(); });
    if (!any) continue;
    const auto same = std::ranges::find(columns, varying);
    if (same == columns.end()) {
      told.push_back(DescribeVarying(scenario.parameters, varying));
      told.back().engines.push_back(engine);
      columns.push_back(std::move(varying));
    } else {
      told[static_cast<size_t>(same - columns.begin())].engines.push_back(engine);
    }
  }
  return told;
}

RuleSet RulesOf(const ScenarioFindings& scenario, const std::vector<Place>& places, const Group& group,
                size_t observation) {
  InferredRules inferred = InferRules(TableOf(scenario.parameters, group.column));
  RuleSet set;
  set.observation = scenario.observations[observation].name;
  set.engines = group.engines;
  set.deciding = std::move(inferred.deciding);
  set.indifferent = std::move(inferred.indifferent);
  set.rules = std::move(inferred.rules);
  set.cases = group.column.size();
  set.full = EachTriedAll(scenario, group);
  for (const CaseFinding& row : scenario.cases) {
    if (row.cells[observation].stable()) continue;
    if (std::binary_search(group.engines.begin(), group.engines.end(), row.engine)) {
      set.unstable.push_back(row.case_id);
    }
  }
  if (!set.unstable.empty()) set.varies = VaryingOf(scenario, places, group, observation);
  return set;
}

}  // namespace

std::vector<RuleSet> RulesByEngine(const ScenarioFindings& scenario) {
  std::vector<Place> places;
  for (const CaseFinding& row : scenario.cases) {
    places.push_back(PlaceInMatrix(scenario.parameters, row.parameters));
  }
  std::vector<RuleSet> rules;
  for (size_t i = 0; i < scenario.observations.size(); ++i) {
    for (const Group& group : GroupEngines(ColumnsByEngine(scenario, places, i))) {
      rules.push_back(RulesOf(scenario, places, group, i));
    }
  }
  return rules;
}

}  // namespace plimsoll::analyse
