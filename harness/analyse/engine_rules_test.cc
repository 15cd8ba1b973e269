#include "analyse/engine_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyse/differences.h"
#include "analyse/rules.h"

namespace plimsoll::analyse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Values = std::vector<Json>;  // of one cell: a value for each repetition; none: timed out

// One parameter `n` and one observation `state`; a column of cells for each engine.
ScenarioFindings FindingsOf(
    const std::vector<std::pair<std::string, std::vector<Values>>>& columns) {
  ScenarioFindings findings;
  findings.observations = {{"state", false, false}};
  findings.parameters = {{"n", {}}};
  findings.rows = columns.front().second.size();
  for (size_t n = 0; n < columns.front().second.size(); ++n) {
    findings.parameters[0].values.push_back(n);
    for (const auto& [engine, cells] : columns) {
      CaseFinding row;
      row.case_id = engine + "/" + std::to_string(n);
      row.engine = engine;
      row.parameters = {{"n", n}};
      row.cells.resize(1);
      if (cells[n].empty()) row.verdict = Verdict::kTimedOut;
      for (const Json& value : cells[n]) ++row.cells[0].seen[CompactJson(value)];
      if (!cells[n].empty()) row.cells[0].value = cells[n][0];
      findings.cases.push_back(row);
    }
  }
  for (const auto& [engine, cells] : columns) findings.engines.push_back(engine);
  return findings;
}

// "docker, podman (3 cases, full): "b" when n is 2; else "a"".
std::vector<std::string> Lines(const ScenarioFindings& findings) {
  std::vector<std::string> lines;
  for (const RuleSet& set : RulesByEngine(findings)) {
    std::string line;
    for (const std::string& engine : set.engines) line += (line.empty() ? "" : "+") + engine;
    line += " (" + std::to_string(set.cases) + (set.full ? ", full):" : "):");
    for (const Rule& rule : set.rules) {
      line += " " + CompactJson(rule.value) + " " +
              (rule.otherwise ? "otherwise" : DescribeCondition(rule.when, findings.parameters));
    }
    for (const std::string& id : set.unstable) line += " unstable " + id;
    for (const Varying& varying : set.varies) {
      line += " varies on";
      for (const std::string& engine : varying.engines) line += " " + engine;
      line += (varying.unless ? " unless " : ": ") + DescribeCondition(varying.when, findings.parameters);
    }
    lines.push_back(line);
  }
  return lines;
}

TEST(RulesByEngine, TellsOnceWhatSeveralEnginesDoAlike) {
  EXPECT_THAT(
      Lines(FindingsOf({{"a", {{1}, {1}, {2}}}, {"b", {{1}, {2}, {2}}}, {"c", {{1}, {1}, {2}}}})),
      ElementsAre("a+c (3, full): 2 n is 2 1 otherwise", "b (3, full): 1 n is 0 2 otherwise"));
}

TEST(RulesByEngine, CountsAnEngineWithMissingRowsAmongThoseItAgreesWith) {
  EXPECT_THAT(Lines(FindingsOf({{"a", {{1}, {}, {2}}}, {"b", {{1}, {1}, {2}}}})),
              ElementsAre("a+b (3): 2 n is 2 1 otherwise"));
  EXPECT_THAT(Lines(FindingsOf({{"a", {{1}, {}, {3}}}, {"b", {{1}, {1}, {2}}}})),
              ElementsAre("a (2): 1 n is 0 3 otherwise", "b (3, full): 2 n is 2 1 otherwise"));
}

TEST(RulesByEngine, ClaimsNothingForAnEngineThatShowedNothing) {
  EXPECT_THAT(Lines(FindingsOf({{"a", {{}, {}}}, {"b", {{1}, {1}}}, {"c", {{}, {}}}})),
              ElementsAre("a+c (0):", "b (2, full): 1 always"));
}

TEST(RulesByEngine, LeavesOutWhatVariesAndNamesIt) {
  EXPECT_THAT(Lines(FindingsOf({{"a", {{1, 1}, {1, 2}, {2, 2}}}, {"b", {{1}, {1}, {1}}}})),
              ElementsAre("a (2, full): 1 n is 0 2 otherwise unstable a/1 varies on a: n is 1", "b (3, full): 1 always"));
}

TEST(RulesByEngine, SaysOnWhichEnginesAndWhenAValueVaries) {
  const Values one = {1}, varies = {1, 2};
  EXPECT_THAT(Lines(FindingsOf({{"a", {one, one, one}}, {"b", {one, varies, one}}, {"c", {one, varies, one}}})),
              ElementsAre("a+b+c (3, full): 1 always unstable b/1 unstable c/1 varies on b c: n is 1"));
  EXPECT_THAT(Lines(FindingsOf({{"a", {one, varies, one}}, {"b", {varies, one, one}}})),
              ElementsAre("a+b (3, full): 1 always unstable b/0 unstable a/1 varies on a: n is 1 varies on b: n is 0"));
  EXPECT_THAT(Lines(FindingsOf({{"a", {varies, varies, one}}})),
              ElementsAre("a (1, full): 1 always unstable a/0 unstable a/1 varies on a: n is not 2"));
}

TEST(RulesByEngine, SaysThatAValueVariesInAllCombinations) {
  const Values varies = {1, 2};
  EXPECT_THAT(Lines(FindingsOf({{"a", {varies, varies}}})), ElementsAre("a (0, full): unstable a/0 unstable a/1 varies on a: always"));
}

// "k is 1 and n is 1, or k is 1 and m is 1" is longer.
TEST(RulesByEngine, SaysWhereAValueDoesNotVaryIfThatIsShorter) {
  std::vector<Values> cells;
  for (size_t i = 0; i < 8; ++i) cells.push_back(i <= 4 ? Values{1} : Values{1, 2});
  ScenarioFindings findings = FindingsOf({{"a", cells}});
  findings.parameters = {{"k", {0, 1}}, {"n", {0, 1}}, {"m", {0, 1}}};
  for (size_t i = 0; i < 8; ++i) findings.cases[i].parameters = {{"k", i / 4}, {"n", i / 2 % 2}, {"m", i % 2}};
  EXPECT_THAT(Lines(findings), ElementsAre("a (5, full): 1 always unstable a/5 unstable a/6 unstable a/7 varies on a unless k=0 or "
                                           "(n=0 and m=0)"));
}

TEST(RulesByEngine, RestsOnTheMatrixAsAWhole) {
  ScenarioFindings findings = FindingsOf({{"a", {{1}, {1}, {2}}}});
  findings.cases.pop_back();
  EXPECT_THAT(Lines(findings), ElementsAre("a (2): 1 always"));
}

TEST(CompareEngines, ListsTheCombinationsWhereCertainValuesDiffer) {
  const auto differences = CompareEngines(FindingsOf({
      {"a", {{1}, {1}, {1}, {1, 2}, {}}},
      {"b", {{1}, {2}, {1}, {3}, {1}}},
      {"c", {{1}, {1}, {}, {3}, {2}}},
  }));
  ASSERT_EQ(differences.size(), 2u);
  EXPECT_EQ(differences[0].parameters, (Json{{"n", 1}}));
  EXPECT_EQ(differences[0].observation, "state");
  EXPECT_THAT(differences[0].values, ElementsAre(std::pair("a", Json(1)), std::pair("b", Json(2)),
                                                 std::pair("c", Json(1))));
  EXPECT_THAT(differences[0].case_ids,
              ElementsAre(std::pair("a", "a/1"), std::pair("b", "b/1"), std::pair("c", "c/1")));
  EXPECT_EQ(differences[1].parameters, (Json{{"n", 4}}));
  EXPECT_THAT(differences[1].values, ElementsAre(std::pair("b", Json(1)), std::pair("c", Json(2))));
}

TEST(CompareEngines, FindsNothingBetweenOneEngineAndItself) {
  EXPECT_THAT(CompareEngines(FindingsOf({{"a", {{1}, {2}, {3}}}})), IsEmpty());
}

}  // namespace
}  // namespace plimsoll::analyse
