#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "report/diagram.h"
#include "report/escape.h"
#include "report/golden.h"
#include "report/replay.h"
#include "report/report.h"
#include "report/test_example.h"

namespace plimsoll::report {
namespace {

using example::ExampleJournal;
using example::HostileJournal;
using ::testing::HasSubstr;
using ::testing::Not;

// A folder of the test's own, gone with it.
class Folder {
 public:
  Folder() {
    std::string name = testing::TempDir() + "plimsoll-report-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

int Shell(const std::string& command) { return std::system(command.c_str()); }

journal::CaseRecord StdinRecord(const example::Run& run = {}) {
  return example::StdinCase(run, 1, true, false, example::kDocker);
}
journal::CaseRecord StopRecord(const example::Run& run = {}) {
  return example::StopCase(run, 2, 10, example::kDocker);
}

TEST(Reproduction, OfAStreamIsAsApproved) {
  ExpectGolden("stdin.sh", Reproduction(StdinRecord(), ExampleJournal({})));
}

TEST(Reproduction, OfConcurrentAndBackgroundCallsIsAsApproved) {
  ExpectGolden("stop.sh", Reproduction(StopRecord(), ExampleJournal({})));
}

TEST(Reproduction, DoesNotShowPlimsollsOwnLabels) {
  EXPECT_THAT(Reproduction(StdinRecord(), ExampleJournal({})), Not(HasSubstr("Labels")));
}

TEST(Reproduction, IsAValidShellScriptWhateverTheTextsHold) {
  const Folder folder;
  for (const journal::Journal& journal : {ExampleJournal({}), HostileJournal()}) {
    for (const journal::CaseRecord& record : journal.cases) {
      ASSERT_TRUE(WriteFileWhole(folder / "script", Reproduction(record, journal)));
      EXPECT_EQ(Shell("sh -n " + (folder / "script")), 0) << record.id;
    }
  }
}

// Runs the script with a curl that writes down its arguments and answers every call with `answer`.
std::string CallsMadeBy(const std::string& script, const std::string& answer) {
  const Folder folder;
  const std::string log = folder / "log";
  EXPECT_TRUE(WriteFileWhole(folder / "script", script));
  EXPECT_TRUE(WriteFileWhole(folder / "answer", answer));
  EXPECT_TRUE(WriteFileWhole(
      folder / "curl",
      "#!/bin/sh\nline=\nfor a; do line=\"$line[$a]\"; done\nprintf '%s\\n' \"$line\" >>\"" + log +
          "\"\ncat \"" + (folder / "answer") + "\"\n"));
  std::filesystem::permissions(folder / "curl", std::filesystem::perms::owner_all);
  EXPECT_EQ(Shell("cd " + (folder / "") + " && PATH=\"$PWD:$PATH\" sh ./script >/dev/null 2>&1"),
            0);
  return ReadFile(log).value_or("no call was made");
}

TEST(Reproduction, CarriesTheIdOfTheCreatedContainerOn) {
  const std::string answer = "HTTP/1.1 201 Created\r\n\r\n{\"Id\":\"0123abc\",\"Warnings\":[]}\n";
  const std::string calls = CallsMadeBy(Reproduction(StopRecord(), ExampleJournal({})), answer);
  EXPECT_THAT(calls, HasSubstr("[-X][POST][http://d/v1.41/containers/0123abc/start]"));
  EXPECT_THAT(calls, HasSubstr("[-X][POST][http://d/v1.41/containers/0123abc/stop?t=10]"));
  EXPECT_THAT(calls, HasSubstr("[-X][DELETE][http://d/v1.41/containers/0123abc?force=1&v=1]"));
}

TEST(Reproduction, SendsTextsUnchangedThroughTheShell) {
  const journal::Journal journal = HostileJournal();
  journal::CaseRecord record = journal.cases[0];
  record.exchanges.resize(3);
  const std::string calls = CallsMadeBy(Reproduction(record, journal), "HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_THAT(calls, HasSubstr(R"([X-Hostile: a|b 'c' "d" $HOME `id` \ ;&])"));
  EXPECT_THAT(calls, HasSubstr(R"([-d][{"k'ey":"it's $HOME `x`"}])"));
}

TEST(Reproduction, GivesAnEnginesAnswerNoWayIntoTheScript) {
  const journal::Journal journal = HostileJournal();
  EXPECT_THAT(Reproduction(journal.cases[0], journal), Not(HasSubstr("pwned")));
}

TEST(Reproduction, LeavesARequestThatCurlWouldChangeToPlimsoll) {
  journal::CaseRecord record = StopRecord();
  record.exchanges[1].target = "/v1.41/a b\x01";
  EXPECT_THAT(Reproduction(record, ExampleJournal({})),
              HasSubstr("# POST /v1.41/a b\\x01\n# curl cannot send this request byte for byte. "
                        "For the whole case:"));
}

TEST(Replay, NamesAnIdByTheAnswerThatGaveIt) {
  const journal::CaseRecord record = StdinRecord();
  const Replay replay(record, ExampleJournal({}));
  ASSERT_EQ(replay.captures().size(), 1u);
  EXPECT_EQ(replay.captures()[0].variable, "box");
  const std::string id = example::Run().ContainerId(1);
  EXPECT_EQ(replay.Readable("/containers/" + id + "/json"), "/containers/$box/json");
  EXPECT_EQ(replay.Word("/containers/" + id + "/json"), "\"/containers/${box}/json\"");
  EXPECT_EQ(replay.Word("{\"it's\":\"" + id + "\"}"), "'{\"it'\\''s\":\"'\"${box}\"'\"}'");
  EXPECT_EQ(replay.Readable("/containers/" + std::string(64, 'e') + "/top"),
            "/containers/<id>/top");
  EXPECT_EQ(replay.Readable("/images/deadbeef/history"), "/images/deadbeef/history");
}

TEST(Replay, LeavesAnIdThatTheAuthorWroteAlone) {
  journal::Journal journal = ExampleJournal({});
  const std::string id = "0123456789abcdef0123456789abcdef";
  const journal::CaseRecord record = StdinRecord();
  EXPECT_EQ(Replay(record, journal).Readable(id), "<id>");
  journal.scenarios[0].steps = Json::array({{{"call", "GET /containers/" + id + "/json"}}});
  EXPECT_EQ(Replay(record, journal).Readable(id), id);
}

TEST(Replay, KnowsAPolledCallByItsStep) {
  const journal::CaseRecord record = StdinRecord();
  const Replay replay(record, ExampleJournal({}));
  ASSERT_FALSE(replay.acts().empty());
  EXPECT_TRUE(replay.acts().back().repeated);
  EXPECT_FALSE(replay.acts().front().repeated);
}

TEST(Replay, TellsWhatWasAwaitedAndWhatCouldNotBeDone) {
  journal::CaseRecord record = StopRecord();
  const int64_t later = record.ended + example::kMs;
  record.marks.push_back({"", "steps[8]", "await-event die", true, later, later});
  record.marks.push_back(
      {"", "steps[9]", "skipped: the stream client is not open", false, later + 1, later + 1});
  const std::string script = Reproduction(record, ExampleJournal({}));
  EXPECT_THAT(
      script,
      HasSubstr("sleep 1  # plimsoll waited for the event die here\n# A step was left out here"));
  EXPECT_THAT(SequenceDiagram(record, ExampleJournal({})), HasSubstr("waits for the event die"));
}

TEST(Replay, LeavesWhatIsDoneToTheDaemonItselfToPlimsoll) {
  journal::CaseRecord record = StopRecord();
  const int64_t later = record.ended + example::kMs;
  record.marks.push_back({"", "steps[8]", "engine kill", true, later, later});
  const std::string script = Reproduction(record, ExampleJournal({}));
  EXPECT_THAT(script, HasSubstr("# Here the engine's daemon itself: kill. For the whole case:\n"
                                "#   plimsoll run --engine docker-20.10 --filter"));
  EXPECT_THAT(SequenceDiagram(record, ExampleJournal({})), HasSubstr("the engine: kill"));
}

TEST(Replay, RoundsASleepDownToWhatWasAskedFor) {
  const journal::CaseRecord record = StopRecord();
  int64_t pause = 0;
  const Replay replay(record, ExampleJournal({}));
  for (const Act& act : replay.acts()) pause = std::max(pause, act.pause);
  EXPECT_EQ(pause, 250 * example::kMs);
}

TEST(SequenceDiagram, IsAsApproved) {
  ExpectGolden("stdin.mermaid", SequenceDiagram(StdinRecord(), ExampleJournal({})));
  ExpectGolden("stop.mermaid", SequenceDiagram(StopRecord(), ExampleJournal({})));
}

TEST(SequenceDiagram, DoesNotDependOnWhoLetGoOfAStreamFirst) {
  journal::CaseRecord record = StdinRecord();
  record.readings[0].why = "found";
  const std::string ended_by_engine = SequenceDiagram(record, ExampleJournal({}));
  record.exchanges[1].outcome = journal::Outcome::kOpen;
  EXPECT_EQ(SequenceDiagram(record, ExampleJournal({})), ended_by_engine);
}

TEST(SequenceDiagram, TellsOfAStreamNoMoreThanTheLinesThatTheCaseWaitedFor) {
  journal::CaseRecord record = StdinRecord();
  record.readings[0].why = "found";
  record.readings[0].text = "one\ntw";
  const auto shown = [&](const std::string& received) {
    record.exchanges[1].response_body = example::BytesOf(received);
    return SequenceDiagram(record, ExampleJournal({}));
  };
  using example::Frame;
  EXPECT_THAT(shown(Frame(1, "one\ntwo\n")), HasSubstr("client: stdout 'one#92;ntwo#92;n'\n"));
  EXPECT_THAT(shown(Frame(1, "one\ntwo\nthree\n") + Frame(2, "e\n")), HasSubstr("client: stdout 'one#92;ntwo#92;n'\n"));
  EXPECT_THAT(shown(Frame(2, "one\ntwo\n")), HasSubstr("client: stderr 'one#92;ntwo#92;n'\n"));
  EXPECT_THAT(shown(Frame(2, "one\n") + Frame(1, "two\n") + Frame(1, "three\n")), HasSubstr("client: stdout 'two#92;n'\n"));
  EXPECT_THAT(shown("one\ntwo\r\nthree\r\n"), HasSubstr("client: stdout 'one#92;ntwo#92;r#92;n'\n"));
}

TEST(SequenceDiagram, TellsNothingOfWhatCameOnStreamsThatWereNeverRead) {
  journal::CaseRecord record = StdinRecord();
  record.readings.clear();
  journal::Exchange second = record.exchanges[1];
  second.name = "second";
  record.exchanges.push_back(second);
  EXPECT_THAT(SequenceDiagram(record, ExampleJournal({})), Not(HasSubstr(": stdout '")));
}

TEST(SequenceDiagram, TellsNoTimesOfThisRunAndAllOtherNumbersOfATarget) {
  journal::CaseRecord record = StopRecord();
  record.exchanges[1].target = "/containers/json?since=1795556430.5&until=4000000000&tail=10";
  EXPECT_THAT(SequenceDiagram(record, ExampleJournal({})),
              HasSubstr(MermaidText("/containers/json?since=<time>.5&until=4000000000&tail=10")));
}

TEST(SequenceDiagram, TellsHowACallWithoutAnswerEnded) {
  journal::CaseRecord record = StopRecord();
  record.exchanges[1].head.reset();
  record.exchanges[1].outcome = journal::Outcome::kTimedOut;
  EXPECT_THAT(SequenceDiagram(record, ExampleJournal({})), HasSubstr("E--xC: no answer in time"));
}

}  // namespace
}  // namespace plimsoll::report
