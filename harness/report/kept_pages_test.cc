#include "report/kept_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/text.h"
#include "report/test_example.h"

namespace plimsoll::report {
namespace {

const std::string kPage = "# Found\n\n> GET /x\n< 200 OK\n";

TEST(StillHoldsTest, IsTrueOfAPageThatShowsTheSameByOtherEvidence) {
  EXPECT_TRUE(StillHolds(Stamped(kPage, "exit code 137"), Stamped("# Found\n\n> GET /x\n> GET /x\n< 200 OK\n", "exit code 137")));
}

TEST(StillHoldsTest, IsFalseWhereSomethingElseWasFound) {
  EXPECT_FALSE(StillHolds(Stamped(kPage, "exit code 137"), Stamped(kPage, "exit code 0")));
}

TEST(StillHoldsTest, IsFalseOfAPageThatSomebodyChanged) {
  std::string changed = Stamped(kPage, "exit code 137");
  ReplaceAll(changed, "200", "404");
  EXPECT_FALSE(StillHolds(changed, Stamped(kPage, "exit code 137")));
}

TEST(StillHoldsTest, IsFalseWithoutAStamp) {
  EXPECT_FALSE(StillHolds(kPage, Stamped(kPage, "")));
  EXPECT_FALSE(StillHolds(kPage, kPage)) << "such a file is replaced, or it would be kept for ever";
  EXPECT_FALSE(StillHolds("", ""));
  EXPECT_FALSE(StillHolds(Stamped("", "").substr(1), Stamped("", "")));
}

class KeepPagesTest : public testing::Test {
 protected:
  KeepPagesTest() {
    std::string name = testing::TempDir() + "plimsoll-keep-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~KeepPagesTest() override { std::filesystem::remove_all(folder_); }

  // As `explore` does it.
  Files Write(const analyse::Findings& findings, const journal::Journal& journal) const {
    Files files = KeepPages(BuildReports(findings, journal), folder_);
    EXPECT_TRUE(WriteReports(folder_, files));
    return files;
  }

  std::string folder_;
};

// The same values, out of other answers.
journal::Journal ToldInAnotherWay() {
  journal::Journal journal = example::ExampleJournal({});
  for (journal::CaseRecord& record : journal.cases) {
    for (journal::Exchange& exchange : record.exchanges) {
      if (exchange.head) exchange.head->reason += " indeed";
    }
  }
  return journal;
}

TEST_F(KeepPagesTest, LeavesEachPageOfAReportWhoseFindingsAreTheSame) {
  const analyse::Findings findings = example::ExampleFindings();
  const Files first = Write(findings, example::ExampleJournal({}));
  ASSERT_NE(BuildReports(findings, ToldInAnotherWay()), first) << "or nothing is shown here";
  EXPECT_EQ(Write(findings, ToldInAnotherWay()), first);
}

TEST_F(KeepPagesTest, ReplacesThePagesOfTheScenarioInWhichAValueIsAnother) {
  analyse::Findings findings = example::ExampleFindings();
  const Files first = Write(findings, example::ExampleJournal({}));
  analyse::Cell& cell = findings.scenarios[0].cases[0].cells[0];
  cell.value = "another";
  cell.seen = {{"\"another\"", 1}};
  const Files second = Write(findings, ToldInAnotherWay());
  for (const auto& [name, text] : second) {
    if (!name.ends_with(".cases.md")) continue;
    const bool of_it = name == findings.scenarios[0].id + ".cases.md";
    EXPECT_EQ(text == first.at(name), !of_it) << name;
  }
}

TEST_F(KeepPagesTest, ReplacesThePagesOfAScenarioWhoseFileHasChanged) {
  analyse::Findings findings = example::ExampleFindings();
  const Files first = Write(findings, example::ExampleJournal({}));
  findings.scenarios.at(0).source_hash = "another";
  const std::string page = findings.scenarios.at(0).id + ".cases.md";
  EXPECT_NE(Write(findings, ToldInAnotherWay()).at(page), first.at(page));
}

TEST_F(KeepPagesTest, ReplacesPagesOfAnotherVersionOfTheEngine) {
  analyse::Findings findings = example::ExampleFindings();
  const Files first = Write(findings, example::ExampleJournal({}));
  findings.engines.at(0).identity["version"] = "20.10.99";
  const std::string page = findings.scenarios.at(0).id + ".cases.md";
  EXPECT_NE(Write(findings, ToldInAnotherWay()).at(page), first.at(page));
}

// What is beside the findings of a run in which everything was seen that has a scenario.
Beside WithMuchSeen(const std::string& scenario) {
  using In = analyse::InputCoverage::In;
  Beside beside;
  beside.conformance.engines[example::kDocker] = {12, 3, {"1.41"}, {}};
  beside.conformance.drifts = {{"GET /info", {openapi::DriftKind::kExtra, "a", "string"}, {{example::kDocker, {2, scenario, "case"}}}}};
  analyse::OperationCoverage operation;
  operation.name = "GET /info";
  operation.statuses = {{200, scenario}};
  operation.inputs = {{"size", In::kQuery, true, scenario, scenario, "exit code"}, {"Tty", In::kBody}};
  beside.coverage.engines[example::kDocker] = {"1.41", {operation}};
  return beside;
}

TEST_F(KeepPagesTest, WhatAnEarlierRunSawIsReadBackFromItsReport) {
  const analyse::Findings findings = example::ExampleFindings();
  const Beside earlier = WithMuchSeen(findings.scenarios[0].id);
  const Files first = BuildReports(findings, example::ExampleJournal({}), earlier);
  ASSERT_TRUE(WriteReports(folder_, first));
  Beside now = earlier;
  now.conformance.drifts.clear();
  analyse::OperationCoverage& operation = now.coverage.engines[example::kDocker].operations[0];
  operation.statuses.clear();
  operation.inputs = {{"size"}, {"Tty", analyse::InputCoverage::In::kBody}};
  AddEarlierRuns(folder_, findings, findings, now);
  const Files second = BuildReports(findings, example::ExampleJournal({}), now);
  for (const char* page : {"conformance.md", "coverage.md", "coverage.json"}) EXPECT_EQ(second.at(page), first.at(page));
  EXPECT_NE(second.at("conformance-counts.json"), first.at("conformance-counts.json")) << "that it was in no answer of this run";
}

TEST_F(KeepPagesTest, AFileThatIsNoneOfOursSaysNothingOfEarlierRuns) {
  const analyse::Findings findings = example::ExampleFindings();
  for (const char* text : {"{\"drifts\": 1, \"engines\": []}", "{}", "no JSON"}) {
    for (const char* name : {"conformance-counts.json", "coverage.json"}) ASSERT_TRUE(WriteFileWhole(folder_ + "/" + name, text));
    Beside beside;
    AddEarlierRuns(folder_, findings, findings, beside);
    EXPECT_TRUE(beside.conformance.drifts.empty()) << text;
  }
}

}  // namespace
}  // namespace plimsoll::report
