// The program as a whole, as its users meet it: against real engines that were there before it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <set>

#include "base/clock.h"
#include "base/text.h"
#include "e2e/live_engines.h"
#include "e2e/process.h"
#include "e2e/workplace.h"
#include "engine/call.h"
#include "journal/records.h"

namespace plimsoll::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

bool HasContainer(const engine::Endpoint& endpoint) {
  const Json list = engine::Get(endpoint, "/containers/json", Now() + kPatience).json();
  return list.is_array() && !list.empty();
}

// One case that goes on until it is interrupted.
constexpr const char* kEndless = R"(title: Endless
question: Does it end?
steps:
  - call: POST /volumes/create
    body: {Name: "${case.name}-data"}
  - call: POST /networks/create
    body: {Name: "${case.name}-net"}
  - call: POST /containers/create
    as: box
    body: {Image: "${image.probe}", Cmd: [serve], HostConfig: {NetworkMode: host}}
  - call: POST /containers/${box.body.Id}/start
  - call: POST /containers/${box.body.Id}/wait
    within: 50s
    as: wait
observe:
  wait answers: ${wait.status}
)";

class ProgramTest : public LiveTest, public testing::WithParamInterface<size_t> {
 protected:
  static const run::EngineUnderTest& Engine() { return TheLiveEngines().list.at(GetParam()); }
  static std::vector<std::string> Run(const std::string& file, const std::string& journal,
                                      bool resume = false) {
    std::vector<std::string> command{
        PLIMSOLL_PROGRAM, "run", "--engine", Engine().endpoint.Text(), "--journal", journal, file};
    if (resume) command.push_back("--resume");
    return command;
  }
  TemporaryFolder folder_;
};

TEST_P(ProgramTest, ARunLeavesTheEngineAsItWas) {
  const auto before = Holdings(Engine().endpoint);
  Process run(Run(Write(folder_ / "a/quick.yaml", kQuick), folder_ / "j.jsonl"));
  EXPECT_EQ(run.Wait(), 0) << run.Output();
  EXPECT_EQ(Holdings(Engine().endpoint), before);
}

// Images are not as easily known as what has an id of its own and a label: they are named anew, told of in a build's log, or made
// although the engine says that it failed.
TEST_P(ProgramTest, ARunLeavesNoImages) {
  const auto before = Holdings(Engine().endpoint);
  std::vector<std::string> command = Run("", folder_ / "j.jsonl");
  command.pop_back();
  for (const char* file : {"archive/padding", "build/cache", "build/names", "commit/names", "image/import", "image/remove-parents", "image/tag"}) {
    command.push_back(fmt::format(PLIMSOLL_SOURCE_DIR "/scenarios/{}.yaml", file));
  }
  Process run(command);
  EXPECT_EQ(run.Wait(), 0) << run.Output();
  EXPECT_EQ(Holdings(Engine().endpoint), before) << run.Output();
}

TEST_P(ProgramTest, CtrlCLeavesTheEngineAsItWas) {
  const auto before = Holdings(Engine().endpoint);
  Process run(Run(Write(folder_ / "a/endless.yaml", kEndless), folder_ / "j.jsonl"));
  ASSERT_TRUE(Eventually([&] { return HasContainer(Engine().endpoint); })) << run.Output();
  run.Signal(SIGINT);
  EXPECT_EQ(run.Wait(), 130) << run.Output();
  EXPECT_THAT(run.Output(), HasSubstr("--resume --journal"));
  EXPECT_EQ(Holdings(Engine().endpoint), before);
}

TEST_P(ProgramTest, CleanRemovesWhatAKilledRunLeftAndNothingElse) {
  const engine::Endpoint& endpoint = Engine().endpoint;
  const auto made = engine::Call(endpoint,
                                 {"POST",
                                  "/volumes/create",
                                  {{"Content-Type", "application/json"}},
                                  R"({"Name":"bystander","Labels":{"a":"b"}})"},
                                 Now() + kPatience);
  ASSERT_TRUE(made.ok()) << made.Describe();
  const auto before = Holdings(endpoint);
  Process run(Run(Write(folder_ / "a/endless.yaml", kEndless), folder_ / "j.jsonl"));
  ASSERT_TRUE(Eventually([&] { return HasContainer(endpoint); })) << run.Output();
  run.Signal(SIGKILL);
  run.Wait();
  EXPECT_NE(Holdings(endpoint), before)
      << "the run was killed too late to leave anything: the test shows nothing";
  Process clean({PLIMSOLL_PROGRAM, "clean", "--engine", endpoint.Text()});
  EXPECT_EQ(clean.Wait(), 0) << clean.Output();
  EXPECT_EQ(Holdings(endpoint), before);
  engine::Call(endpoint, {"DELETE", "/volumes/bystander", {}, ""}, Now() + kPatience);
}

TEST_P(ProgramTest, ResumeRunsWhatAKilledRunDidNot) {
  const std::string file = Write(folder_ / "a/quick.yaml", kQuick), journal = folder_ / "j.jsonl";
  Process first(Run(file, journal));
  const auto recorded = [&] {
    const auto read = journal::ReadJournal(journal);
    return read ? read->cases.size() : 0;
  };
  Eventually([&] { return recorded() > 0; });
  first.Signal(SIGKILL);
  first.Wait();
  const size_t before = recorded();
  Process second(Run(file, journal, true));
  EXPECT_EQ(second.Wait(), 0) << second.Output();
  const auto read = journal::ReadJournal(journal);
  ASSERT_TRUE(read) << read.error().Text();
  EXPECT_EQ(read->cases.size(), 8u);
  EXPECT_TRUE(read->finished);
  EXPECT_GE(before, 1u);
  Process clean({PLIMSOLL_PROGRAM, "clean", "--engine", Engine().endpoint.Text()});
  EXPECT_EQ(clean.Wait(), 0) << clean.Output();
}

TEST_P(ProgramTest, AChangedAnswerIsToldByDiffAndBaselineUntilItIsAccepted) {
  const std::string first = folder_ / "first.jsonl", second = folder_ / "second.jsonl", baseline = folder_ / "baseline";
  const auto plimsoll = [](std::vector<std::string> arguments, int expected_status, const std::string& expected_output) {
    arguments.insert(arguments.begin(), PLIMSOLL_PROGRAM);
    Process process(arguments);
    EXPECT_EQ(process.Wait(), expected_status) << process.Output();
    EXPECT_THAT(process.Output(), HasSubstr(expected_output));
  };
  const std::string quick(kQuick, std::string_view(kQuick).find("expect:"));
  std::string changed = quick;
  changed.replace(changed.find("${code}\"]"), 7, "1${code}");  // for an engine that gives another code
  Process run(Run(Write(folder_ / "a/quick.yaml", quick), first));
  ASSERT_EQ(run.Wait(), 0) << run.Output();
  Process another(Run(Write(folder_ / "a/quick.yaml", changed), second));
  ASSERT_EQ(another.Wait(), 0) << another.Output();
  const std::string told = "  changed  wait says: 7 -> 17 with code=\"7\"\n";

  plimsoll({"diff", first, first}, 0, "0 changed, 0 added, 0 deleted, 8 unchanged");
  plimsoll({"diff", first, second}, 1, told);
  plimsoll({"analyse", first, "--baseline", baseline}, 3, "has no baseline");
  plimsoll({"accept", first, "--baseline", baseline}, 0, baseline);
  plimsoll({"analyse", first, "--baseline", baseline}, 0, "0 changed");
  plimsoll({"analyse", second, "--baseline", baseline}, 1, told);
  plimsoll({"accept", second, "--baseline", baseline}, 0, baseline);
  plimsoll({"analyse", second, "--baseline", baseline}, 0, "0 changed");
}

// Low or high, by chance: of sixteen cases some are otherwise the next time.
constexpr const char* kByChance = R"(title: By chance
question: Low or high?
matrix:
  n: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c", "d", "e", "f"]
steps:
  - call: POST /containers/create
    as: box
    body:
      Image: "${image.shell}"
      Cmd: [sh, -c, "read u </proc/sys/kernel/random/uuid; case $$u in [0-7]*) exit 1;; *) exit 2;; esac # ${n}"]
      HostConfig: {NetworkMode: host}
  - call: POST /containers/${box.body.Id}/start
  - call: POST /containers/${box.body.Id}/wait
    as: wait
observe:
  wait says: ${wait.body.StatusCode}
)";

TEST_P(ProgramTest, ExploreLooksAgainAtWhatIsNotAsTheBaselineSays) {
  const std::string file = Write(folder_ / "a/chance.yaml", kByChance), baseline = folder_ / "baseline";
  const std::string first = folder_ / "first.jsonl", second = folder_ / "second.jsonl";
  Process run(Run(file, first));
  ASSERT_EQ(run.Wait(), 0) << run.Output();
  Process accept({PLIMSOLL_PROGRAM, "accept", first, "--baseline", baseline});
  ASSERT_EQ(accept.Wait(), 0) << accept.Output();
  Process explore({PLIMSOLL_PROGRAM, "explore", "--engine", Engine().endpoint.Text(), "--journal", second, "--baseline",
                   baseline, "--reports", folder_ / "reports", file});
  explore.Wait();
  EXPECT_THAT(explore.Output(), HasSubstr("each is looked at 4 times more"));
  const auto journal = journal::ReadJournal(second);
  ASSERT_TRUE(journal) << journal.error().Text();
  EXPECT_GE(journal->cases.size(), 20u);
  EXPECT_THAT(ReadFile(folder_ / "reports/README.md").value_or(""), HasSubstr("Unstable values"));
}

TEST_P(ProgramTest, ExploreTellsWhereTheJournalIsWhenTheReportCannotBeWritten) {
  const std::string file = Write(folder_ / "a/quick.yaml", kQuick), reports = folder_ / "reports";
  Write(reports + "/README.md", "by hand");
  Process explore({PLIMSOLL_PROGRAM, "explore", "--engine", Engine().endpoint.Text(), "--reports", reports, file},
                  {{"TMPDIR", folder_ / "."}});
  EXPECT_EQ(explore.Wait(), 3) << explore.Output();
  EXPECT_THAT(explore.Output(), HasSubstr("README.md is there and was not written by plimsoll"));
  const std::string output = explore.Output(), word = "journal: ";
  const size_t at = output.find(word);
  ASSERT_NE(at, std::string::npos) << output;
  const std::string journal = output.substr(at + word.size(), output.find('\n', at) - at - word.size());
  Process report({PLIMSOLL_PROGRAM, "report", journal, "--reports", folder_ / "elsewhere"});
  EXPECT_EQ(report.Wait(), 0) << report.Output();
}

TEST_P(ProgramTest, ADaemonWideActIsNotSentToAnEngineThatIsNotOurs) {
  const std::string file = Write(folder_ / "a/prune.yaml", R"(title: Prune
question: What does it remove?
steps:
  - call: POST /containers/prune
    as: prune
observe:
  prune answers: ${prune.status}
)");
  const std::string journal = folder_ / "j.jsonl";
  Process run(Run(file, journal));
  EXPECT_EQ(run.Wait(), 0) << run.Output();
  const auto read = journal::ReadJournal(journal);
  ASSERT_TRUE(read) << read.error().Text();
  ASSERT_EQ(read->cases.size(), 1u);
  EXPECT_EQ(read->cases[0].outcome, journal::CaseOutcome::kUnsupported);
  EXPECT_THAT(read->cases[0].reason,
              HasSubstr("only against an engine that plimsoll started itself"));
}

INSTANTIATE_TEST_SUITE_P(Engines, ProgramTest, testing::Values(0, 1),
                         [](const auto& number) { return number.param == 0 ? "First" : "Second"; });

TEST(PrivateEngines, TwoRunsGiveTheSameReportsByteForByteAndLeaveNothingRunning) {
  const LiveEngines& engines = TheLiveEngines();
  if (!engines.missing.empty() && LiveIsRequired()) FAIL() << engines.missing;
  if (!engines.missing.empty()) GTEST_SKIP() << engines.missing;
  const TemporaryFolder folder;
  for (const char* run : {"1", "2"}) {
    Process explore({PLIMSOLL_PROGRAM, "explore", "--engine", "docker-20.10,podman-4.3",
                     "--reports", folder / run, "--journal", folder / (std::string(run) + ".jsonl"),
                     "--sample", "1", PLIMSOLL_SOURCE_DIR "/scenarios/run"});
    EXPECT_EQ(explore.Wait(), 0) << explore.Output();
  }
  EXPECT_EQ(ReportFiles(folder / "1"), ReportFiles(folder / "2"));
}

TEST(Messages, WithoutAnEngineTheErrorListsWhatWasTried) {
  const TemporaryFolder folder;
  Process run({PLIMSOLL_PROGRAM, "run", Write(folder / "a/quick.yaml", kQuick)},
              {{"DOCKER_HOST", "unix:///nowhere/docker.sock"}, {"DOCKER_CONTEXT", ""}});
  EXPECT_EQ(run.Wait(), 3);
  EXPECT_THAT(run.Output(), HasSubstr("$DOCKER_HOST: unix:///nowhere/docker.sock"));
  EXPECT_THAT(run.Output(), HasSubstr("--engine unix:///path"));
}

TEST(Messages, WhatFollowsAnEngineIsAPath) {
  const TemporaryFolder folder;
  Process run({PLIMSOLL_PROGRAM, "run", "--engine", "unix:///nowhere/docker.sock",
               Write(folder / "a/quick.yaml", kQuick), "--jobs", "2"});
  EXPECT_EQ(run.Wait(), 3);
  EXPECT_THAT(run.Output(), HasSubstr("unix:///nowhere/docker.sock"));
  EXPECT_THAT(run.Output(), testing::Not(HasSubstr("quick.yaml")));
}

TEST(Messages, ABadScenarioFileIsShownWithPlaceAndHintAndNothingIsRun) {
  const TemporaryFolder folder;
  Process check({PLIMSOLL_PROGRAM, "check",
                 Write(folder / "a/bad.yaml", "title: T\nquestion: Q\nstpes: []\n")});
  EXPECT_EQ(check.Wait(), 2);
  EXPECT_THAT(check.Output(), HasSubstr("bad.yaml:3:1: error:"));
  EXPECT_THAT(check.Output(), HasSubstr("did you mean \"steps\"?"));
}

}  // namespace
}  // namespace plimsoll::e2e
