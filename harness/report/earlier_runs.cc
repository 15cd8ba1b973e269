// conformance-counts.json and coverage.json read back, for what earlier runs saw.
#include "analyse/earlier.h"

#include <charconv>
#include <filesystem>
#include <optional>

#include "base/text.h"
#include "report/report.h"

namespace plimsoll::report {
namespace {

using analyse::InputCoverage;

std::optional<openapi::DriftKind> KindNamed(std::string_view name) {
  for (int i = 0; i <= static_cast<int>(openapi::DriftKind::kDeprecated); ++i) {
    if (openapi::Name(static_cast<openapi::DriftKind>(i)) == name) return static_cast<openapi::DriftKind>(i);
  }
  return std::nullopt;
}

analyse::Conformance ConformanceFrom(const Json& json) {
  analyse::Conformance conformance;
  for (const Json& each : json.at("drifts")) {
    const auto kind = KindNamed(each.at("kind").get<std::string>());
    if (!kind) continue;
    analyse::DriftFinding finding{each.at("operation"), {*kind, each.at("place"), each.at("detail")}, {}};
    for (const auto& [engine, seen] : each.at("seen").items()) {
      finding.engines[engine] = {seen.at("answers"), GetString(seen, "scenario"), seen.at("first_case")};
    }
    conformance.drifts.push_back(std::move(finding));
  }
  return conformance;
}

analyse::OperationCoverage OperationFrom(const Json& json) {
  analyse::OperationCoverage operation;
  operation.name = json.at("operation");
  for (const auto& [text, scenario] : json.at("statuses").items()) {
    int status = 0;
    std::from_chars(text.data(), text.data() + text.size(), status);
    operation.statuses[status] = scenario;
  }
  for (const Json& input : json.at("inputs")) {
    operation.inputs.push_back({input.at("name"), input.at("in") == "query" ? InputCoverage::In::kQuery : InputCoverage::In::kBody, input.at("called"),
                                input.at("varied_in"), input.at("effect_in"), input.at("effect_on")});
  }
  return operation;
}

analyse::Coverage CoverageFrom(const Json& json) {
  analyse::Coverage coverage;
  for (const auto& [engine, covered] : json.at("engines").items()) {
    analyse::EngineCoverage& of_engine = coverage.engines[engine];
    of_engine.version = covered.at("version");
    for (const Json& operation : covered.at("operations")) of_engine.operations.push_back(OperationFrom(operation));
  }
  return coverage;
}

// What `from` makes of the file; nothing of one that is not there, or is none of ours: it will be replaced.
template <typename From>
auto Earlier(const std::string& folder, const char* name, From from) -> decltype(from(Json())) {
  const auto text = ReadFile((std::filesystem::path(folder) / name).string());
  const auto json = text ? TryParseJson(*text) : std::nullopt;
  try {
    if (json) return from(*json);
  } catch (const Json::exception&) {
  }
  return {};
}

}  // namespace

void AddEarlierRuns(const std::string& folder, const analyse::Findings& before, const analyse::Findings& now, Beside& beside) {
  const analyse::SameAsBefore same(before, now);
  analyse::AddEarlier(same, Earlier(folder, "conformance-counts.json", ConformanceFrom), beside.conformance);
  analyse::AddEarlier(same, Earlier(folder, "coverage.json", CoverageFrom), beside.coverage);
}

}  // namespace plimsoll::report
