#include "analyse/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyse/rules.h"

namespace plimsoll::analyse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Values = std::vector<Json>;  // of one cell: what repetitions saw; none: unsupported

// Parameters t (0, 1, 2) and Tty; one observation "exit code"; values by t, then Tty.
Findings ResultOf(const std::string& engine, const std::vector<Values>& cells, const std::string& id = "stop/t") {
  ScenarioFindings scenario;
  scenario.id = id;
  scenario.observations = {{"exit code", false, false}};
  scenario.parameters = {{"t", {0, 1, 2}}, {"Tty", {false, true}}};
  scenario.rows = 6;
  scenario.engines = {engine};
  for (size_t i = 0; i < cells.size(); ++i) {
    CaseFinding row;
    row.engine = engine;
    row.parameters = {{"t", static_cast<int>(i / 2)}, {"Tty", i % 2 == 1}};
    row.cells.resize(1);
    if (cells[i].empty()) {
      row.verdict = Verdict::kUnsupported;
      row.reason = "no such signal";
    }
    for (const Json& value : cells[i]) row.cells[0].seen[CompactJson(value)] = 1;
    if (!cells[i].empty()) row.cells[0].value = cells[i][0];
    scenario.cases.push_back(row);
  }
  Findings findings;
  findings.engines.resize(1);
  findings.engines[0].name = engine;
  findings.scenarios = {scenario};
  SumUp(findings);
  return findings;
}

// "changed exit code [0] -> [1] when t is 0".
std::vector<std::string> Lines(const Changes& changes) {
  std::vector<std::string> lines;
  for (const ScenarioChanges& scenario : changes.scenarios) {
    for (const Change& change : scenario.changes) {
      std::string line = std::string(Name(change.kind)) + " " + (change.observation.empty() ? "case" : change.observation);
      if (change.kind == ChangeKind::kChanged) {
        line += " " + CompactJson(change.before) + " -> " + CompactJson(change.after);
        line += change.except ? " except " : " ";
        line += DescribeCondition(change.when, scenario.parameters);
      }
      lines.push_back(line + " (" + std::to_string(change.cases.size()) + ")" + (change.reason.empty() ? "" : ": " + change.reason));
    }
  }
  return lines;
}

std::vector<std::string> ChangesBetween(const std::vector<Values>& before, const std::vector<Values>& after) {
  return Lines(CompareResults(ResultOf("a", before), "a", ResultOf("b", after), "b"));
}

const std::vector<Values> kAllZero(6, {0});

TEST(CompareResults, FindsNothingWhereNothingChanged) {
  const Changes changes = CompareResults(ResultOf("a", kAllZero), "a", ResultOf("b", kAllZero), "b");
  EXPECT_FALSE(changes.any());
  EXPECT_THAT(changes.scenarios, IsEmpty());
  EXPECT_EQ(changes.counts.unchanged, 6u);
}

TEST(CompareResults, TellsWhichCombinationsChangedAlike) {
  EXPECT_THAT(ChangesBetween(kAllZero, {{137}, {137}, {0}, {0}, {0}, {0}}), ElementsAre("changed exit code [0] -> [137] t is 0 (2)"));
  EXPECT_THAT(ChangesBetween(kAllZero, {{137}, {137}, {0}, {137}, {0}, {137}}),
              ElementsAre("changed exit code [0] -> [137] t is 0 or Tty=true (4)"));
  EXPECT_THAT(ChangesBetween(kAllZero, {{1}, {2}, {1}, {2}, {1}, {2}}),
              ElementsAre("changed exit code [0] -> [1] Tty=false (3)", "changed exit code [0] -> [2] Tty=true (3)"));
  EXPECT_THAT(ChangesBetween(kAllZero, std::vector<Values>(6, {1})), ElementsAre("changed exit code [0] -> [1] always (6)"));
}

TEST(CompareResults, TellsTheOthersWhereThatIsShorter) {
  Findings before;
  before.scenarios.resize(1);
  before.scenarios[0].observations = {{"code", false, false}};
  for (const char* name : {"A", "B", "C", "D"}) before.scenarios[0].parameters.push_back({name, {false, true}});
  Findings after = before;
  for (unsigned bits = 0; bits < 16; ++bits) {
    const bool a = bits & 1, b = bits & 2, c = bits & 4, d = bits & 8;
    CaseFinding row;
    row.engine = "e";
    row.parameters = {{"A", a}, {"B", b}, {"C", c}, {"D", d}};
    row.cells = {{0, {{"0", 1}}, {}}};
    before.scenarios[0].cases.push_back(row);
    if (!(a && b) && !(c && d)) row.cells = {{1, {{"1", 1}}, {}}};
    after.scenarios[0].cases.push_back(row);
  }
  EXPECT_THAT(Lines(CompareResults(before, "e", after, "e")),
              ElementsAre("changed code [0] -> [1] except (A=true and B=true) or (C=true and D=true) (9)"));
}

TEST(CompareResults, TakesAValueKnownToVaryForUnstable) {
  std::vector<Values> varying = kAllZero;
  varying[3] = {0, 137};
  const Findings before = ResultOf("a", varying);
  EXPECT_EQ(CompareResults(before, "a", ResultOf("a", kAllZero), "a").counts.unstable, 1u);
  EXPECT_FALSE(CompareResults(before, "a", before, "a").any());
  EXPECT_EQ(CompareResults(ResultOf("a", kAllZero), "a", before, "a").counts.unstable, 1u);
  EXPECT_THAT(ChangesBetween(kAllZero, varying), IsEmpty());
  std::vector<Values> other = kAllZero;
  other[3] = {1};
  EXPECT_THAT(ChangesBetween(varying, other), ElementsAre("changed exit code [0,137] -> [1] t is 1 and Tty=true (1)"));
}

TEST(CompareResults, TellsAVerdictInPlaceOfValuesThatAreNotThere) {
  std::vector<Values> lacking = kAllZero;
  lacking[0] = lacking[1] = {};
  EXPECT_THAT(ChangesBetween(kAllZero, lacking),
              ElementsAre("changed case [\"observed\"] -> [\"unsupported\"] t is 0 (2): no such signal"));
}

TEST(CompareResults, TakesAnotherVerdictForAChangeOfABaselineOnlyWhereOneFails) {
  const Findings before = ResultOf("a", kAllZero);
  const auto lines_after = [&](Verdict verdict, Compared compared) {
    Findings after = before;
    after.scenarios[0].cases[0].verdict = verdict;
    return Lines(CompareResults(before, "a", after, "a", compared));
  };
  EXPECT_THAT(lines_after(Verdict::kKnownDeviation, Compared::kWhatIsNew), IsEmpty());
  EXPECT_THAT(lines_after(Verdict::kKnownDeviation, Compared::kAll),
              ElementsAre("changed case [\"observed\"] -> [\"known deviation\"] t is 0 and Tty=false (1)"));
  EXPECT_THAT(lines_after(Verdict::kDeviates, Compared::kWhatIsNew),
              ElementsAre("changed case [\"observed\"] -> [\"deviates\"] t is 0 and Tty=false (1)"));
  EXPECT_THAT(lines_after(Verdict::kUnstable, Compared::kAll), IsEmpty());
}

TEST(CompareResults, TellsWhatOnlyOneOfThemHas) {
  const std::vector<Values> two = {{0}, {0}};
  EXPECT_THAT(ChangesBetween(kAllZero, two), ElementsAre("deleted case (4)"));
  EXPECT_THAT(ChangesBetween(two, kAllZero), ElementsAre("added case (4)"));
  const Findings all = ResultOf("a", kAllZero), other = ResultOf("a", two, "stop/other");
  EXPECT_THAT(Lines(CompareResults(all, "a", other, "a")), ElementsAre("added case (2)", "deleted case (6)"));
  EXPECT_THAT(Lines(CompareResults(all, "a", other, "a", Compared::kWhatIsNew)), ElementsAre("added case (2)"));
  Findings renamed = all;
  renamed.scenarios[0].observations[0].name = "code";
  EXPECT_THAT(Lines(CompareResults(all, "a", renamed, "a")), ElementsAre("added code (6)", "deleted exit code (6)"));
}

}  // namespace
}  // namespace plimsoll::analyse
