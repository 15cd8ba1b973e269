#include "analyse/questions.h"

#include <algorithm>
#include <set>

#include "analyse/engine_rules.h"

namespace plimsoll::analyse {
namespace {

std::string Written(const Json& value) { return value.is_string() ? value.get<std::string>() : CompactJson(value); }

bool Matches(const notes::Question::Answer& answer, const Json& parameters) {
  return std::all_of(answer.when.begin(), answer.when.end(), [&](const auto& condition) {
    const Json* value = Find(parameters, condition.first);
    return value && std::find(condition.second.begin(), condition.second.end(), Written(*value)) != condition.second.end();
  });
}

ScenarioFindings Narrowed(const ScenarioFindings& scenario, const notes::Question::Answer& answer) {
  ScenarioFindings narrowed = scenario;
  std::erase_if(narrowed.cases, [&](const CaseFinding& row) { return !Matches(answer, row.parameters); });
  if (answer.when.empty()) return narrowed;
  std::set<std::string> combinations;
  for (const CaseFinding& row : narrowed.cases) combinations.insert(CompactJson(row.parameters));
  narrowed.rows = combinations.size();
  narrowed.rules = RulesByEngine(narrowed);
  return narrowed;
}

}  // namespace

std::vector<AnswerFound> AnswersTo(const notes::Question& question, const Findings& findings) {
  std::vector<AnswerFound> found;
  for (const notes::Question::Answer& answer : question.answers) {
    AnswerFound& entry = found.emplace_back();
    const auto scenario = std::find_if(findings.scenarios.begin(), findings.scenarios.end(),
                                       [&](const ScenarioFindings& each) { return each.id == answer.scenario; });
    if (scenario == findings.scenarios.end()) continue;
    entry.scenario = Narrowed(*scenario, answer);
    std::vector<RuleSet> rules;
    for (const std::string& name : answer.look) {
      const size_t before = rules.size();
      std::copy_if(entry.scenario.rules.begin(), entry.scenario.rules.end(), std::back_inserter(rules),
                   [&](const RuleSet& each) { return each.observation == name; });
      if (rules.size() == before) entry.missing.push_back(name);
    }
    entry.scenario.rules = std::move(rules);
  }
  return found;
}

}  // namespace plimsoll::analyse
