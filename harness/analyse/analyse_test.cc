#include "analyse/analyse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "analyse/relation.h"
#include "analyse/rules.h"

namespace plimsoll::analyse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

journal::Exchange Answer(std::string name, int status, const Json& body) {
  journal::Exchange exchange;
  exchange.name = std::move(name);
  exchange.head =
      http::ResponseHead{"HTTP/1.1", status, "OK", {{"Content-Type", "application/json"}}};
  exchange.response_body.Append(CompactJson(body));
  exchange.times.started = 1'000;
  exchange.times.sent = 2'000;
  exchange.times.ended = 3'000;
  return exchange;
}

// What the made-up engines do: a container with a terminal goes on, on Podman one with t=10 too.
std::string StateOn(const std::string& engine, bool tty, int t) {
  return tty || (engine.starts_with("podman") && t == 10) ? "running" : "exited";
}

journal::CaseRecord CaseOf(const std::string& engine, bool tty, int t, int repetition) {
  journal::CaseRecord record;
  record.id = "stop/t#" + std::string(tty ? "1" : "0") + std::to_string(t) + "/" + engine + "/" +
              std::to_string(repetition);
  record.scenario = "stop/t";
  record.engine = engine;
  record.repetition = repetition;
  record.parameters = {{"Tty", tty}, {"t", t}};
  record.container_name = "plimsoll-" + std::to_string(tty) + std::to_string(t) + engine;
  record.exchanges.push_back(Answer(
      "after", 200,
      {{"State", {{"Status", StateOn(engine, tty, t)}}}, {"Name", "/" + record.container_name}}));
  journal::Exchange stop = Answer("stop", 204, nullptr);
  stop.times.ended = stop.times.started + (t + 1) * 1'000'000'000LL + repetition;
  record.exchanges.push_back(stop);
  return record;
}

const std::vector<std::string> kEngines{"docker-20.10", "docker-26.1", "podman-4.3"};

journal::Journal MakeJournal(int repetitions = 2) {
  journal::Journal made;
  made.run.planned = 18;
  for (const std::string name : {"podman-4.3", "docker-26.1", "docker-20.10"}) {
    journal::EngineRecord engine;
    engine.name = name;
    engine.identity = {{"product", name.substr(0, 6)}, {"api", "1.41"}};
    made.engines.push_back(engine);
  }
  journal::ScenarioRecord scenario;
  scenario.id = "stop/t";
  scenario.area = "stop";
  scenario.title = "Stop with a timeout";
  scenario.parameters = {{"Tty", {false, true}}, {"t", {0, 2, 10}}};
  scenario.observe = {
      {"state", "${after.body.State.Status}"},
      {"name", "${after.body.Name}"},
      {"answered", {{"value", "${stop.status}"}, {"equals", 204}}},
      {"took", {{"value", "${stop.took}"}, {"nearest", {"1s", "3s", "11s"}}}},
      {"missing", "${after.body.Nowhere}"},
  };
  made.scenarios.push_back(scenario);
  for (const std::string& engine : kEngines) {
    for (const bool tty : {false, true}) {
      for (const int t : {0, 2, 10}) {
        for (int r = 0; r < repetitions; ++r) made.cases.push_back(CaseOf(engine, tty, t, r));
      }
    }
  }
  return made;
}

journal::CaseRecord& FindCase(journal::Journal& in, const journal::CaseRecord& like) {
  return *std::find_if(in.cases.begin(), in.cases.end(),
                       [&](const auto& record) { return record.id == like.id; });
}

Findings Analysed(const journal::Journal& journal) {
  auto findings = Analyse(journal);
  EXPECT_TRUE(findings) << findings.error().Text();
  return findings.value_or(Findings{});
}

// Everything in the findings that could depend on order, as text.
std::string Dump(const Findings& findings) {
  Json dump = Json::array();
  for (const auto& engine : findings.engines) dump.push_back(engine.name);
  for (const ScenarioFindings& scenario : findings.scenarios) {
    dump.push_back({scenario.id, Name(scenario.verdict), scenario.engines});
    for (const CaseFinding& row : scenario.cases) {
      dump.push_back({row.case_id, row.engine, row.parameters, row.repetitions, Name(row.verdict),
                      row.reason});
      for (const Cell& cell : row.cells) dump.push_back({cell.value, cell.seen, cell.raw});
      for (const Judgement& j : row.judgements) dump.push_back({j.observation, Name(j.verdict)});
    }
    for (const RuleSet& set : scenario.rules) {
      dump.push_back({set.observation, set.engines, set.deciding, set.indifferent, set.cases,
                      set.full, set.unstable});
      for (const Rule& rule : set.rules) {
        dump.push_back({rule.value, rule.cases, rule.otherwise,
                        DescribeCondition(rule.when, scenario.parameters)});
      }
    }
    for (const Difference& d : scenario.differences) {
      dump.push_back({d.parameters, d.observation, d.values, d.case_ids});
    }
  }
  return PrettyJson(dump);
}

std::vector<std::string> RuleLines(const ScenarioFindings& scenario,
                                   const std::string& observation) {
  std::vector<std::string> lines;
  for (const RuleSet& set : scenario.rules) {
    if (set.observation != observation) continue;
    std::string line;
    for (const std::string& engine : set.engines) line += engine + " ";
    for (const Rule& rule : set.rules) {
      line += "| " + CompactJson(rule.value) + " " +
              (rule.otherwise ? "otherwise" : DescribeCondition(rule.when, scenario.parameters)) +
              " ";
    }
    lines.push_back(line);
  }
  return lines;
}

TEST(Analyse, WorksOutRulesAndDifferencesFromTheJournalAlone) {
  const Findings findings = Analysed(MakeJournal());
  ASSERT_EQ(findings.scenarios.size(), 1u);
  const ScenarioFindings& scenario = findings.scenarios[0];
  EXPECT_THAT(scenario.engines, ElementsAre("docker-20.10", "docker-26.1", "podman-4.3"));
  EXPECT_THAT(
      RuleLines(scenario, "state"),
      ElementsAre("docker-20.10 docker-26.1 | \"exited\" Tty=false | \"running\" otherwise ",
                  "podman-4.3 | \"exited\" Tty=false and t is not 10 | \"running\" otherwise "));
  EXPECT_THAT(RuleLines(scenario, "took"),
              ElementsAre("docker-20.10 docker-26.1 podman-4.3 | \"11s\" t is 10 | \"1s\" t is 0 | "
                          "\"3s\" otherwise "));
  EXPECT_THAT(RuleLines(scenario, "answered"),
              ElementsAre("docker-20.10 docker-26.1 podman-4.3 | true always "));
  ASSERT_EQ(scenario.differences.size(), 1u);
  EXPECT_EQ(scenario.differences[0].parameters, (Json{{"Tty", false}, {"t", 10}}));
  EXPECT_EQ(scenario.differences[0].observation, "state");
}

TEST(Analyse, GivesTheSameFindingsInWhateverOrderTheCasesWereWritten) {
  journal::Journal made = MakeJournal();
  made.scenarios[0].expect = {{{"state", "exited"}, {"because", "x"}}};
  made.cases[3].outcome = journal::CaseOutcome::kTimedOut;
  made.cases[8].exchanges.erase(made.cases[8].exchanges.begin());
  const std::string expected = Dump(Analysed(made));
  std::mt19937 random(3);
  for (int round = 0; round < 5; ++round) {
    std::shuffle(made.cases.begin(), made.cases.end(), random);
    std::shuffle(made.engines.begin(), made.engines.end(), random);
    EXPECT_EQ(Dump(Analysed(made)), expected);
  }
}

TEST(Analyse, JudgesExpectationsAndCountsVerdicts) {
  journal::Journal made = MakeJournal();
  made.scenarios[0].expect = {
      {{"when", {{"Tty", false}}}, {"state", "exited"}, {"answered", true}, {"because", "API"}}};
  made.scenarios[0].known_deviations = {
      {{"on", "docker-20"}, {"when", {{"t", {0}}}}, {"of", {"state"}}, {"because", "once was"}}};
  const Findings findings = Analysed(made);
  EXPECT_THAT(findings.counts, ElementsAre(Pair("conforms", 7), Pair("deviates", 1),
                                           Pair("deviation gone", 1), Pair("observed", 9)));
  EXPECT_EQ(findings.verdict, Verdict::kDeviates);
  EXPECT_THAT(
      findings.scenarios[0].verdict_by_engine,
      ElementsAre(Pair("docker-20.10", Verdict::kDeviationGone),
                  Pair("docker-26.1", Verdict::kConforms), Pair("podman-4.3", Verdict::kDeviates)));
}

TEST(Analyse, EndsEveryCaseInTheVerdictOfItsOutcome) {
  using journal::CaseOutcome;
  journal::Journal made = MakeJournal(1);
  const std::pair<CaseOutcome, Verdict> kTable[] = {
      {CaseOutcome::kUnsupported, Verdict::kUnsupported},
      {CaseOutcome::kTimedOut, Verdict::kTimedOut},
      {CaseOutcome::kHarnessError, Verdict::kHarnessError},
  };
  for (const auto& [outcome, verdict] : kTable) {
    journal::CaseRecord& record = FindCase(made, CaseOf("docker-20.10", false, 0, 0));
    record.outcome = outcome;
    record.reason = "because of " + std::string(journal::Name(outcome));
    const Findings findings = Analysed(made);
    const CaseFinding& row = findings.scenarios[0].cases[0];
    EXPECT_EQ(row.verdict, verdict);
    EXPECT_EQ(row.reason, record.reason);
    EXPECT_THAT(row.cells[0].seen, IsEmpty());
    EXPECT_FALSE(findings.scenarios[0].rules[0].full);
    EXPECT_EQ(findings.verdict, verdict);
  }
}

TEST(Analyse, CountsTheCasesThatAnInterruptedRunDidNotReach) {
  journal::Journal made = MakeJournal(1);
  made.torn = "line 20 is torn";
  made.cases.resize(10);
  const Findings findings = Analysed(made);
  EXPECT_EQ(findings.planned, 18u);
  EXPECT_EQ(findings.missing, 8u);
  EXPECT_EQ(findings.torn, "line 20 is torn");
}

TEST(Analyse, TakesTheLaterOfTwoRecordsOfAResumedRun) {
  journal::Journal made = MakeJournal(1);
  made.engines.push_back(made.engines[0]);
  made.scenarios.push_back(made.scenarios[0]);
  made.scenarios[1].title = "Later";
  const Findings findings = Analysed(made);
  EXPECT_EQ(findings.engines.size(), 3u);
  ASSERT_EQ(findings.scenarios.size(), 1u);
  EXPECT_EQ(findings.scenarios[0].title, "Later");
}

TEST(Analyse, RefusesDefinitionsThatCannotBeParsed) {
  journal::Journal made = MakeJournal(1);
  made.scenarios[0].observe[0].second = "${after.body";
  const auto findings = Analyse(made);
  ASSERT_FALSE(findings);
  EXPECT_THAT(findings.error().what,
              testing::StartsWith("scenario stop/t: observation \"state\": "));
}

TEST(Analyse, OfAnEmptyJournalIsEmpty) {
  const Findings findings = Analysed({});
  EXPECT_THAT(findings.scenarios, IsEmpty());
  EXPECT_EQ(findings.verdict, Verdict::kObserved);
}

Result<Relation> RelationOf(const journal::Journal& made, const journal::ScenarioRecord& scenario) {
  CaseGroup cases;
  for (const auto& record : made.cases) cases.push_back(&record);
  return BuildRelation(made, scenario, cases);
}

TEST(BuildRelation, PutsRowsInMatrixOrderThenByEngine) {
  const journal::Journal made = MakeJournal();
  const auto relation = RelationOf(made, made.scenarios[0]);
  ASSERT_TRUE(relation);
  std::vector<std::string> rows;
  for (const CaseFinding& row : relation->rows) {
    rows.push_back(CompactJson(row.parameters) + row.engine);
    EXPECT_EQ(row.repetitions, 2);
    EXPECT_THAT(row.case_id, testing::EndsWith("/0"));
  }
  ASSERT_EQ(rows.size(), 18u);
  EXPECT_EQ(rows[0], R"({"Tty":false,"t":0}docker-20.10)");
  EXPECT_EQ(rows[2], R"({"Tty":false,"t":0}podman-4.3)");
  EXPECT_EQ(rows[3], R"({"Tty":false,"t":2}docker-20.10)");
  EXPECT_EQ(rows[17], R"({"Tty":true,"t":10}podman-4.3)");
}

TEST(BuildRelation, TellsWhatKindOfValueEachObservationHas) {
  const journal::Journal made = MakeJournal();
  const auto relation = RelationOf(made, made.scenarios[0]);
  ASSERT_TRUE(relation);
  EXPECT_FALSE(relation->observations[0].is_yes_or_no);
  EXPECT_TRUE(relation->observations[2].is_yes_or_no);
  EXPECT_TRUE(relation->observations[3].is_duration);
}

TEST(BuildRelation, ComparesValuesWithoutWhatTheEngineMadeUp) {
  const journal::Journal made = MakeJournal();
  const auto relation = RelationOf(made, made.scenarios[0]);
  ASSERT_TRUE(relation);
  for (const CaseFinding& row : relation->rows) EXPECT_EQ(row.cells[1].value, "/<name>");
}

TEST(BuildRelation, KeepsTheDistributionOfWhatVariesAndEveryRawDuration) {
  journal::Journal made = MakeJournal(3);
  journal::CaseRecord& odd = FindCase(made, CaseOf("docker-20.10", false, 0, 1));
  odd.exchanges[0] = Answer("after", 200, {{"State", {{"Status", "dead"}}}});
  const auto relation = RelationOf(made, made.scenarios[0]);
  ASSERT_TRUE(relation);
  const CaseFinding& row = relation->rows[0];
  EXPECT_EQ(row.cells[0].value, "dead");
  EXPECT_THAT(row.cells[0].seen, ElementsAre(Pair("\"dead\"", 1), Pair("\"exited\"", 2)));
  EXPECT_FALSE(row.cells[0].stable());
  EXPECT_TRUE(row.cells[3].stable());
  EXPECT_THAT(row.cells[3].raw, ElementsAre(1'000'000'000, 1'000'000'001, 1'000'000'002));
}

TEST(BuildRelation, TellsNothingFromACellThatWasNeverFilled) {
  journal::Journal made = MakeJournal(1);
  made.cases[0].outcome = journal::CaseOutcome::kTimedOut;
  const auto relation = RelationOf(made, made.scenarios[0]);
  ASSERT_TRUE(relation);
  EXPECT_FALSE(IsCertain(relation->rows[0], 4));
  EXPECT_THAT(relation->rows[0].cells[4].seen, IsEmpty());
  EXPECT_TRUE(IsCertain(relation->rows[1], 4));
  EXPECT_THAT(relation->rows[1].cells[4].seen, ElementsAre(Pair("null", 1)));
}

TEST(BuildRelation, AddsValuesThatOnlyCasesHaveBehindTheDomain) {
  journal::Journal made = MakeJournal(1);
  made.cases.push_back(CaseOf("docker-20.10", false, 60, 0));
  made.cases.push_back(CaseOf("docker-20.10", false, -1, 0));
  const auto relation = RelationOf(made, made.scenarios[0]);
  ASSERT_TRUE(relation);
  EXPECT_THAT(relation->parameters[1].values, ElementsAre(0, 2, 10, -1, 60));
  EXPECT_EQ(relation->rows[9].parameters["t"], -1);
}

TEST(BuildRelation, LetsObservationsSeeTheRunTheEngineAndTheCase) {
  journal::Journal made = MakeJournal(1);
  made.run.run_id = "r1";
  made.run.options = {{"images", {{"probe", "probe:1"}}}};
  made.scenarios[0].observe = {
      {"who", "${engine.product} ${engine.api} ${image.probe} ${run.id} ${case.name}"}};
  const auto relation = RelationOf(made, made.scenarios[0]);
  ASSERT_TRUE(relation);
  EXPECT_EQ(relation->rows[0].cells[0].value, "docker 1.41 probe:1 r1 <name>");
}

// "exited" or both, of the case without terminal and t=0 on docker-20.10.
Cell& StateOfTheFirstCase(Findings& findings) { return findings.scenarios[0].cases[0].cells[0]; }

TEST(Analyse, LeavesVaryingWhatIsKnownToVary) {
  const journal::Journal journal = MakeJournal(1);
  Findings known = *Analyse(journal);
  ASSERT_EQ(StateOfTheFirstCase(known).value, "exited");
  StateOfTheFirstCase(known).seen = {{"\"created\"", 1}, {"\"exited\"", 4}};
  Findings again = *Analyse(journal, known);
  EXPECT_THAT(StateOfTheFirstCase(again).seen, ElementsAre(Pair("\"created\"", 0), Pair("\"exited\"", 1)));
  EXPECT_EQ(StateOfTheFirstCase(again).value, "created") << "whichever was seen";
  EXPECT_THAT(again.scenarios[0].rules[0].unstable, ElementsAre(again.scenarios[0].cases[0].case_id));
  // What neither of its values is has changed.
  StateOfTheFirstCase(known).seen = {{"\"created\"", 1}, {"\"dead\"", 1}};
  again = *Analyse(journal, known);
  EXPECT_THAT(StateOfTheFirstCase(again).seen, ElementsAre(Pair("\"exited\"", 1)));
}

TEST(Analyse, TellsOfSeveralValuesTheFirstInOrderWhicheverCameFirst) {
  std::vector<Json> values;
  for (const std::string first : {"created", "exited"}) {
    journal::Journal journal = MakeJournal(2);
    for (journal::CaseRecord& record : journal.cases) {
      if (record.engine != "docker-20.10" || record.parameters != Json{{"Tty", false}, {"t", 0}}) continue;
      const bool is_first = record.repetition == 0;
      record.exchanges[0] = Answer("after", 200, {{"State", {{"Status", is_first == (first == "created") ? "created" : "exited"}}}});
    }
    Findings findings = *Analyse(journal);
    values.push_back(StateOfTheFirstCase(findings).value);
  }
  EXPECT_THAT(values, ElementsAre("created", "created"));
}

}  // namespace
}  // namespace plimsoll::analyse
