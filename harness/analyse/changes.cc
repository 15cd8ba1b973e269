#include "analyse/changes.h"

#include <algorithm>
#include <map>
#include <set>

#include "analyse/relation.h"
#include "analyse/rules.h"

namespace plimsoll::analyse {
namespace {

constexpr std::string_view kOfTheCase;  // the name under which its verdict is compared

using RowByCombination = std::map<std::string, const CaseFinding*>;  // by canonical text of the parameters

RowByCombination RowsOf(const ScenarioFindings* scenario, const std::string& engine) {
  RowByCombination rows;
  if (scenario == nullptr) return rows;
  for (const CaseFinding& row : scenario->cases) {
    if (row.engine == engine) rows.emplace(CompactJson(row.parameters), &row);
  }
  return rows;
}

std::map<std::string, const ScenarioFindings*> ScenariosOf(const Findings& findings, const std::string& engine) {
  std::map<std::string, const ScenarioFindings*> scenarios;
  for (const ScenarioFindings& scenario : findings.scenarios) {
    const bool ran = std::any_of(scenario.cases.begin(), scenario.cases.end(),
                                 [&](const CaseFinding& row) { return row.engine == engine; });
    if (ran) scenarios.emplace(scenario.id, &scenario);
  }
  return scenarios;
}

bool Contains(const std::vector<Json>& values, const Json& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool Passes(Verdict verdict) {
  return verdict == Verdict::kObserved || verdict == Verdict::kConforms || verdict == Verdict::kKnownDeviation;
}

// Compares one scenario of which at least one side has cases.
class ScenarioComparison {
 public:
  ScenarioComparison(const ScenarioFindings* before, RowByCombination rows_before, const ScenarioFindings* after,
                     RowByCombination rows_after, Compared compared, ChangeCounts& counts)
      : before_(before),
        after_(after),
        rows_before_(std::move(rows_before)),
        rows_after_(std::move(rows_after)),
        compared_(compared),
        counts_(counts) {
    const ScenarioFindings& known = after != nullptr ? *after : *before;
    result_.id = known.id;
    result_.title = known.title;
    result_.parameters = known.parameters;
    if (before != nullptr) AddValues(before->parameters, result_.parameters);
  }

  ScenarioChanges Compare() {
    CompareCombinations();
    CompareVerdicts();
    if (before_ != nullptr && after_ != nullptr) CompareObservations();
    result_.combinations = Both().size();
    return std::move(result_);
  }

 private:
  using Pair = std::pair<const CaseFinding*, const CaseFinding*>;

  // Combinations that both sides have, in the matrix's order.
  const std::vector<Pair>& Both() {
    if (!both_.empty()) return both_;
    for (const auto& [text, row] : rows_after_) {
      const auto found = rows_before_.find(text);
      if (found != rows_before_.end()) both_.emplace_back(found->second, row);
    }
    std::sort(both_.begin(), both_.end(), [&](const Pair& a, const Pair& b) {
      return Place(a.second->parameters) < Place(b.second->parameters);
    });
    return both_;
  }

  std::vector<uint32_t> Place(const Json& parameters) const { return PlaceInMatrix(result_.parameters, parameters); }

  void CompareCombinations() {
    AddWhole(ChangeKind::kAdded, rows_after_, rows_before_);
    if (compared_ == Compared::kAll) AddWhole(ChangeKind::kDeleted, rows_before_, rows_after_);
  }

  void AddWhole(ChangeKind kind, const RowByCombination& rows, const RowByCombination& others) {
    Change change;
    change.kind = kind;
    for (const auto& [text, row] : rows) {
      if (!others.contains(text)) change.cases.push_back(row->parameters);
    }
    if (change.cases.empty()) return;
    std::sort(change.cases.begin(), change.cases.end(),
              [&](const Json& a, const Json& b) { return Place(a) < Place(b); });
    (kind == ChangeKind::kAdded ? counts_.added : counts_.deleted) += change.cases.size();
    result_.changes.push_back(std::move(change));
  }

  void CompareVerdicts() {
    Grouped grouped;
    for (const Pair& pair : Both()) {
      const auto& [before, after] = pair;
      if (before->verdict == after->verdict) continue;
      // What a scenario expects may have changed since its baseline was made: as long as nothing fails, the values count.
      if (compared_ == Compared::kWhatIsNew && Passes(before->verdict) && Passes(after->verdict)) continue;
      // Of a value that varies, which is no change.
      if (before->verdict == Verdict::kUnstable || after->verdict == Verdict::kUnstable) continue;
      Change& change = grouped.Of({Json(Name(before->verdict))}, {Json(Name(after->verdict))});
      change.cases.push_back(after->parameters);
      if (change.reason.empty()) change.reason = after->reason.empty() ? before->reason : after->reason;
    }
    Take(std::string(kOfTheCase), std::move(grouped), Both());
  }

  void CompareObservations() {
    for (size_t i = 0; i < after_->observations.size(); ++i) {
      const std::string& name = after_->observations[i].name;
      const auto old = IndexOf(*before_, name);
      if (old) {
        CompareValues(name, *old, i);
      } else {
        AddObservation(ChangeKind::kAdded, name);
      }
    }
    if (compared_ != Compared::kAll) return;
    for (const ObservationInfo& info : before_->observations) {
      if (!IndexOf(*after_, info.name)) AddObservation(ChangeKind::kDeleted, info.name);
    }
  }

  static std::optional<size_t> IndexOf(const ScenarioFindings& scenario, const std::string& name) {
    for (size_t i = 0; i < scenario.observations.size(); ++i) {
      if (scenario.observations[i].name == name) return i;
    }
    return std::nullopt;
  }

  void AddObservation(ChangeKind kind, const std::string& name) {
    Change change;
    change.kind = kind;
    change.observation = name;
    for (const Pair& pair : Both()) change.cases.push_back(pair.second->parameters);
    if (change.cases.empty()) return;
    (kind == ChangeKind::kAdded ? counts_.added : counts_.deleted) += change.cases.size();
    result_.changes.push_back(std::move(change));
  }

  void CompareValues(const std::string& name, size_t old, size_t now) {
    Grouped grouped;
    std::vector<Pair> comparable;
    for (const Pair& pair : Both()) {
      if (!HasValue(*pair.first, old) || !HasValue(*pair.second, now)) continue;  // its verdict tells
      comparable.push_back(pair);
      const std::vector<Json> before = ValuesOf(pair.first->cells[old]);
      const std::vector<Json> after = ValuesOf(pair.second->cells[now]);
      const bool share = std::any_of(after.begin(), after.end(), [&](const Json& v) { return Contains(before, v); });
      if (share) {
        ++(before.size() > 1 || after.size() > 1 ? counts_.unstable : counts_.unchanged);
        continue;
      }
      grouped.Of(before, after).cases.push_back(pair.second->parameters);
    }
    Take(name, std::move(grouped), comparable);
  }

  static bool HasValue(const CaseFinding& row, size_t observation) {
    return IsComplete(row) && !row.cells[observation].seen.empty();
  }

  // Changes from the same values to the same values, in the order in which they were first met.
  struct Grouped {
    std::vector<Change> changes;
    Change& Of(const std::vector<Json>& before, const std::vector<Json>& after) {
      for (Change& change : changes) {
        if (change.before == before && change.after == after) return change;
      }
      changes.push_back({ChangeKind::kChanged, "", before, after, {}, {}, false, ""});
      return changes.back();
    }
  };

  void Take(const std::string& observation, Grouped grouped, const std::vector<Pair>& comparable) {
    for (Change& change : grouped.changes) {
      change.observation = observation;
      counts_.changed += change.cases.size();
      Describe(change, comparable);
      result_.changes.push_back(std::move(change));
    }
  }

  // What tells the changed combinations from the others.
  void Describe(Change& change, const std::vector<Pair>& comparable) const {
    std::set<std::string> changed;
    for (const Json& parameters : change.cases) changed.insert(CompactJson(parameters));
    RuleTable table{result_.parameters, {}, {false, true}};
    for (const Pair& pair : comparable) {
      const Json& parameters = pair.second->parameters;
      table.rows.push_back({Place(parameters), changed.contains(CompactJson(parameters)) ? 1u : 0u});
    }
    const Rule rule = InferRules(table).rules.front();  // of several the first one is not `otherwise`
    change.when = rule.when;
    change.except = rule.value == Json(false);
  }

  const ScenarioFindings* before_;
  const ScenarioFindings* after_;
  RowByCombination rows_before_, rows_after_;
  Compared compared_;
  ChangeCounts& counts_;
  std::vector<Pair> both_;
  ScenarioChanges result_;
};

}  // namespace

std::string_view Name(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kAdded:
      return "added";
    case ChangeKind::kDeleted:
      return "deleted";
    case ChangeKind::kChanged:
      return "changed";
  }
  return "";
}

Changes CompareResults(const Findings& before, const std::string& engine_before, const Findings& after,
                       const std::string& engine_after, Compared compared) {
  Changes changes{engine_before, engine_after, {}, {}};
  const auto old = ScenariosOf(before, engine_before);
  const auto now = ScenariosOf(after, engine_after);
  std::set<std::string> ids;
  for (const auto& [id, scenario] : now) ids.insert(id);
  if (compared == Compared::kAll) {
    for (const auto& [id, scenario] : old) ids.insert(id);
  }
  for (const std::string& id : ids) {
    const auto was = old.find(id);
    const auto is = now.find(id);
    const ScenarioFindings* a = was == old.end() ? nullptr : was->second;
    const ScenarioFindings* b = is == now.end() ? nullptr : is->second;
    ScenarioComparison comparison(a, RowsOf(a, engine_before), b, RowsOf(b, engine_after), compared, changes.counts);
    ScenarioChanges scenario = comparison.Compare();
    if (!scenario.changes.empty()) changes.scenarios.push_back(std::move(scenario));
  }
  return changes;
}

}  // namespace plimsoll::analyse
