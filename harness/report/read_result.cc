// engines/<engine>.json read back: the inverse of engine_json.cc.
#include <fmt/format.h>

#include <algorithm>

#include "analyse/engine_rules.h"
#include "analyse/relation.h"
#include "base/text.h"
#include "report/report.h"

namespace plimsoll::report {
namespace {

using analyse::CaseFinding;
using analyse::ScenarioFindings;
using analyse::Verdict;

Verdict VerdictNamed(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(Verdict::kHarnessError); ++i) {
    if (analyse::Name(static_cast<Verdict>(i)) == name) return static_cast<Verdict>(i);
  }
  throw std::invalid_argument(fmt::format("\"{}\" is no verdict", name));
}

analyse::Cell CellFrom(const Json& json) {
  analyse::Cell cell;
  if (const Json* varies = Find(json, "varies")) {
    for (const Json& value : *varies) cell.seen[CompactJson(value)] = 1;
    cell.value = varies->at(0);
    return cell;
  }
  cell.value = json.at("value");
  cell.seen[CompactJson(cell.value)] = 1;
  return cell;
}

analyse::Judgement JudgementFrom(const Json& json) {
  analyse::Judgement judgement;
  judgement.observation = json.at("observation");
  judgement.expected = json.at("expected");
  judgement.actual = json.at("actual");
  judgement.verdict = VerdictNamed(json.at("verdict"));
  judgement.because = json.at("because");
  judgement.known = GetString(json, "known");
  judgement.upstream = GetString(json, "upstream");
  return judgement;
}

CaseFinding CaseFrom(const Json& json, const std::string& engine, const ScenarioFindings& scenario) {
  CaseFinding finding;
  finding.case_id = json.at("id");
  finding.engine = engine;
  finding.parameters = json.at("parameters");
  finding.verdict = VerdictNamed(json.at("verdict"));
  finding.reason = GetString(json, "reason");
  for (const analyse::ObservationInfo& info : scenario.observations) {
    const Json* value = Find(json.at("values"), info.name);
    const bool known = value != nullptr && analyse::IsComplete(finding);
    finding.cells.push_back(known ? CellFrom(*value) : analyse::Cell());
  }
  for (const Json& judgement : json.at("judgements")) finding.judgements.push_back(JudgementFrom(judgement));
  return finding;
}

ScenarioFindings ScenarioFrom(const Json& json, const std::string& engine) {
  ScenarioFindings scenario;
  scenario.id = json.at("id");
  scenario.area = json.at("area");
  scenario.title = json.at("title");
  scenario.question = json.at("question");
  scenario.source_hash = GetString(json, "source_hash");
  for (const Json& parameter : json.at("parameters")) {
    scenario.parameters.push_back({parameter.at("name"), parameter.at("values")});
  }
  for (const Json& observation : json.at("observations")) {
    const std::string kind = observation.at("kind");
    scenario.observations.push_back({observation.at("name"), kind == "yes or no", kind == "duration"});
  }
  scenario.engines = {engine};
  scenario.rows = json.at("combinations");
  if (const Json& sweep = json.at("sweep"); !sweep.is_null()) {
    scenario.sweep = analyse::Sweep{sweep.at("pairs"), sweep.at("needed"), sweep.at("drawn"), sweep.at("settled"), {}};
  }
  if (const Json* shared = Find(json, "shared_by"); shared && shared->is_array()) {
    scenario.shared_by = shared->get<std::vector<std::string>>();
  }
  for (const Json& each : json.at("cases")) scenario.cases.push_back(CaseFrom(each, engine, scenario));
  scenario.rules = analyse::RulesByEngine(scenario);
  return scenario;
}

analyse::Findings FindingsFrom(const Json& json) {
  analyse::Findings findings;
  journal::EngineRecord engine;
  engine.name = json.at("engine");
  engine.identity = json.at("identity");
  for (const Json& each : json.at("scenarios")) {
    findings.scenarios.push_back(ScenarioFrom(each, engine.name));
    findings.planned += findings.scenarios.back().cases.size();
  }
  findings.engines.push_back(std::move(engine));
  analyse::SumUp(findings);
  return findings;
}

}  // namespace

Result<analyse::Findings> ReadResult(const std::string& path) {
  constexpr const char* kHint = "a result is engines/ENGINE.json of a report of this plimsoll, or a journal (FILE.jsonl)";
  const auto text = ReadFile(path);
  if (!text) return tl::make_unexpected(text.error());
  const auto json = ParseJson(*text);
  if (!json) return Fail(fmt::format("{} is no result: {}", path, json.error().what), kHint);
  const Json* format = Find(*json, "format");
  if (format != nullptr && *format != kReportFormat) {
    return Fail(fmt::format("{} has the format {}, and this plimsoll reads {}", path, CompactJson(*format), kReportFormat),
                "write it again: `plimsoll report JOURNAL --reports FOLDER`");
  }
  try {
    return FindingsFrom(*json);
  } catch (const Json::exception& error) {
    return Fail(fmt::format("{} is no result: {}", path, error.what()), kHint);
  } catch (const std::invalid_argument& error) {
    return Fail(fmt::format("{} is no result: {}", path, error.what()), kHint);
  }
}

}  // namespace plimsoll::report
