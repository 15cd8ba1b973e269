#include "analyse/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/diagnostic.h"
#include "expect/value.h"

namespace plimsoll::analyse {
namespace {

Error InRow(const journal::ScenarioRecord& scenario, std::string_view list, size_t row,
            Error error) {
  error.what = fmt::format("scenario {}: {}[{}]: {}", scenario.id, list, row, error.what);
  return error;
}

// A domain may hold lists, so a list is taken as one value first and as several then.
bool IsOneOf(const Json& value, const Json& listed) {
  if (value == listed) return true;
  return listed.is_array() && std::find(listed.begin(), listed.end(), value) != listed.end();
}

std::vector<std::string> NamesIn(const Json* names) {
  std::vector<std::string> all;
  if (names == nullptr) return all;
  if (names->is_string()) return {names->get<std::string>()};
  if (!names->is_array()) return all;
  for (const Json& name : *names) {
    if (name.is_string()) all.push_back(name.get<std::string>());
  }
  return all;
}

std::optional<Json> SomethingOrNothing(const Json& value) {
  return expect::NothingOf(value) ? std::nullopt : std::optional<Json>(value);
}

}  // namespace

bool Judge::Condition::Holds(const Json& values) const {
  return std::all_of(parameters.begin(), parameters.end(), [&](const auto& parameter) {
    const Json* value = Find(values, parameter.first);
    return value != nullptr && IsOneOf(*value, parameter.second);
  });
}

Result<Judge::Condition> Judge::ParseCondition(const Json& row) {
  Condition condition;
  const Json* when = Find(row, "when");
  if (when == nullptr || when->is_null()) return condition;
  if (!when->is_object()) return Fail("\"when\" is no map of parameters");
  for (const auto& [name, listed] : when->items()) condition.parameters.emplace_back(name, listed);
  return condition;
}

Result<Judge::Deviation> Judge::ParseDeviation(const Json& row) {
  if (!row.is_object()) return Fail("is no map");
  auto when = ParseCondition(row);
  if (!when) return tl::make_unexpected(when.error());
  return Deviation{NamesIn(Find(row, "on")), *std::move(when), NamesIn(Find(row, "of")),
                   GetString(row, "because"), GetString(row, "upstream")};
}

Result<Judge::Varies> Judge::ParseVaries(const Json& row) {
  if (!row.is_object()) return Fail("is no map");
  auto when = ParseCondition(row);
  if (!when) return tl::make_unexpected(when.error());
  Varies varies{NamesIn(Find(row, "on")), *std::move(when), NamesIn(Find(row, "of")), {}, GetString(row, "because")};
  const Json* values = Find(row, "values");
  if (values == nullptr || !values->is_array() || values->empty()) return Fail("lists no values");
  for (const Json& value : *values) varies.values.emplace(CompactJson(value), value);
  return varies;
}

bool Judge::Varies::Covers(const Cell& cell) const {
  return std::all_of(cell.seen.begin(), cell.seen.end(), [&](const auto& seen) { return values.contains(seen.first); });
}

Status Judge::AddExpectations(const Json& row) {
  if (!row.is_object()) return Fail("is no map");
  auto when = ParseCondition(row);
  if (!when) return tl::make_unexpected(when.error());
  std::optional<VersionRange> api;
  if (const Json* range = Find(row, "api")) {
    const auto parsed = VersionRange::Parse(range->is_string() ? range->get<std::string>() : CompactJson(*range));
    if (!parsed) return tl::make_unexpected(parsed.error());
    api = *parsed;
  }
  for (const auto& [name, spec] : row.items()) {
    if (name == "when" || name == "api" || name == "because") continue;
    if (std::find(observations_.begin(), observations_.end(), name) == observations_.end()) {
      return Fail(fmt::format("\"{}\" is no observation", name), DidYouMean(name, observations_));
    }
  }
  // A JSON object has forgotten the order of the file, so the observations' order stands in for it.
  for (size_t i = 0; i < observations_.size(); ++i) {
    const Json* spec = Find(row, observations_[i]);
    if (spec == nullptr) continue;
    auto predicate = expect::Predicate::Parse(*spec);
    if (!predicate) {
      return Fail(fmt::format("\"{}\": {}", observations_[i], predicate.error().what),
                  predicate.error().hint);
    }
    expectations_.push_back({*when, api, i, *std::move(predicate), GetString(row, "because")});
  }
  return {};
}

Result<Judge> Judge::Parse(const journal::ScenarioRecord& scenario,
                           const std::vector<ObservationInfo>& observations,
                           const std::vector<journal::EngineRecord>& engines) {
  Judge judge;
  for (const journal::EngineRecord& engine : engines) judge.api_of_[engine.name] = GetString(engine.identity, "api");
  for (const ObservationInfo& observation : observations) {
    judge.observations_.push_back(observation.name);
  }
  for (size_t i = 0; i < scenario.expect.size(); ++i) {
    if (auto added = judge.AddExpectations(scenario.expect[i]); !added) {
      return tl::make_unexpected(InRow(scenario, "expect", i, added.error()));
    }
  }
  for (size_t i = 0; i < scenario.known_deviations.size(); ++i) {
    auto deviation = ParseDeviation(scenario.known_deviations[i]);
    if (!deviation) {
      return tl::make_unexpected(InRow(scenario, "known-deviations", i, deviation.error()));
    }
    judge.deviations_.push_back(*std::move(deviation));
  }
  for (size_t i = 0; i < scenario.varies.size(); ++i) {
    auto varies = ParseVaries(scenario.varies[i]);
    if (!varies) return tl::make_unexpected(InRow(scenario, "varies", i, varies.error()));
    judge.varies_.push_back(*std::move(varies));
  }
  return judge;
}

namespace {

bool IsOn(const std::vector<std::string>& beginnings, const std::string& engine) {
  return beginnings.empty() || std::any_of(beginnings.begin(), beginnings.end(),
                                           [&](const std::string& beginning) { return engine.starts_with(beginning); });
}

template <class Row>
const Row* FirstThatFits(const std::vector<Row>& rows, const CaseFinding& finding, const std::string& observation) {
  for (const Row& row : rows) {
    if (IsOn(row.on, finding.engine) && row.when.Holds(finding.parameters) &&
        std::find(row.of.begin(), row.of.end(), observation) != row.of.end()) {
      return &row;
    }
  }
  return nullptr;
}

}  // namespace

const Judge::Deviation* Judge::FindDeviation(const CaseFinding& row, const std::string& observation) const {
  return FirstThatFits(deviations_, row, observation);
}

const Judge::Varies* Judge::FindVaries(const CaseFinding& row, const std::string& observation) const {
  return FirstThatFits(varies_, row, observation);
}

bool Judge::Applies(const Expectation& expectation, const CaseFinding& row) const {
  if (!expectation.when.Holds(row.parameters)) return false;
  if (!expectation.api) return true;
  const auto api = api_of_.find(row.engine);
  return api != api_of_.end() && expectation.api->Has(api->second);
}

bool Judge::AllMeet(const expect::Predicate& predicate, const Cell& cell) {
  const std::vector<Json> values = ValuesOf(cell);
  return std::all_of(values.begin(), values.end(),
                     [&](const Json& value) { return predicate.Holds(SomethingOrNothing(value)); });
}

void Judge::SpreadKnownToVary(CaseFinding& row) const {
  for (size_t i = 0; i < observations_.size() && i < row.cells.size(); ++i) {
    Cell& cell = row.cells[i];
    const Varies* varies = cell.seen.empty() ? nullptr : FindVaries(row, observations_[i]);
    if (varies == nullptr || !varies->Covers(cell)) continue;
    for (const auto& [text, value] : varies->values) AddKnownValue(cell, text);
    cell.varies_because = varies->because;
  }
}

std::vector<Judgement> Judge::JudgementsOn(const CaseFinding& row) const {
  std::vector<Judgement> judgements;
  for (const Expectation& expectation : expectations_) {
    const Cell& cell = row.cells[expectation.observation];
    if (cell.seen.empty() || !Applies(expectation, row)) continue;
    Judgement judgement;
    judgement.observation = observations_[expectation.observation];
    judgement.expected = expectation.predicate.Describe();
    judgement.actual = cell.value;
    judgement.because = expectation.because;
    const Deviation* known = FindDeviation(row, judgement.observation);
    const bool met = AllMeet(expectation.predicate, cell);
    if (!cell.stable() && !met) {
      judgement.verdict = Verdict::kUnstable;
    } else if (met) {
      judgement.verdict = known != nullptr ? Verdict::kDeviationGone : Verdict::kConforms;
    } else {
      judgement.verdict = known != nullptr ? Verdict::kKnownDeviation : Verdict::kDeviates;
    }
    if (known != nullptr) {
      judgement.known = known->because;
      judgement.upstream = known->upstream;
    }
    judgements.push_back(std::move(judgement));
  }
  for (size_t i = 0; i < observations_.size() && i < row.cells.size(); ++i) {
    const Varies* varies = row.cells[i].seen.empty() ? nullptr : FindVaries(row, observations_[i]);
    if (varies == nullptr || varies->Covers(row.cells[i])) continue;
    Json values = Json::array();
    for (const auto& [text, value] : varies->values) values.push_back(value);
    Judgement judgement;
    judgement.observation = observations_[i];
    judgement.expected = expect::Predicate::Parse(Json{{"one-of", values}})->Describe();
    judgement.actual = row.cells[i].value;
    judgement.because = varies->because;
    judgement.verdict = Verdict::kDeviates;
    judgements.push_back(std::move(judgement));
  }
  return judgements;
}

Verdict VerdictOf(const CaseFinding& row) {
  Verdict verdict = row.verdict;
  for (const Judgement& judgement : row.judgements) verdict = Worse(verdict, judgement.verdict);
  return verdict;
}

}  // namespace plimsoll::analyse
