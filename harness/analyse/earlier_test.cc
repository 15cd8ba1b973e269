#include "analyse/earlier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::analyse {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

Findings Ran(const std::string& version, const std::string& source) {
  Findings findings;
  journal::EngineRecord engine;
  engine.name = "d";
  engine.identity = {{"version", version}};
  findings.engines.push_back(engine);
  ScenarioFindings scenario;
  scenario.id = "list/s";
  scenario.source_hash = source;
  scenario.engines = {"d"};
  findings.scenarios.push_back(scenario);
  return findings;
}

const SameAsBefore& Same() {
  static const SameAsBefore same(Ran("20.10.24", "a1"), Ran("20.10.24", "a1"));
  return same;
}

TEST(SameAsBeforeTest, IsOneScenarioOfOneSourceOnOneVersionOfAnEngine) {
  const Findings now = Ran("20.10.24", "a1");
  EXPECT_TRUE(Same().Is("d", "list/s"));
  EXPECT_FALSE(Same().Is("d", "list/t"));
  EXPECT_FALSE(Same().Is("p", "list/s"));
  EXPECT_FALSE(SameAsBefore(Ran("20.10.25", "a1"), now).Is("d", "list/s"));
  EXPECT_FALSE(SameAsBefore(Ran("20.10.24", "a2"), now).Is("d", "list/s"));
  EXPECT_FALSE(SameAsBefore({}, now).Is("d", "list/s"));
  EXPECT_FALSE(SameAsBefore(Ran("20.10.24", ""), Ran("20.10.24", "")).Is("d", "list/s")) << "of neither is the source known";
}

DriftFinding Drift(const std::string& place, const std::map<std::string, DriftFinding::Seen>& engines) {
  return {"GET /containers/json", {openapi::DriftKind::kExtra, place, "string"}, engines};
}

std::vector<std::string> Lines(const Conformance& conformance) {
  std::vector<std::string> lines;
  for (const DriftFinding& finding : conformance.drifts) {
    std::string line = finding.drift.place;
    for (const auto& [engine, seen] : finding.engines) line += " " + engine + ":" + std::to_string(seen.exchanges) + " " + seen.case_id;
    lines.push_back(line);
  }
  return lines;
}

TEST(AddEarlierConformance, AddsWhatWasSeenAndKeepsWhereItWasSeenFirst) {
  Conformance earlier, now;
  earlier.drifts = {Drift("A", {{"d", {3, "list/s", "list/s[1]@d"}}}), Drift("C", {{"d", {1, "list/s", "list/s[9]@d"}}}),
                    Drift("D", {{"d", {1, "list/gone", "list/gone@d"}}, {"p", {1, "list/s", "list/s@p"}}})};
  now.engines["d"] = {};
  now.drifts = {Drift("B", {{"d", {2, "list/s", "list/s[2]@d"}}}), Drift("C", {{"d", {4, "list/r", "list/r@d"}}})};
  AddEarlier(Same(), earlier, now);
  EXPECT_THAT(Lines(now), ElementsAre("A d:0 list/s[1]@d", "B d:2 list/s[2]@d", "C d:4 list/s[9]@d"));
}

Coverage Covered(const std::string& version, const std::map<int, std::string>& statuses, const std::vector<InputCoverage>& inputs) {
  Coverage coverage;
  OperationCoverage operation;
  operation.name = "GET /containers/json";
  operation.statuses = statuses;
  operation.inputs = inputs;
  coverage.engines["d"] = {version, {operation}};
  return coverage;
}

TEST(AddEarlierCoverage, AddsWhatWasSeenAndKeepsWhereItWasSeenFirst) {
  using In = InputCoverage::In;
  const Coverage earlier = Covered("1.41", {{200, "list/s"}, {404, "list/s"}, {500, "list/gone"}},
                                   {{"all", In::kQuery, true, "list/s", "list/s", "count"}, {"size", In::kQuery, true, "list/gone", "list/gone", "count"},
                                    {"dropped", In::kQuery, true, "list/s", "list/s", "count"}});
  Coverage now = Covered("1.41", {{200, "list/a"}, {400, "list/a"}}, {{"all"}, {"size"}});
  AddEarlier(Same(), earlier, now);
  const OperationCoverage& operation = now.engines.at("d").operations.at(0);
  EXPECT_THAT(operation.statuses, ElementsAre(Pair(200, "list/s"), Pair(400, "list/a"), Pair(404, "list/s")));
  ASSERT_EQ(operation.inputs.size(), 2u);
  EXPECT_TRUE(operation.inputs[0].called);
  EXPECT_EQ(operation.inputs[0].varied_in, "list/s");
  EXPECT_EQ(operation.inputs[0].shown_by, "count");
  EXPECT_EQ(operation.inputs[1].varied_in, "");
}

TEST(AddEarlierCoverage, TakesNothingOfAnotherVersionOfTheApi) {
  Coverage now = Covered("1.41", {{200, "list/a"}}, {});
  AddEarlier(Same(), Covered("1.40", {{404, "list/s"}}, {}), now);
  EXPECT_THAT(now.engines.at("d").operations.at(0).statuses, ElementsAre(Pair(200, "list/a")));
}

}  // namespace
}  // namespace plimsoll::analyse
