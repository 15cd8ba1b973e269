// What a run needs is taken from it: room on the disk, the socket, a writable reports folder, the scenario file. The
// error is clear, and nothing is left half-written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyse/analyse.h"
#include "e2e/live_engines.h"
#include "e2e/process.h"
#include "e2e/reliability/mixed.h"
#include "e2e/workplace.h"
#include "journal/records.h"

namespace plimsoll::e2e {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class BrokenWorld : public LiveTest {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (TheLiveEngines().missing.empty()) before_ = Holdings(Endpoint());
  }
  void TearDown() override {
    if (TheLiveEngines().missing.empty()) {
      EXPECT_EQ(Holdings(Endpoint()), before_);
    }
  }
  static const engine::Endpoint& Endpoint() { return TheLiveEngines().list.front().endpoint; }
  std::string File() { return Write(folder_ / "a/mixed.yaml", kMixed); }

  // Shell commands in a mount namespace of their own, where $FOLDER/small and $FOLDER/r can be mounts: $FOLDER, $PLIMSOLL,
  // $ENGINE and $FILE are set. In a chroot "/" is not a mount and cannot be made private; there the unmounting at the
  // end is what keeps the machine as it was.
  int InOwnMounts(const std::string& script, std::string& output) {
    const std::string frame =
        "mount --make-rprivate / 2>/dev/null\n"
        "trap 'umount $FOLDER/small 2>/dev/null; umount $FOLDER/r 2>/dev/null' EXIT\n";
    Process process({"unshare", "--mount", "--propagation", "unchanged", "sh", "-c", frame + script},
                    {{"FOLDER", folder_ / "."}, {"PLIMSOLL", PLIMSOLL_PROGRAM}, {"ENGINE", Endpoint().Text()},
                     {"FILE", File()}});
    const auto status = process.WaitFor(kLongestRun);
    output = process.Output();
    return status.value_or(-1);
  }

  TemporaryFolder folder_;
  std::set<std::string> before_;
};

TEST_F(BrokenWorld, AFullDiskEndsTheRunWithAnErrorAndAJournalThatCanBeRead) {
  fs::create_directories(folder_ / "small");
  std::string output;
  const int status = InOwnMounts(
      "mount -t tmpfs -o size=16k tmpfs $FOLDER/small || exit 99\n"
      "$PLIMSOLL run --engine $ENGINE --journal $FOLDER/small/j.jsonl $FILE; code=$?\n"
      "cp $FOLDER/small/j.jsonl $FOLDER/saved.jsonl; exit $code\n",
      output);
  ASSERT_NE(status, 99) << output;
  EXPECT_EQ(status, 3) << output;
  EXPECT_THAT(output, HasSubstr("No space left on device"));
  EXPECT_THAT(output, HasSubstr("j.jsonl"));
  const auto read = journal::ReadJournal(folder_ / "saved.jsonl");
  ASSERT_TRUE(read) << read.error().Text();
  EXPECT_LT(read->cases.size(), 6u) << "the disk was not full";
  Process resume({PLIMSOLL_PROGRAM, "run", "--engine", Endpoint().Text(), "--journal", folder_ / "saved.jsonl",
                  "--resume", File()});
  EXPECT_EQ(resume.WaitFor(kLongestRun), 0) << resume.Output();
}

TEST_F(BrokenWorld, AReportThatFindsNoRoomLeavesTheEarlierOneWhole) {
  fs::create_directories(folder_ / "small");
  std::string output;
  // There is room for one report and not for two: the new one is written beside the old before it takes its place.
  const int status = InOwnMounts(
      "$PLIMSOLL explore --engine $ENGINE --journal $FOLDER/j.jsonl --reports $FOLDER/whole $FILE || exit 98\n"
      "size=$(du -sk --apparent-size $FOLDER/whole | cut -f 1)\n"
      "mount -t tmpfs -o size=$((size + 60))k tmpfs $FOLDER/small || exit 99\n"
      "cp -a $FOLDER/whole $FOLDER/small/r || exit 97\n"
      "head -c 10000000 /dev/zero >$FOLDER/small/ballast 2>/dev/null\n"
      "$PLIMSOLL report $FOLDER/j.jsonl --reports $FOLDER/small/r; code=$?\n"
      "diff -r $FOLDER/whole $FOLDER/small/r && echo the same as before\n"
      "exit $code\n",
      output);
  EXPECT_EQ(status, 3) << output;
  EXPECT_THAT(output, HasSubstr("No space left on device"));
  EXPECT_THAT(output, HasSubstr("the same as before"));
}

TEST_F(BrokenWorld, AReadOnlyReportsFolderIsNamedAndLeftAsItIs) {
  std::string output;
  const int status = InOwnMounts(
      "$PLIMSOLL explore --engine $ENGINE --journal $FOLDER/j.jsonl --reports $FOLDER/r $FILE || exit 98\n"
      "cp -a $FOLDER/r $FOLDER/whole\n"
      "mount --bind $FOLDER/r $FOLDER/r && mount -o remount,ro,bind $FOLDER/r || exit 99\n"
      "$PLIMSOLL report $FOLDER/j.jsonl --reports $FOLDER/r; code=$?\n"
      "diff -r $FOLDER/whole $FOLDER/r && echo the same as before\n"
      "exit $code\n",
      output);
  EXPECT_EQ(status, 3) << output;
  EXPECT_THAT(output, HasSubstr("Read-only file system"));
  EXPECT_THAT(output, HasSubstr("the same as before"));
}

// The engine is reached through a name that goes away in mid-run, and does not come back.
TEST_F(BrokenWorld, ASocketThatIsGoneGivesHarnessErrorsAndNoFindings) {
  const std::string socket = folder_ / "engine.sock";
  fs::create_symlink(Endpoint().path, socket);
  const std::string journal = folder_ / "j.jsonl";
  Process run({PLIMSOLL_PROGRAM, "run", "--engine", "unix://" + socket, "--jobs", "1", "--journal", journal, File()});
  ASSERT_TRUE(Eventually([&] {
    const auto read = journal::ReadJournal(journal);
    return read && !read->cases.empty();
  })) << run.Output();
  fs::remove(socket);
  EXPECT_EQ(run.WaitFor(kLongestRun), 0) << "it records, and judges nothing: " << run.Output();
  Process analysed({PLIMSOLL_PROGRAM, "analyse", journal});
  EXPECT_EQ(analysed.WaitFor(kLongestRun), 1) << analysed.Output();
  const auto read = journal::ReadJournal(journal);
  ASSERT_TRUE(read) << read.error().Text();
  EXPECT_EQ(read->cases.size(), 6u);
  size_t lost = 0;
  for (const auto& record : read->cases) {
    if (record.outcome != journal::CaseOutcome::kHarnessError) continue;
    ++lost;
    EXPECT_THAT(record.reason, HasSubstr("No such file or directory"));
  }
  EXPECT_GT(lost, 0u) << run.Output();
  const auto findings = analyse::Analyse(*read);
  ASSERT_TRUE(findings) << findings.error().Text();
  for (const auto& scenario : findings->scenarios) {
    for (const auto& found : scenario.cases) {
      EXPECT_NE(found.verdict, analyse::Verdict::kDeviates) << found.case_id << " blames the engine: " << found.reason;
    }
  }
  Process clean({PLIMSOLL_PROGRAM, "clean", "--engine", Endpoint().Text()});
  EXPECT_EQ(clean.WaitFor(kLongestRun), 0) << clean.Output();
}

TEST_F(BrokenWorld, AScenarioFileThatChangesInMidRunChangesNothingAndCannotBeResumed) {
  const std::string journal = folder_ / "j.jsonl";
  Process run({PLIMSOLL_PROGRAM, "run", "--engine", Endpoint().Text(), "--jobs", "1", "--journal", journal, File()});
  ASSERT_TRUE(Eventually([&] {
    const auto read = journal::ReadJournal(journal);
    return read && !read->cases.empty();
  })) << run.Output();
  Write(folder_ / "a/mixed.yaml", std::string(kMixed) + "# changed\n");
  EXPECT_EQ(run.WaitFor(kLongestRun), 0) << run.Output();
  EXPECT_THAT(run.Output(), HasSubstr("mixed.yaml has changed since the run began"));
  const auto read = journal::ReadJournal(journal);
  ASSERT_TRUE(read) << read.error().Text();
  EXPECT_EQ(read->cases.size(), 6u);
  Process resume({PLIMSOLL_PROGRAM, "run", "--engine", Endpoint().Text(), "--journal", journal, "--resume",
                  folder_ / "a/mixed.yaml"});
  EXPECT_EQ(resume.WaitFor(kLongestRun), 3) << resume.Output();
  EXPECT_THAT(resume.Output(), HasSubstr("mixed.yaml has changed since the journal was begun"));
}

}  // namespace
}  // namespace plimsoll::e2e
