// engines/<engine>.json: everything found about one engine, for programs. The shape is pinned by
// harness/docs/report.schema.json; a change here is a change there.
#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/pages.h"

namespace plimsoll::report {
namespace {

using analyse::CaseFinding;
using analyse::ScenarioFindings;
using journal::EngineRecord;

// What stays the same when the same engine is asked on another day or machine: not the kernel.
Json StableIdentity(const EngineRecord& engine) {
  Json identity = Json::object();
  for (const char* key : {"product", "version", "api", "api_min", "runtime", "storage_driver",
                          "cgroup_version", "cgroup_driver", "architecture"}) {
    const Json* value = Find(engine.identity, key);
    if (value && !value->is_null()) identity[key] = *value;
  }
  return identity;
}

Json ValueJson(const analyse::Cell& cell) {
  if (cell.stable()) return {{"value", cell.value}};
  return {{"varies", analyse::ValuesOf(cell)}};
}

Json JudgementJson(const analyse::Judgement& judgement) {
  Json json = {{"observation", judgement.observation},
               {"expected", judgement.expected},
               {"actual", judgement.actual},
               {"verdict", analyse::Name(judgement.verdict)},
               {"because", judgement.because}};
  if (!judgement.known.empty()) json["known"] = judgement.known;
  if (!judgement.upstream.empty()) json["upstream"] = judgement.upstream;
  return json;
}

Json CaseJson(const ScenarioFindings& scenario, const CaseFinding& finding) {
  Json json = {{"id", finding.case_id},
               {"parameters", finding.parameters},
               {"verdict", analyse::Name(finding.verdict)},
               {"values", Json::object()},
               {"judgements", Json::array()}};
  if (!finding.reason.empty()) json["reason"] = finding.reason;
  for (size_t i = 0; i < finding.cells.size() && i < scenario.observations.size(); ++i) {
    json["values"][scenario.observations[i].name] = ValueJson(finding.cells[i]);
  }
  for (const analyse::Judgement& judgement : finding.judgements) {
    json["judgements"].push_back(JudgementJson(judgement));
  }
  return json;
}

Json RuleJson(const analyse::Rule& rule) {
  return {{"value", rule.value},
          {"when", ConditionJson(rule.when)},
          {"otherwise", rule.otherwise},
          {"cases", rule.cases}};
}

Json RulesJson(const ScenarioFindings& scenario, const std::string& engine) {
  Json json = Json::array();
  for (const analyse::RuleSet& rules : scenario.rules) {
    if (std::find(rules.engines.begin(), rules.engines.end(), engine) == rules.engines.end())
      continue;
    Json listed = Json::array();
    for (const analyse::Rule& rule : rules.rules) listed.push_back(RuleJson(rule));
    json.push_back({{"observation", rules.observation},
                    {"same_on", rules.engines},
                    {"deciding", rules.deciding},
                    {"indifferent", rules.indifferent},
                    {"rules", std::move(listed)},
                    {"rests_on", rules.cases},
                    {"complete", rules.full}});
  }
  return json;
}

Json SweepJson(const std::optional<analyse::Sweep>& sweep) {
  if (!sweep) return nullptr;
  return {{"pairs", sweep->pairs}, {"needed", sweep->needed}, {"drawn", sweep->drawn}, {"settled", sweep->settled}};
}

Json ScenarioJson(const ScenarioFindings& scenario, const std::string& engine) {
  Json parameters = Json::array();
  for (const journal::Parameter& parameter : scenario.parameters) {
    parameters.push_back({{"name", parameter.name}, {"values", parameter.values}});
  }
  Json observations = Json::array();
  for (const analyse::ObservationInfo& info : scenario.observations) {
    const std::string_view kind = info.is_yes_or_no  ? "yes or no"
                                  : info.is_duration ? "duration"
                                                     : "value";
    observations.push_back({{"name", info.name}, {"kind", kind}});
  }
  Json cases = Json::array();
  for (const CaseFinding& finding : scenario.cases) {
    if (finding.engine == engine) cases.push_back(CaseJson(scenario, finding));
  }
  const auto verdict = scenario.verdict_by_engine.find(engine);
  return {{"id", scenario.id},
          {"area", scenario.area},
          {"title", scenario.title},
          {"question", scenario.question},
          {"source_hash", scenario.source_hash},
          {"page", PagePath(scenario)},
          {"parameters", std::move(parameters)},
          {"combinations", scenario.rows},
          {"sweep", SweepJson(scenario.sweep)},
          {"shared_by", scenario.shared_by ? Json(*scenario.shared_by) : Json()},
          {"observations", std::move(observations)},
          {"rules", RulesJson(scenario, engine)},
          {"cases", std::move(cases)},
          {"verdict", verdict == scenario.verdict_by_engine.end()
                          ? Json()
                          : Json(analyse::Name(verdict->second))}};
}

bool Ran(const ScenarioFindings& scenario, const std::string& engine) {
  return std::any_of(scenario.cases.begin(), scenario.cases.end(),
                     [&](const CaseFinding& finding) { return finding.engine == engine; });
}

}  // namespace

Json ConditionJson(const std::vector<analyse::Term>& terms) {
  Json any_of = Json::array();
  for (const analyse::Term& term : terms) {
    Json all_of = Json::array();
    for (const analyse::Literal& literal : term) {
      all_of.push_back({{"parameter", literal.parameter}, {"one_of", literal.values}});
    }
    any_of.push_back(std::move(all_of));
  }
  return any_of;
}

std::string EngineJsonPath(std::string_view engine) {
  return fmt::format("engines/{}.json", FileName(engine));
}

Json EngineJson(const EngineRecord& engine, const analyse::Findings& findings) {
  Json scenarios = Json::array();
  for (const ScenarioFindings& scenario : findings.scenarios) {
    if (Ran(scenario, engine.name)) scenarios.push_back(ScenarioJson(scenario, engine.name));
  }
  return {{"format", kReportFormat},
          {"engine", engine.name},
          {"identity", StableIdentity(engine)},
          {"scenarios", std::move(scenarios)}};
}

}  // namespace plimsoll::report
