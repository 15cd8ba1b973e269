// conformance.md: where answers leave the published description of the API.
#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"

namespace plimsoll::report {
namespace {

using analyse::Conformance;
using analyse::DriftFinding;

std::string EnginesSection(const Conformance& conformance) {
  std::string out = "| Engine | API versions spoken | Operations called |\n| --- | --- | ---: |\n";
  for (const auto& [engine, checked] : conformance.engines) {
    out += fmt::format("| {} | {} | {} |\n", MdText(engine), MdText(fmt::format("{}", fmt::join(checked.versions, ", "))),
                       checked.operations);
  }
  return out;
}

// Where the pages of scenarios lie, by id.
using Pages = std::map<std::string, std::string>;

std::string EvidenceCell(const DriftFinding& finding, const std::string& engine, const Pages& pages) {
  const auto seen = finding.engines.find(engine);
  if (seen == finding.engines.end()) return "";
  const auto page = pages.find(seen->second.scenario);
  return page == pages.end() ? "seen" : fmt::format("[seen]({})", page->second);
}

std::string OperationSection(const std::string& operation, const std::vector<const DriftFinding*>& findings,
                             const std::vector<std::string>& engines, const Pages& pages) {
  std::string out = fmt::format("\n## {}\n\n| Where | What |", MdText(operation));
  std::string line = "| --- | --- |";
  for (const std::string& engine : engines) {
    out += fmt::format(" {} |", MdText(engine));
    line += " --- |";
  }
  out += "\n" + line + "\n";
  for (const DriftFinding* finding : findings) {
    const std::string place = finding->drift.place.empty() ? "the answer" : MdCode(finding->drift.place);
    const std::string detail = finding->drift.detail.empty() ? "" : ": " + MdCode(finding->drift.detail);
    out += fmt::format("| {} | {}{} |", place, openapi::Name(finding->drift.kind), detail);
    for (const std::string& engine : engines) out += fmt::format(" {} |", EvidenceCell(*finding, engine, pages));
    out += "\n";
  }
  return out;
}

}  // namespace

std::string ConformancePage(const Conformance& conformance, const analyse::Findings& findings) {
  Pages pages;
  for (const analyse::ScenarioFindings& scenario : findings.scenarios) pages[scenario.id] = PagePath(scenario);
  std::string out =
      "# Where answers leave the published description of the API\n\n"
      "Every answer was compared with the Swagger file of the API version in which the call was made: its status, its\n"
      "content type, and its body's fields and their types. *seen* leads to the page of the first scenario in which it was,\n"
      "in this run or in an earlier one of the same scenario and the same version of the engine;\n"
      "in how many answers, which differs a little from run to run, is in [conformance-counts.json](conformance-counts.json).\n"
      "Scenarios send bad requests on purpose, so statuses of refusals are many. The description calls itself open: fields\n"
      "that it does not have are allowed, and a client should know of them.\n"
      "[The front page](README.md) has the rest.\n\n" +
      EnginesSection(conformance);
  std::vector<std::string> engines;
  for (const auto& [engine, checked] : conformance.engines) engines.push_back(engine);
  std::map<std::string, std::vector<const DriftFinding*>> by_operation;
  for (const DriftFinding& finding : conformance.drifts) by_operation[finding.operation].push_back(&finding);
  for (const auto& [operation, drifts] : by_operation) out += OperationSection(operation, drifts, engines, pages);
  return out;
}

Json ConformanceCounts(const Conformance& conformance) {
  Json engines = Json::object();
  for (const auto& [engine, checked] : conformance.engines) {
    engines[engine] = {{"answers", checked.exchanges}, {"operations", checked.operations}, {"versions", checked.versions},
                       {"versions_without_description", checked.unknown}};
  }
  Json drifts = Json::array();
  for (const DriftFinding& finding : conformance.drifts) {
    Json seen = Json::object();
    for (const auto& [engine, each] : finding.engines) seen[engine] = {{"answers", each.exchanges}, {"scenario", each.scenario}, {"first_case", each.case_id}};
    drifts.push_back({{"operation", finding.operation},
                      {"place", finding.drift.place},
                      {"kind", openapi::Name(finding.drift.kind)},
                      {"detail", finding.drift.detail},
                      {"seen", std::move(seen)}});
  }
  return {{"format", 1}, {"engines", std::move(engines)}, {"drifts", std::move(drifts)}};
}

}  // namespace plimsoll::report
