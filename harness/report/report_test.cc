#include "report/report.h"

#include <gmock/gmock.h>

#include <fstream>

#include "analyse/differences.h"
#include "analyse/engine_rules.h"
#include "report/escape.h"
#include "report/golden.h"
#include "report/pages.h"
#include "report/schema_problems.h"
#include "report/test_example.h"

namespace plimsoll::report {
namespace {

using example::ExampleFindings;
using example::ExampleJournal;
using example::HostileFindings;
using example::HostileJournal;
using example::kHostile;
using ::testing::HasSubstr;
using ::testing::Not;

Files ExampleReport(const example::Run& run = {}) {
  return BuildReports(ExampleFindings(), ExampleJournal(run));
}

// A second recording of the same behaviour: everything that engines and clocks make up is
// different.
example::Run AnotherRun() {
  example::Run run;
  run.id_digit = "b";
  run.run_id = "9z8y7x";
  run.clock = 777'123 * example::kMs;
  run.pid = 53211;
  run.second_of_two_is_faster = true;
  return run;
}

bool IsAboutTime(const std::string& path) { return path.starts_with("timings."); }

TEST(BuildReports, GivesEveryFileAsApproved) {
  for (const auto& [path, contents] : ExampleReport()) ExpectGolden("example/" + path, contents);
}

TEST(BuildReports, GivesTheSameBytesForTwoRecordingsOfTheSameBehaviour) {
  const Files one = ExampleReport();
  const Files two = ExampleReport(AnotherRun());
  ASSERT_EQ(one.size(), two.size());
  for (const auto& [path, contents] : one) {
    if (IsAboutTime(path)) continue;
    EXPECT_EQ(contents, two.at(path)) << path;
  }
}

TEST(BuildReports, ShowsNothingThatAnEngineMadeUp) {
  const example::Run run;
  for (const auto& [path, contents] : ExampleReport(run)) {
    if (IsAboutTime(path)) continue;
    EXPECT_THAT(contents, Not(HasSubstr(std::string(12, 'c')))) << path;
    EXPECT_THAT(contents, Not(HasSubstr(run.run_id))) << path;
    EXPECT_THAT(contents, Not(HasSubstr(std::to_string(run.pid)))) << path;
    EXPECT_THAT(contents, Not(HasSubstr("6.1.0-9-amd64")))
        << path << ": the kernel varies by machine";
    EXPECT_THAT(contents, Not(HasSubstr("/somewhere/"))) << path;
  }
}

TEST(BuildReports, KeepsHostileTextHarmlessAsApproved) {
  for (const auto& [path, contents] : BuildReports(HostileFindings(), HostileJournal())) {
    EXPECT_THAT(path, Not(HasSubstr(".."))) << path;
    EXPECT_TRUE(IsValidUtf8(contents)) << path;
    EXPECT_THAT(contents, Not(HasSubstr("\x1b"))) << path;
    if (!path.ends_with(".json")) {
      EXPECT_THAT(contents, Not(HasSubstr("\xe2\x80\xae"))) << path << ": a bidirectional override";
    }
    const bool area = path.ends_with("/README.md");
    const bool cases = path.ends_with(".cases.md");
    const bool page = path.ends_with(".md") && path.find('/') != std::string::npos;
    const bool engine = path.starts_with("engines/");
    ExpectGolden("hostile/" + (engine ? "engine.json" : area ? "area.md" : cases ? "cases.md" : page ? "page.md" : path), contents);
  }
}

// The columns of a table row as GitHub splits them: at every pipe that has no backslash before it.
size_t Columns(const std::string& row) {
  size_t pipes = 0;
  for (size_t i = 0; i < row.size(); ++i)
    pipes += row[i] == '|' && (i == 0 || row[i - 1] != '\\') ? 1 : 0;
  return pipes - 1;
}

TEST(BuildReports, GivesEveryRowOfATableTheSameColumns) {
  for (const auto& [path, contents] : BuildReports(HostileFindings(), HostileJournal())) {
    size_t columns = 0;
    for (const std::string& line : Split(contents, '\n')) {
      const bool in_table = path.ends_with(".md") && line.starts_with("| ");
      if (in_table && columns != 0) {
        EXPECT_EQ(Columns(line), columns) << path << ": " << line;
      }
      columns = in_table ? Columns(line) : 0;
    }
  }
}

TEST(BuildReports, ShowsTheSameCaseWhoeverLetGoOfItsStreamsFirst) {
  const analyse::Findings findings = ExampleFindings();
  journal::Journal journal = ExampleJournal({});
  const Files before = BuildReports(findings, journal);
  for (size_t i = 0; i < journal.cases.size(); i += 2) {
    for (journal::Exchange& exchange : journal.cases[i].exchanges) {
      if (exchange.stream) exchange.outcome = journal::Outcome::kOpen;
    }
  }
  EXPECT_EQ(BuildReports(findings, journal), before);
}

TEST(BuildReports, SaysWhatCasesShare) {
  analyse::ScenarioFindings scenario = example::StopFindings();
  EXPECT_THAT(ScenarioPage(scenario, {}), Not(HasSubstr("share what they begin with")));
  const std::vector<std::pair<std::vector<std::string>, std::string>> told = {
      {{}, "it was set up once."}, {{"t"}, "it was set up once for each value of t."},
      {{"t", "User*"}, "it was set up once for each combination of t and User\\*."}};
  for (const auto& [names, sentence] : told) {
    scenario.shared_by = names;
    EXPECT_THAT(ScenarioPage(scenario, {}), HasSubstr("\nThe cases of an engine share what they begin with: " + sentence));
  }
}

TEST(BuildReports, SaysThatARunWasInterrupted) {
  analyse::Findings findings = ExampleFindings();
  findings.missing = 3;
  EXPECT_THAT(BuildReports(findings, ExampleJournal({}))["README.md"],
              HasSubstr("The run was interrupted: 3 of 16 planned cases have no record."));
}

TEST(BuildReports, WorksWithFindingsAndJournalEmpty) {
  const Files files = BuildReports({}, {});
  EXPECT_EQ(files.size(), 3u);
  EXPECT_THAT(files.at("README.md"), HasSubstr("0 cases in all"));
}

// A later version of the example's docker, which answers otherwise in one case and knows swarms.
analyse::Findings WithALaterDocker() {
  analyse::Findings findings = ExampleFindings();
  journal::EngineRecord later = findings.engines[0];
  later.name = "docker-26.1";
  later.identity["version"] = "26.1.5";
  findings.engines.push_back(later);
  for (analyse::ScenarioFindings& scenario : findings.scenarios) {
    std::vector<analyse::CaseFinding> cases;
    for (const analyse::CaseFinding& finding : scenario.cases) {
      cases.push_back(finding);
      if (finding.engine != example::kDocker) continue;
      cases.push_back(finding);
      cases.back().engine = later.name;
    }
    scenario.cases = cases;
    scenario.engines.insert(scenario.engines.begin() + 1, later.name);
  }
  analyse::CaseFinding& changed = *std::find_if(findings.scenarios[1].cases.begin(), findings.scenarios[1].cases.end(),
                                                [&](const auto& finding) { return finding.engine == later.name; });
  changed.cells[0] = example::Stable(143);
  for (analyse::ScenarioFindings& scenario : findings.scenarios) {
    for (analyse::CaseFinding& finding : scenario.cases) finding.cells.resize(scenario.observations.size());
    scenario.rules = analyse::RulesByEngine(scenario);
    scenario.differences = analyse::CompareEngines(scenario);
  }
  return findings;
}

TEST(BuildReports, TellsOfVersionsAndProductsAsApproved) {
  const analyse::Findings findings = WithALaterDocker();
  const Files files = BuildReports(findings, ExampleJournal({}));
  for (const char* path : {"README.md", "versions-docker.md", "docker-and-podman.md", "signals/README.md"})
    ExpectGolden("three/" + std::string(path), files.at(path));
  EXPECT_EQ(files.count("versions-podman.md"), 0u) << "there is one";
}

TEST(BuildReports, TellsOfConformanceWhereThereIsSomethingToCompareWith) {
  analyse::Conformance conformance;
  conformance.engines[example::kDocker] = {12, 3, {"1.41"}, {}};
  conformance.engines[example::kPodman] = {10, 3, {"1.41"}, {"1.24"}};
  const std::string scenario = ExampleFindings().scenarios[0].id;
  conformance.drifts = {
      {"GET /info", {openapi::DriftKind::kStatus, "", "500"}, {{example::kPodman, {1, scenario, "case"}}}},
      {"GET /info", {openapi::DriftKind::kExtra, "a|b.`c`", "string"}, {{example::kDocker, {2, scenario, "case"}}, {example::kPodman, {3, "unknown", "case"}}}},
  };
  const Files files = BuildReports(ExampleFindings(), ExampleJournal({}), {conformance, {}, {}});
  ExpectGolden("conformance.md", files.at("conformance.md"));
  ExpectGolden("conformance-counts.json", files.at("conformance-counts.json"));
  EXPECT_THAT(files.at("README.md"), HasSubstr("](conformance.md)"));
  EXPECT_EQ(ExampleReport().count("conformance.md"), 0u);
}

analyse::Coverage ExampleCoverage() {
  using In = analyse::InputCoverage::In;
  const std::string scenario = ExampleFindings().scenarios[0].id;
  analyse::OperationCoverage create{"POST /containers/create", "Container", {{201, scenario}, {418, "unknown"}}, {201, 409, 500}};
  create.inputs = {{"name", In::kQuery, true, scenario, scenario, "exit code"}, {"platform", In::kQuery},
                   {"Tty", In::kBody, true, scenario}, {"HostConfig.Memory", In::kBody, true}, {"HostConfig.Mounts[].Type", In::kBody}};
  create.fields = {"201 Id", "201 Warnings"};
  create.fields_seen = {"201 Id"};
  analyse::OperationCoverage swarm{"GET /swa|rm", "Swarm", {}, {200, 503}};
  analyse::Coverage coverage;
  coverage.engines[example::kDocker] = {"1.41", {create, swarm}};
  create.inputs[2].varied_in.clear();
  coverage.engines[example::kPodman] = {"1.41", {create}};
  coverage.out_of_reach = {{"*", 500, "", "", {}, "a fault of the engine"}};
  return coverage;
}

TEST(BuildReports, TellsOfCoverageAsApproved) {
  analyse::Conformance conformance;
  conformance.engines[example::kDocker] = {12, 3, {"1.41"}, {}};
  const Files files = BuildReports(ExampleFindings(), ExampleJournal({}), {conformance, ExampleCoverage(), {}});
  ExpectGolden("coverage.md", files.at("coverage.md"));
  ExpectGolden("coverage.json", files.at("coverage.json"));
  ExpectGolden("coverage.txt", CoverageText(ExampleCoverage()));
  EXPECT_THAT(files.at("README.md"), HasSubstr("](coverage.md)"));
}

TEST(BuildReports, AnswersQuestionsAsApproved) {
  const analyse::Findings findings = ExampleFindings();
  std::vector<notes::Question> questions;
  const auto ask = [&](const std::string& about, const std::string& what) -> notes::Question& {
    return questions.emplace_back(notes::Question{about, what, {}, {}, ""});
  };
  const analyse::ScenarioFindings& scenario = findings.scenarios[0];
  notes::Question& first = ask("Standard input", "Who sees the end of `stdin`?");
  first.asked = {"moby#1", "podman#2"};
  first.answers = {{scenario.id, {scenario.observations[0].name}, {}}};
  notes::Question& narrow = ask("Standard input", "And in one case?");
  const Json& some_value = scenario.parameters[0].values[0];
  narrow.answers = {{scenario.id,
                     {scenario.observations[0].name, scenario.observations[1].name},
                     {{scenario.parameters[0].name, {some_value.is_string() ? some_value.get<std::string>() : CompactJson(some_value)}}}}};
  narrow.open = "half of it";
  ask("Other", "What of *that*?").answers = {{"no/such", {"x"}, {}}};
  const Files files = BuildReports(findings, ExampleJournal({}), {{}, {}, questions});
  ExpectGolden("questions.md", files.at("questions.md"));
  EXPECT_THAT(files.at("README.md"), HasSubstr("](questions.md)"));
  EXPECT_EQ(ExampleReport().count("questions.md"), 0u);
}

TEST(ScenarioPage, ShowsTheTellingRowsOfATableThatIsTooLong) {
  analyse::ScenarioFindings scenario = example::StdinFindings();
  scenario.parameters = {{"n", {}}};
  scenario.cases.clear();
  for (int n = 0; n < 1000; ++n) {
    scenario.parameters[0].values.push_back(n);
    for (const std::string& engine : scenario.engines) {
      analyse::CaseFinding finding;
      finding.case_id = std::to_string(n) + engine;
      finding.engine = engine;
      finding.parameters = {{"n", n}};
      const bool differs = n == 998 && engine == example::kPodman;
      finding.cells = {example::Stable(n == 999 ? 500 : 101), example::Stable(false),
                       example::Stable(differs ? "odd" : "exited")};
      scenario.cases.push_back(finding);
    }
  }
  const std::string table = CaseTable(scenario);
  EXPECT_THAT(table, HasSubstr("400 of the 1000 combinations are shown"));
  EXPECT_THAT(table, HasSubstr("| `998` |")) << "the engines differ in it";
  EXPECT_THAT(table, HasSubstr("| `999` |")) << "the only one with this outcome";
  EXPECT_THAT(table, Not(HasSubstr("| `900` |")));
}

// ---- the JSON against its published schema

TEST(EngineJson, IsValidByItsSchema) {
  for (const analyse::Findings& findings : {ExampleFindings(), HostileFindings()}) {
    for (const journal::EngineRecord& engine : findings.engines) {
      // As a reader gets it: printed and parsed.
      const Json document = Json::parse(PrettyJson(EngineJson(engine, findings)));
      EXPECT_EQ(SchemaProblems(document, "report.schema.json"), "");
    }
  }
}

TEST(EngineJson, TheSchemaRefusesWhatIsNotPartOfTheFormat) {
  Json document = EngineJson(example::Engines()[0], ExampleFindings());
  document["scenarios"][0]["verdict"] = "fine";
  EXPECT_NE(SchemaProblems(document, "report.schema.json"), "");
  document = EngineJson(example::Engines()[0], ExampleFindings());
  document["took_ns"] = 5;
  EXPECT_NE(SchemaProblems(document, "report.schema.json"), "");
  document = EngineJson(example::Engines()[0], ExampleFindings());
  document["scenarios"][0]["cases"][0].erase("values");
  EXPECT_NE(SchemaProblems(document, "report.schema.json"), "");
}

// ---- failures

TEST(FailureText, TellsWhatWasExpectedWhyAndHowToSeeIt) {
  const analyse::Findings findings = ExampleFindings();
  const analyse::ScenarioFindings& scenario = findings.scenarios[1];
  ExpectGolden("failure.txt", FailureText(scenario, scenario.cases.back(), ExampleJournal({})));
}

TEST(JunitXml, IsAsApproved) {
  ExpectGolden("junit.xml", JunitXml(ExampleFindings(), ExampleJournal({})));
}

TEST(JunitXml, KeepsHostileTextHarmlessAsApproved) {
  const std::string xml = JunitXml(HostileFindings(), HostileJournal());
  EXPECT_TRUE(IsValidUtf8(xml));
  EXPECT_THAT(xml, Not(HasSubstr("<img")));
  ExpectGolden("hostile/junit.xml", xml);
}

}  // namespace
}  // namespace plimsoll::report
