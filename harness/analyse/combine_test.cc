#include "analyse/combine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::analyse {
namespace {

using ::testing::ElementsAre;

// One parameter n, one observation `state`; a value for each n.
Findings Found(const std::string& engine, const std::vector<std::string>& states, const std::string& parameter = "n") {
  ScenarioFindings scenario;
  scenario.id = "a/b";
  scenario.observations = {{"state", false, false}};
  scenario.parameters = {{parameter, {0, 1, 2}}};
  scenario.rows = 3;
  scenario.engines = {engine};
  for (size_t n = 0; n < states.size(); ++n) {
    if (states[n].empty()) continue;
    CaseFinding row;
    row.engine = engine;
    row.parameters = {{parameter, n}};
    row.cells.resize(1);
    row.cells[0].value = states[n];
    row.cells[0].seen[CompactJson(states[n])] = 1;
    scenario.cases.push_back(row);
  }
  Findings findings;
  findings.engines.resize(1);
  findings.engines[0].name = engine;
  findings.scenarios = {scenario};
  SumUp(findings);
  return findings;
}

std::vector<std::string> Rows(const Findings& findings) {
  std::vector<std::string> rows;
  for (const CaseFinding& row : findings.scenarios[0].cases)
    rows.push_back(CompactJson(row.parameters) + " " + row.engine + " " + CompactJson(row.cells[0].value));
  return rows;
}

TEST(Combine, ReplacesTheCombinationsThatWereRunAgain) {
  const Findings all = Combine(Found("d", {"old", "old", "old"}), Found("d", {"", "new", ""}));
  EXPECT_THAT(Rows(all), ElementsAre(R"({"n":0} d "old")", R"({"n":1} d "new")", R"({"n":2} d "old")"));
  EXPECT_EQ(all.counts.at("observed"), 3u);
}

TEST(Combine, ForgetsWhatASettledSweepDidNotNeed) {
  Findings newer = Found("d", {"", "new", ""});
  newer.scenarios[0].sweep = Sweep{1, 0, 0, true, {}, {}};
  EXPECT_EQ(Combine(Found("d", {"old", "old", "old"}), newer).scenarios[0].cases.size(), 1u);
  newer.scenarios[0].sweep->settled = false;
  EXPECT_EQ(Combine(Found("d", {"old", "old", "old"}), newer).scenarios[0].cases.size(), 3u);
}

TEST(Combine, KeepsOtherEnginesAndComparesThemAnew) {
  const Findings all = Combine(Found("d", {"x", "x", "x"}), Found("p", {"x", "x", "y"}));
  EXPECT_THAT(all.scenarios[0].engines, ElementsAre("d", "p"));
  EXPECT_EQ(all.scenarios[0].differences.size(), 1u);
  EXPECT_EQ(all.scenarios[0].rules.size(), 2u);
  EXPECT_EQ(all.engines.size(), 2u);
}

TEST(Combine, ForgetsWhatAnswersAnotherQuestion) {
  EXPECT_THAT(Rows(Combine(Found("d", {"x", "x", "x"}), Found("d", {"y", "", ""}, "m"))), ElementsAre(R"({"m":0} d "y")"));
}

TEST(Combine, TakesUpWhatOnlyOneOfThemHas) {
  Findings other = Found("d", {"x", "", ""});
  other.scenarios[0].id = "a/c";
  EXPECT_EQ(Combine(Found("d", {"x", "", ""}), other).scenarios.size(), 2u);
}

}  // namespace
}  // namespace plimsoll::analyse
