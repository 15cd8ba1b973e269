#include "analyse/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::analyse {
namespace {

const std::vector<ObservationInfo> kObservations{{"state", false, false},
                                                 {"exit code", false, false}};

const std::vector<journal::EngineRecord> kJudged = [] {
  std::vector<journal::EngineRecord> engines(1);
  engines[0].name = "podman-4.3";
  engines[0].identity = {{"api", "1.41"}};
  return engines;
}();

Cell CellOf(std::initializer_list<Json> repetitions) {
  Cell cell;
  if (repetitions.size() > 0) cell.value = *repetitions.begin();
  for (const Json& value : repetitions) ++cell.seen[CompactJson(value)];
  return cell;
}

CaseFinding RowOf(Cell state, Cell exit_code) {
  CaseFinding row;
  row.engine = "podman-4.3";
  row.parameters = {{"Tty", true}, {"t", 10}, {"Cmd", {"sleep", "1"}}};
  row.cells = {std::move(state), std::move(exit_code)};
  return row;
}

journal::ScenarioRecord ScenarioOf(Json expect, Json known_deviations = Json::array()) {
  journal::ScenarioRecord scenario;
  scenario.id = "stdio/flags";
  scenario.expect = std::move(expect);
  scenario.known_deviations = std::move(known_deviations);
  return scenario;
}

// "state: conforms, exit code: deviates", and the row's verdict.
std::string Judged(CaseFinding row, const journal::ScenarioRecord& scenario) {
  const auto judge = Judge::Parse(scenario, kObservations, kJudged);
  if (!judge) return judge.error().Text();
  row.judgements = judge->JudgementsOn(row);
  std::string text;
  for (const Judgement& judgement : row.judgements) {
    text += judgement.observation + ": " + std::string(Name(judgement.verdict)) + ", ";
  }
  return text + "so: " + std::string(Name(VerdictOf(row)));
}

TEST(Judge, GivesTheVerdictOfATable) {
  const Json exited = {{{"state", "exited"}, {"because", "x"}}};
  const auto known = [](Json row) {
    row["because"] = "podman differs";
    return Json::array({std::move(row)});
  };
  struct {
    const char* what;
    Cell state;
    Json expect;
    Json known;
    std::string verdict;
  } const kTable[] = {
      {"nothing expected", CellOf({"exited"}), Json::array(), Json::array(), "so: observed"},
      {"as expected", CellOf({"exited"}), exited, Json::array(), "state: conforms, so: conforms"},
      {"not as expected", CellOf({"running"}), exited, Json::array(),
       "state: deviates, so: deviates"},
      {"stable over repetitions", CellOf({"exited", "exited"}), exited, Json::array(),
       "state: conforms, so: conforms"},
      {"varying", CellOf({"exited", "running"}), exited, Json::array(),
       "state: unstable, so: unstable"},
      {"varying where a deviation is known", CellOf({"exited", "running"}), exited,
       known({{"on", "podman"}, {"of", "state"}}), "state: unstable, so: unstable"},
      {"known deviation", CellOf({"running"}), exited, known({{"on", "podman"}, {"of", "state"}}),
       "state: known deviation, so: known deviation"},
      {"known deviation of several", CellOf({"running"}), exited,
       known({{"on", "podman-4.3"}, {"of", {"exit code", "state"}}}),
       "state: known deviation, so: known deviation"},
      {"known deviation that is gone", CellOf({"exited"}), exited,
       known({{"on", "podman"}, {"of", {"state"}}}), "state: deviation gone, so: deviation gone"},
      {"known of another engine", CellOf({"running"}), exited,
       known({{"on", "podman-5"}, {"of", "state"}}), "state: deviates, so: deviates"},
      {"known of another observation", CellOf({"running"}), exited,
       known({{"on", "podman"}, {"of", "exit code"}}), "state: deviates, so: deviates"},
      {"known for other parameters", CellOf({"running"}), exited,
       known({{"on", "podman"}, {"when", {{"Tty", false}}}, {"of", "state"}}),
       "state: deviates, so: deviates"},
      {"known where nothing is expected", CellOf({"running"}), Json::array(),
       known({{"on", "podman"}, {"of", "state"}}), "so: observed"},
      {"nothing there", CellOf({nullptr}), exited, Json::array(), "state: deviates, so: deviates"},
      {"nothing expected to be there",
       CellOf({nullptr}),
       {{{"state", {{"exists", false}}}, {"because", "x"}}},
       Json::array(),
       "state: conforms, so: conforms"},
      {"never seen", CellOf({}), exited, Json::array(), "so: observed"},
      {"several predicates",
       CellOf({"exited"}),
       {{{"state", {{"one-of", {"exited", "dead"}}}}, {"because", "x"}},
        {{"state", {{"not", "exited"}}}, {"because", "y"}}},
       Json::array(),
       "state: conforms, state: deviates, so: deviates"},
      {"in the order of observations",
       CellOf({"exited"}),
       {{{"exit code", 1}, {"state", "exited"}, {"because", "x"}}},
       Json::array(),
       "state: conforms, exit code: deviates, so: deviates"},
  };
  for (const auto& entry : kTable) {
    EXPECT_EQ(Judged(RowOf(entry.state, CellOf({0})), ScenarioOf(entry.expect, entry.known)),
              entry.verdict)
        << entry.what;
  }
}

TEST(Judge, AppliesAnExpectationToTheParametersOfItsWhen) {
  struct {
    Json when;
    bool applies;
  } const kTable[] = {
      {Json::object(), true},
      {nullptr, true},
      {{{"Tty", true}}, true},
      {{{"Tty", false}}, false},
      {{{"t", {0, 10}}}, true},
      {{{"t", {0, 2}}}, false},
      {{{"Tty", true}, {"t", 10}}, true},
      {{{"Tty", true}, {"t", 2}}, false},
      {{{"Cmd", {"sleep", "1"}}}, true},  // a list that is the value
      {{{"Cmd", Json::array({Json{"cat"}, Json{"sleep", "1"}})}}, true},
      {{{"Cmd", {"sleep"}}}, false},
      {{{"unheard of", 1}}, false},
  };
  for (const auto& [when, applies] : kTable) {
    const Json row = {{"when", when}, {"state", "exited"}, {"because", "x"}};
    EXPECT_EQ(Judged(RowOf(CellOf({"exited"}), CellOf({0})), ScenarioOf(Json::array({row}))),
              applies ? "state: conforms, so: conforms" : "so: observed")
        << when;
  }
}

TEST(Judge, AppliesAnExpectationToTheVersionsOfItsApi) {
  const auto judged = [](const char* api) {
    return Judged(RowOf(CellOf({"exited"}), CellOf({0})),
                  ScenarioOf({{{"api", api}, {"state", "exited"}, {"because", "x"}}}));
  };
  EXPECT_EQ(judged("<1.42"), "state: conforms, so: conforms");
  EXPECT_EQ(judged(">=1.42"), "so: observed");
  EXPECT_THAT(judged("1.42"), testing::StartsWith("scenario stdio/flags: expect[0]: \"1.42\" is no condition on a version"));
}

TEST(Judge, KnowsADeviationOnSeveralEngines) {
  const Json exited = {{{"state", "exited"}, {"because", "x"}}};
  const auto judged = [&](Json on) {
    return Judged(RowOf(CellOf({"dead"}), CellOf({0})), ScenarioOf(exited, {{{"on", on}, {"of", "state"}, {"because", "y"}}}));
  };
  EXPECT_EQ(judged({"docker-26", "podman"}), "state: known deviation, so: known deviation");
  EXPECT_EQ(judged({"docker-26", "podman-5"}), "state: deviates, so: deviates");
}

TEST(Judge, TellsWhatWasExpectedAndWhy) {
  const auto judge = Judge::Parse(
      ScenarioOf({{{"state", {{"one-of", {"exited", "dead"}}}}, {"because", "API 1.41"}}},
                 {{{"on", "podman"},
                   {"of", "state"},
                   {"because", "keeps it"},
                   {"upstream", "https://example.org/1"}}}),
      kObservations, kJudged);
  ASSERT_TRUE(judge);
  const auto judgements = judge->JudgementsOn(RowOf(CellOf({"running"}), CellOf({0})));
  ASSERT_EQ(judgements.size(), 1u);
  EXPECT_EQ(judgements[0].expected, "is one of `exited`, `dead`");
  EXPECT_EQ(judgements[0].actual, "running");
  EXPECT_EQ(judgements[0].because, "API 1.41");
  EXPECT_EQ(judgements[0].known, "keeps it");
  EXPECT_EQ(judgements[0].upstream, "https://example.org/1");
}

TEST(Judge, NamesTheRowThatMakesNoSense) {
  const auto row = RowOf(CellOf({"exited"}), CellOf({0}));
  EXPECT_EQ(Judged(row, ScenarioOf({{{"because", "x"}}, {{"stat", "exited"}, {"because", "x"}}})),
            "scenario stdio/flags: expect[1]: \"stat\" is no observation\ndid you mean \"state\"?");
  EXPECT_THAT(Judged(row, ScenarioOf({{{"state", {{"equal", 1}}}, {"because", "x"}}})),
              testing::StartsWith("scenario stdio/flags: expect[0]: \"state\": "));
  EXPECT_EQ(Judged(row, ScenarioOf({{{"when", 1}, {"because", "x"}}})),
            "scenario stdio/flags: expect[0]: \"when\" is no map of parameters");
  EXPECT_EQ(Judged(row, ScenarioOf(Json::array(), {1})),
            "scenario stdio/flags: known-deviations[0]: is no map");
  journal::ScenarioRecord varies = ScenarioOf(Json::array());
  varies.varies = {{{"of", "state"}, {"because", "x"}}};
  EXPECT_EQ(Judged(row, varies), "scenario stdio/flags: varies[0]: lists no values");
}

// What a run that saw `state` makes of a state that is known to be running or exited.
std::string SpreadAndJudged(Cell state, Json expect) {
  journal::ScenarioRecord scenario = ScenarioOf(std::move(expect));
  scenario.varies = Json::array({{{"on", "podman"},
                                  {"of", "state"},
                                  {"when", {{"Tty", true}}},
                                  {"values", {"running", "exited"}},
                                  {"because", "conmon is slow"}}});
  const auto judge = Judge::Parse(scenario, kObservations, kJudged);
  if (!judge) return judge.error().Text();
  CaseFinding row = RowOf(std::move(state), CellOf({0}));
  judge->SpreadKnownToVary(row);
  std::string text;
  for (const auto& [value, count] : row.cells[0].seen) text += value + " ";
  return text + Judged(row, scenario);
}

TEST(Judge, TakesAllThatIsKnownToBePossibleForSeen) {
  const std::string both = R"("exited" "running" )";
  for (const char* seen : {"running", "exited"}) {
    EXPECT_EQ(SpreadAndJudged(CellOf({seen}), Json::array()), both + "so: observed");
    EXPECT_EQ(SpreadAndJudged(CellOf({seen}), {{{"state", "exited"}, {"because", "x"}}}),
              both + "state: unstable, so: unstable");
    EXPECT_EQ(SpreadAndJudged(CellOf({seen}), {{{"state", {{"one-of", {"running", "exited"}}}}, {"because", "x"}}}),
              both + "state: conforms, so: conforms");
  }
  EXPECT_EQ(SpreadAndJudged(CellOf({"dead"}), Json::array()), R"("dead" state: deviates, so: deviates)");
  EXPECT_EQ(SpreadAndJudged(CellOf({}), Json::array()), "so: observed") << "a case that did not end has no values";
}

TEST(VerdictOf, TakesTheWorseOfJudgementsAndTheCasesEnd) {
  CaseFinding row = RowOf(CellOf({"exited"}), CellOf({0}));
  row.judgements.resize(1);
  EXPECT_EQ(VerdictOf(row), Verdict::kConforms);
  row.verdict = Verdict::kTimedOut;
  EXPECT_EQ(VerdictOf(row), Verdict::kTimedOut);
  row.verdict = Verdict::kUnsupported;
  row.judgements[0].verdict = Verdict::kDeviates;
  EXPECT_EQ(VerdictOf(row), Verdict::kDeviates);
}

TEST(Verdict, HasANameAndOnlyTroubleFailsARun) {
  const std::vector<std::pair<std::string, bool>> kInOrder{
      {"observed", false},        {"conforms", false}, {"unsupported", false},
      {"known deviation", false}, {"unstable", false}, {"deviation gone", true},
      {"deviates", true},         {"timed out", true}, {"harness error", true}};
  for (size_t i = 0; i < kInOrder.size(); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    EXPECT_EQ(Name(verdict), kInOrder[i].first);
    EXPECT_EQ(Fails(verdict), kInOrder[i].second) << kInOrder[i].first;
    EXPECT_EQ(Worse(verdict, Verdict::kObserved), verdict);
    EXPECT_EQ(Worse(Verdict::kHarnessError, verdict), Verdict::kHarnessError);
  }
}

}  // namespace
}  // namespace plimsoll::analyse
