#include "report/prose.h"

#include <gmock/gmock.h>

#include "report/test_example.h"

namespace plimsoll::report {
namespace {

using analyse::RuleSet;
using analyse::ScenarioFindings;
using example::Is;

ScenarioFindings Scenario() {
  ScenarioFindings scenario;
  scenario.parameters = {{"Tty", {false, true}}, {"t", {0, 5, "absent"}}};
  scenario.observations = {{"the process sees end-of-file", true, false},
                           {"exit code", false, false},
                           {"attach answers", false, false},
                           {"headers", false, false}};
  return scenario;
}

RuleSet Constant(const std::string& observation, Json value, size_t cases = 6) {
  return {observation,
          {"docker-20.10"},
          {},
          {"Tty", "t"},
          {{std::move(value), {{}}, false, cases}},
          cases,
          true,
          {}};
}

RuleSet TwoValued(const std::string& observation, Json value, Json otherwise) {
  return {
      observation,
      {"docker-20.10"},
      {"Tty"},
      {"t"},
      {{std::move(value), {{Is("Tty", {true})}}, false, 3}, {std::move(otherwise), {}, true, 3}},
      6,
      true,
      {}};
}

std::string Sentence(const RuleSet& rules) {
  return RuleSentence(Scenario(), rules, Markup::kMarkdown);
}

TEST(RuleSentence, ReadsAYesOrNoObservationAsAClause) {
  const std::string name = "the process sees end-of-file";
  EXPECT_EQ(Sentence(TwoValued(name, true, false)),
            "The process sees end-of-file exactly when Tty=true.");
  EXPECT_EQ(Sentence(TwoValued(name, false, true)),
            "The process sees end-of-file except when Tty=true.");
  EXPECT_EQ(Sentence(Constant(name, true)), "The process sees end-of-file: always.");
  EXPECT_EQ(Sentence(Constant(name, false)), "The process sees end-of-file: never.");
  EXPECT_EQ(Sentence(Constant(name, true, 1)), "The process sees end-of-file: yes.");
}

TEST(RuleSentence, TellsTheMostCommonValueLast) {
  EXPECT_EQ(Sentence(TwoValued("exit code", 137, 0)),
            "Exit code is `137` when Tty=true; otherwise `0`.");
}

TEST(RuleSentence, SaysAlwaysOfAConstant) {
  EXPECT_EQ(Sentence(Constant("exit code", 0)), "Exit code is always `0`.");
  EXPECT_EQ(Sentence(Constant("exit code", 0, 1)), "Exit code is `0`.");
  EXPECT_EQ(Sentence(Constant("exit code", nullptr)), "Exit code is always *nothing*.");
}

TEST(RuleSentence, FindsTheVerbThatFitsTheName) {
  EXPECT_EQ(Sentence(Constant("attach answers", 101)), "Attach answers `101` in every case.");
  EXPECT_EQ(Sentence(TwoValued("attach answers", 409, 101)),
            "Attach answers `409` when Tty=true; otherwise `101`.");
  EXPECT_EQ(Sentence(Constant("headers", Json::array())), "Headers are always `[]`.");
  EXPECT_EQ(Sentence(Constant("status", 204)), "Status is always `204`.");
  EXPECT_EQ(Sentence(Constant("bytes on stdout", 0)), "Bytes on stdout are always `0`.");
  EXPECT_EQ(Sentence(Constant("number of headers", 0)), "Number of headers is always `0`.");
}

TEST(RuleSentence, SendsTheReaderToTheTableWhereTheConditionIsTooLong) {
  RuleSet rules = TwoValued("exit code", 137, 0);
  rules.deciding = {"Tty", "t"};
  rules.rules[0].when.assign(kMostTerms + 1, {Is("Tty", {true})});
  EXPECT_EQ(Sentence(rules),
            "Exit code depends on Tty and t in a way too long for a sentence: see the table.");
  rules = TwoValued("the process sees end-of-file", true, false);
  rules.rules[0].when = {{Is("Tty", {std::string(300, 'x')})}};
  EXPECT_THAT(Sentence(rules),
              testing::HasSubstr("Whether the process sees end-of-file depends on Tty in a way"));
}

TEST(RuleSentence, SaysWhatItDoesNotRestOn) {
  RuleSet rules = Constant("exit code", 0);
  rules.full = false;
  EXPECT_EQ(Sentence(rules), "Exit code is always `0` (not every combination was tried).");
  rules.unstable = {"case"};
  EXPECT_EQ(Sentence(rules),
            "Exit code is always `0` (but it varies in 1 combination).");
}

TEST(RuleSentence, SaysWhereAValueVaries) {
  RuleSet rules = Constant("exit code", 0);
  rules.engines = {"docker-20.10", "podman-4.3", "podman-5.4"};
  rules.unstable = {"one", "another"};
  rules.varies = {{{"podman-4.3", "podman-5.4"}, {{Is("Tty", {true})}}}};
  EXPECT_EQ(Sentence(rules), "Exit code is always `0` (but it varies on podman-4.3/5.4 when Tty=true).");
  rules.varies[0].unless = true;
  EXPECT_EQ(Sentence(rules), "Exit code is always `0` (but it varies on podman-4.3/5.4 except when Tty=true).");
  rules.varies[0] = {rules.engines, {{Is("Tty", {true})}}};
  EXPECT_EQ(Sentence(rules), "Exit code is always `0` (but it varies when Tty=true).");
  rules.varies = {{{"docker-20.10"}, {{}}}, {{"podman-4.3"}, {{Is("Tty", {true})}}}};
  EXPECT_EQ(Sentence(rules), "Exit code is always `0` (but it varies on docker-20.10, and on podman-4.3 when Tty=true).");
  rules.varies.push_back({{"podman-5.4"}, {{Is("t", {0})}}});
  EXPECT_EQ(Sentence(rules), "Exit code is always `0` (but it varies in 2 combinations).");
}

TEST(AnswerOf, TellsApartWhatHoldsEverywhereAndWhatDoesNot) {
  ScenarioFindings scenario = Scenario();
  scenario.rules = {Constant("attach answers", 101), TwoValued("exit code", 137, 0),
                    Constant("exit code", 0)};
  scenario.rules[0].engines = {"docker-20.10", "podman-4.3"};
  scenario.rules[2].engines = {"podman-4.3"};
  const Answer answer = AnswerOf(scenario, Markup::kPlain);
  ASSERT_EQ(answer.common.size(), 1u);
  EXPECT_EQ(answer.common[0].clause, "attach answers 101 in every case.");
  ASSERT_EQ(answer.differing.size(), 1u);
  EXPECT_THAT(answer.differing[0],
              testing::ElementsAre("On docker-20.10, exit code is 137 when Tty=true; otherwise 0.",
                                   "On podman-4.3, exit code is always 0."));
  EXPECT_THAT(answer.indifferent, testing::ElementsAre("t"));
}

TEST(EnginesListed, NamesAProductOnceBeforeItsVersions) {
  EXPECT_EQ(EnginesListed({"docker-20.10", "docker-26.1", "podman-4.3"}, Markup::kPlain), "docker-20.10/26.1 and podman-4.3");
  EXPECT_EQ(EnginesListed({"docker-20.10", "podman-4.3", "podman-5.8"}, Markup::kPlain), "docker-20.10 and podman-4.3/5.8");
  EXPECT_EQ(EnginesListed({"ours", "theirs"}, Markup::kPlain), "ours and theirs");
}

TEST(OnEnginesOfAll, CountsThemWhereTheyAreAll) {
  const std::vector<std::string> two = {"a", "b"}, three = {"a", "b", "c"};
  EXPECT_EQ(OnEnginesOfAll(two, two, Markup::kPlain), "On both engines");
  EXPECT_EQ(OnEnginesOfAll(three, three, Markup::kPlain), "On all 3 engines");
  EXPECT_EQ(OnEnginesOfAll(two, three, Markup::kPlain), "On a and b");
  EXPECT_EQ(OnEnginesOfAll({"a"}, {"a"}, Markup::kPlain), "On a");
}

TEST(ValueText, TellsATextFromTheValueItLooksLike) {
  EXPECT_EQ(ValueText("exited", Markup::kMarkdown), "`exited`");
  EXPECT_EQ(ValueText("0", Markup::kMarkdown), "`\"0\"`");
  EXPECT_EQ(ValueText(0, Markup::kMarkdown), "`0`");
  EXPECT_EQ(ValueText("", Markup::kPlain), "\"\"");
  EXPECT_EQ(ValueText(nullptr, Markup::kPlain), "nothing");
  EXPECT_EQ(ValueText(std::string(100, 'x'), Markup::kPlain, 10), "xxxxxxxxxx...");
}

}  // namespace
}  // namespace plimsoll::report
