#include "analyse/relation.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "expect/observation.h"
#include "journal/scope.h"

namespace plimsoll::analyse {
namespace {

Verdict VerdictOf(journal::CaseOutcome outcome) {
  switch (outcome) {
    case journal::CaseOutcome::kCompleted:
      return Verdict::kObserved;
    case journal::CaseOutcome::kUnsupported:
      return Verdict::kUnsupported;
    case journal::CaseOutcome::kTimedOut:
      return Verdict::kTimedOut;
    case journal::CaseOutcome::kHarnessError:
      return Verdict::kHarnessError;
  }
  return Verdict::kHarnessError;
}

Result<std::vector<expect::Observation>> ParseObservations(
    const journal::ScenarioRecord& scenario) {
  std::vector<expect::Observation> observations;
  for (const auto& [name, spec] : scenario.observe) {
    auto observation = expect::Observation::Parse(name, spec);
    if (!observation) {
      return Fail(fmt::format("scenario {}: observation \"{}\": {}", scenario.id, name,
                              observation.error().what),
                  observation.error().hint);
    }
    observations.push_back(*std::move(observation));
  }
  return observations;
}

const Json& ValueOf(const Json& values, const std::string& parameter) {
  static const Json kNothing;
  const Json* value = Find(values, parameter);
  return value != nullptr ? *value : kNothing;
}

std::vector<journal::Parameter> WithValuesOfCases(std::vector<journal::Parameter> parameters,
                                                  const CaseGroup& cases) {
  for (journal::Parameter& parameter : parameters) {
    std::map<std::string, Json> added;  // by text, so that the order of cases does not show
    for (const journal::CaseRecord* record : cases) {
      const Json& value = ValueOf(record->parameters, parameter.name);
      if (std::find(parameter.values.begin(), parameter.values.end(), value) !=
          parameter.values.end()) {
        continue;
      }
      added.emplace(CompactJson(value), value);
    }
    for (const auto& [text, value] : added) parameter.values.push_back(value);
  }
  return parameters;
}

// Evaluates one scenario's observations over its cases.
class Observer {
 public:
  Observer(const journal::Journal& journal, const std::vector<expect::Observation>& observations)
      : journal_(journal), observations_(observations) {
    for (const expect::Observation& observation : observations) {
      for (const expect::Path* path : observation.paths()) journal::AddTo(interest_, *path);
    }
  }

  CaseFinding RowOf(const CaseGroup& repetitions) const {
    const journal::CaseRecord& first = *repetitions.front();
    CaseFinding row;
    row.case_id = first.id;
    row.engine = first.engine;
    row.parameters = first.parameters;
    row.repetitions = static_cast<int>(repetitions.size());
    row.cells.resize(observations_.size());
    for (const journal::CaseRecord* record : repetitions) {
      const Verdict verdict = VerdictOf(record->outcome);
      if (verdict == Verdict::kObserved) {
        AddValues(*record, row);
      } else if (row.verdict < verdict) {
        row.verdict = verdict;
        row.reason = record->reason;
      }
    }
    for (Cell& cell : row.cells) {
      if (!cell.stable()) cell.value = ValuesOf(cell).front();  // which of several came first is chance
    }
    return row;
  }

 private:
  void AddValues(const journal::CaseRecord& record, CaseFinding& row) const {
    const Json scope = journal::ScopeOf(record, FixedScopeOf(record), interest_);
    for (size_t i = 0; i < observations_.size(); ++i) {
      const expect::Observed observed = observations_[i].Observe(scope);
      Json value = journal::Normalize(observed.value, record);
      Cell& cell = row.cells[i];
      if (cell.seen.empty()) cell.value = value;
      ++cell.seen[CompactJson(value)];
      if (observed.raw) cell.raw.push_back(*observed.raw);
    }
  }

  Json FixedScopeOf(const journal::CaseRecord& record) const {
    const journal::EngineRecord* engine = journal_.FindEngine(record.engine);
    if (engine != nullptr) return journal::FixedScope(journal_.run, *engine, record);
    journal::EngineRecord unknown;
    unknown.name = record.engine;
    return journal::FixedScope(journal_.run, unknown, record);
  }

  const journal::Journal& journal_;
  const std::vector<expect::Observation>& observations_;
  journal::Interest interest_;
};

}  // namespace

Result<Relation> BuildRelation(const journal::Journal& journal,
                               const journal::ScenarioRecord& scenario, const CaseGroup& cases) {
  const auto observations = ParseObservations(scenario);
  if (!observations) return tl::make_unexpected(observations.error());

  Relation relation;
  relation.parameters = WithValuesOfCases(scenario.parameters, cases);
  for (const expect::Observation& o : *observations) {
    relation.observations.push_back({o.name(), o.is_yes_or_no(), o.is_duration()});
  }
  using Key = std::pair<std::vector<uint32_t>, std::string>;
  std::map<Key, CaseGroup> groups;
  std::set<std::string> engines;
  for (const journal::CaseRecord* record : cases) {
    groups[{PlaceInMatrix(relation.parameters, record->parameters), record->engine}].push_back(
        record);
    engines.insert(record->engine);
  }
  relation.engines.assign(engines.begin(), engines.end());
  const Observer observer(journal, *observations);
  for (auto& [key, repetitions] : groups) {
    std::sort(repetitions.begin(), repetitions.end(), [](const auto* a, const auto* b) {
      return std::tie(a->repetition, a->id) < std::tie(b->repetition, b->id);
    });
    relation.rows.push_back(observer.RowOf(repetitions));
  }
  return relation;
}

bool IsComplete(const CaseFinding& row) {
  return row.verdict != Verdict::kUnsupported && row.verdict != Verdict::kTimedOut &&
         row.verdict != Verdict::kHarnessError;
}

bool IsCertain(const CaseFinding& row, size_t observation) {
  return IsComplete(row) && row.cells[observation].seen.size() == 1;
}

std::vector<uint32_t> PlaceInMatrix(const std::vector<journal::Parameter>& parameters,
                                    const Json& values) {
  std::vector<uint32_t> place;
  for (const journal::Parameter& parameter : parameters) {
    const auto at = std::find(parameter.values.begin(), parameter.values.end(),
                              ValueOf(values, parameter.name));
    place.push_back(static_cast<uint32_t>(at - parameter.values.begin()));
  }
  return place;
}

void AddValues(const std::vector<journal::Parameter>& others, std::vector<journal::Parameter>& parameters) {
  for (const journal::Parameter& other : others) {
    for (journal::Parameter& parameter : parameters) {
      if (parameter.name != other.name) continue;
      std::vector<Json>& values = parameter.values;
      for (const Json& value : other.values) {
        if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
      }
    }
  }
}

}  // namespace plimsoll::analyse
