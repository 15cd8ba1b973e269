// Writer and reader together: what a run that was killed leaves behind must stay readable.
#include "journal/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>

#include "base/text.h"
#include "testing/temp_folder.h"

namespace plimsoll::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TempFolder;

CaseRecord CaseOf(const std::string& id) {
  CaseRecord record;
  record.id = id;
  record.scenario = "a/b";
  record.engine = "docker-20.10";
  return record;
}

std::vector<std::string> Ids(const Journal& journal) {
  std::vector<std::string> ids;
  for (const CaseRecord& record : journal.cases) ids.push_back(record.id);
  return ids;
}

// One journal file; lines as the writer would write them.
class JournalFile : public ::testing::Test {
 protected:
  static std::string Line(const Json& record) { return CompactJson(record) + "\n"; }
  static std::string RunLine() { return Line(ToJson(RunRecord{.run_id = "r1"})); }
  static std::string CaseLine(const std::string& id) { return Line(ToJson(CaseOf(id))); }

  Result<Journal> Read(const std::string& text) {
    folder_.Write("j.jsonl", text);
    return ReadJournal(path_);
  }

  TempFolder folder_;
  std::string path_ = folder_.File("j.jsonl");
};

TEST_F(JournalFile, IsReadAsItWasWritten) {
  {
    auto writer = JournalWriter::Create(path_);
    ASSERT_TRUE(writer) << writer.error().Text();
    EXPECT_TRUE(writer->Append(ToJson(RunRecord{.run_id = "r1", .planned = 2})));
    EXPECT_TRUE(writer->Append(ToJson(EngineRecord{.name = "docker-20.10"})));
    EXPECT_TRUE(writer->Append(ToJson(ScenarioRecord{.id = "a/b", .area = "a"})));
    EXPECT_TRUE(writer->Append(ToJson(CaseOf("a/b[2]"))));
    EXPECT_TRUE(writer->Append(ToJson(CaseOf("a/b[1]"))));
    EXPECT_TRUE(writer->Finish());
  }
  const auto journal = ReadJournal(path_);
  ASSERT_TRUE(journal) << journal.error().Text();
  EXPECT_EQ(journal->run.run_id, "r1");
  EXPECT_EQ(journal->run.planned, 2u);
  EXPECT_TRUE(journal->finished);
  EXPECT_EQ(journal->torn, "");
  EXPECT_THAT(Ids(*journal), ElementsAre("a/b[1]", "a/b[2]"));
  EXPECT_NE(journal->FindEngine("docker-20.10"), nullptr);
  EXPECT_EQ(journal->FindEngine("docker"), nullptr);
  EXPECT_NE(journal->FindScenario("a/b"), nullptr);
}

TEST_F(JournalFile, IsNeverOverwritten) {
  folder_.Write("j.jsonl", "precious\n");
  const auto writer = JournalWriter::Create(path_);
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().what, "the journal " + path_ + " exists already");
  EXPECT_EQ(writer.error().hint, "use --resume to go on with it, or name another file with --journal");
  EXPECT_EQ(*ReadFile(path_), "precious\n");
}

TEST_F(JournalFile, ThatCannotBeMadeIsAnErrorWithTheReason) {
  const auto writer = JournalWriter::Create(folder_.path() + "/no/folder/j");
  ASSERT_FALSE(writer);
  EXPECT_THAT(writer.error().what, HasSubstr("No such file or directory"));
}

// Wherever a kill cuts the file: nothing but the line that was being written is lost.
TEST_F(JournalFile, CutAnywhereLosesOnlyTheLineThatWasBeingWritten) {
  const std::string run = RunLine();
  const std::string first = CaseLine("first");
  const std::string whole = run + first + CaseLine("second") + "{\"record\":\"end\"}\n";
  for (size_t cut = run.size(); cut <= whole.size(); ++cut) {
    const std::string text = whole.substr(0, cut);
    const auto journal = Read(text);
    ASSERT_TRUE(journal) << "cut at " << cut << ": " << journal.error().Text();
    // A last line that only lacks its end is whole.
    const size_t newlines = static_cast<size_t>(std::ranges::count(text, '\n'));
    const std::string tail = text.substr(text.rfind('\n') + 1);
    const bool torn = !tail.empty() && !TryParseJson(tail);
    const size_t records = newlines + (tail.empty() || torn ? 0 : 1);
    EXPECT_EQ(journal->cases.size(), std::min<size_t>(records - 1, 2)) << "cut at " << cut;
    EXPECT_EQ(journal->finished, records == 4) << "cut at " << cut;
    const std::string why = "line " + std::to_string(newlines + 1) + " of " + path_ + " is torn and was left out";
    EXPECT_EQ(journal->torn, torn ? why : "") << "cut at " << cut;
  }
}

TEST_F(JournalFile, CutInItsFirstLineIsNoJournal) {
  const auto journal = Read(RunLine().substr(0, 10));
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().what, path_ + " is no plimsoll journal: it has no \"run\" record");
  EXPECT_FALSE(Read(""));
}

TEST_F(JournalFile, WithGarbageInItsMiddleIsAnErrorThatNamesTheLine) {
  const auto journal = Read(RunLine() + "garbage\n" + CaseLine("a"));
  ASSERT_FALSE(journal);
  EXPECT_THAT(journal.error().what, HasSubstr(path_ + ":2: "));
}

TEST_F(JournalFile, WithARecordOfAnUnknownKindIsAnErrorThatNamesIt) {
  const auto journal = Read(RunLine() + "{\"record\":\"poem\"}\n" + CaseLine("a"));
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().what, path_ + ":2: a record of the unknown kind \"poem\"");
}

TEST_F(JournalFile, ThatIsNotThereIsAnErrorWithAHint) {
  const auto journal = ReadJournal(folder_.path() + "/none");
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().hint, "`plimsoll run --journal FILE` writes one");
}

TEST_F(JournalFile, OfTwoCasesOfOneIdGivesTheLater) {
  CaseRecord again = CaseOf("a");
  again.reason = "later";
  const auto journal = Read(RunLine() + CaseLine("a") + CaseLine("b") + Line(ToJson(again)));
  ASSERT_TRUE(journal);
  EXPECT_THAT(Ids(*journal), ElementsAre("a", "b"));
  EXPECT_EQ(journal->cases[0].reason, "later");
}

CallRecord CallAt(int64_t started, const std::string& target) {
  CallRecord call{"trace@d", "trace", "d", {}};
  call.exchange.method = "GET";
  call.exchange.target = target;
  call.exchange.times.started = started;
  call.exchange.times.ended = started + 5;
  return call;
}

TEST_F(JournalFile, MakesACaseOfCallsWhoseCaseIsNotThere) {
  const std::string calls = RunLine() + Line(ToJson(CallAt(20, "/b"))) + Line(ToJson(CallAt(10, "/a")));
  const auto journal = Read(calls);
  ASSERT_TRUE(journal) << journal.error().Text();
  EXPECT_THAT(Ids(*journal), ElementsAre("trace@d"));
  const CaseRecord& record = journal->cases[0];
  EXPECT_EQ(record.scenario, "trace");
  EXPECT_EQ(record.engine, "d");
  EXPECT_EQ(record.outcome, CaseOutcome::kHarnessError);
  EXPECT_THAT(record.reason, HasSubstr("these are the calls that were over"));
  ASSERT_EQ(record.exchanges.size(), 2u);
  EXPECT_EQ(record.exchanges[0].target, "/a");
  EXPECT_EQ(record.started, 10);
  EXPECT_EQ(record.ended, 25);
  const auto whole = Read(calls + CaseLine("trace@d"));
  ASSERT_TRUE(whole);
  EXPECT_THAT(Ids(*whole), ElementsAre("trace@d"));
  EXPECT_EQ(whole->cases[0].outcome, CaseOutcome::kCompleted) << "the case counts, where it is there";
  EXPECT_THAT(Read(RunLine() + "{\"record\": \"call\"}\n" + RunLine()).error().what, HasSubstr("call record without a text \"case\""));
}

TEST_F(JournalFile, IsForItsOwnerAloneWhereThatIsAsked) {
  { ASSERT_TRUE(JournalWriter::Create(path_, Readers::kOwner)); }
  EXPECT_EQ(std::filesystem::status(path_).permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(JournalFile, ResumedAfterItsEndIsUnfinishedUntilItEndsAgain) {
  const std::string end = "{\"record\":\"end\"}\n";
  EXPECT_FALSE(Read(RunLine() + end + RunLine() + CaseLine("a"))->finished);
  EXPECT_TRUE(Read(RunLine() + end + RunLine() + CaseLine("a") + end)->finished);
}

TEST_F(JournalFile, CutAnywhereCanBeResumed) {
  const std::string run = RunLine();
  const std::string whole = run + CaseLine("first") + CaseLine("second");
  for (size_t cut = run.size(); cut <= whole.size(); ++cut) {
    folder_.Write("j.jsonl", whole.substr(0, cut));
    auto writer = JournalWriter::Resume(path_);
    ASSERT_TRUE(writer) << writer.error().Text();
    ASSERT_TRUE(writer->Append(ToJson(CaseOf("third"))));
    const auto journal = ReadJournal(path_);
    ASSERT_TRUE(journal) << "cut at " << cut << ": " << journal.error().Text();
    EXPECT_EQ(journal->torn, "");
    EXPECT_EQ(journal->cases.back().id, "third");
    const auto whole_lines = static_cast<size_t>(std::ranges::count(whole.substr(0, cut), '\n'));
    EXPECT_EQ(journal->cases.size(), whole_lines);
  }
}

TEST_F(JournalFile, WhoseLastLineIsGarbledCanBeResumed) {
  folder_.Write("j.jsonl", RunLine() + CaseLine("first") + std::string(40, '\0') + "\n");
  ASSERT_TRUE(ReadJournal(path_));
  EXPECT_NE(ReadJournal(path_)->torn, "");
  auto writer = JournalWriter::Resume(path_);
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->Append(ToJson(CaseOf("second"))));
  const auto journal = ReadJournal(path_);
  ASSERT_TRUE(journal) << journal.error().Text();
  EXPECT_THAT(Ids(*journal), ElementsAre("first", "second"));
}

TEST_F(JournalFile, ThatIsNotThereCannotBeResumed) {
  EXPECT_FALSE(JournalWriter::Resume(folder_.path() + "/none"));
  EXPECT_FALSE(ReadFile(folder_.path() + "/none")) << "and is not made";
}

TEST_F(JournalFile, WithBytesThatAreNoTextIsReadBack) {
  CaseRecord record = CaseOf("a");
  record.exchanges.emplace_back().response_body.Append("\xff\xfe\n\0");
  record.reason = "bad \xff text";
  const auto journal = Read(RunLine() + Line(ToJson(record)));
  ASSERT_TRUE(journal) << journal.error().Text();
  EXPECT_EQ(journal->cases[0].exchanges[0].response_body.kept, record.exchanges[0].response_body.kept);
  EXPECT_EQ(journal->cases[0].reason, "bad \xef\xbf\xbd text");
}

// Linux: every write to it fails with ENOSPC.
// A file-size limit stands in for a full disk: the write fails in the same way.
TEST(JournalWriter, TellsThatItCannotWriteOnceAndForAll) {
  const TempFolder folder;
  auto writer = JournalWriter::Create(folder.File("j.jsonl"));
  ASSERT_TRUE(writer);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto ignored = signal(SIGXFSZ, SIG_IGN);
  const rlimit tiny{5, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &tiny);
  const auto first = writer->Append({{"record", "end"}});
  const auto second = writer->Append({{"record", "end"}});
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, ignored);
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().what, "cannot write the journal " + (folder.File("j.jsonl")) + ": File too large");
  EXPECT_EQ(first.error().hint, "what was recorded so far is readable; --resume goes on from there");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().what, "the journal " + (folder.File("j.jsonl")) + " could not be written before");
}

TEST(JournalWriter, ResumesNothingButAFile) {
  const auto writer = JournalWriter::Resume("/dev/full");
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().what, "cannot go on with the journal /dev/full: it is no regular file");
}

}  // namespace
}  // namespace plimsoll::journal
