// The harness is killed (SIGKILL) at random moments: what was recorded is readable, --resume completes the run to
// the findings of an undisturbed one, and `plimsoll clean` leaves nothing. A killed process leaves whole lines, a machine
// that loses its power may not: so the last line is cut short in about half of the journals.
#include <gtest/gtest.h>
#include <signal.h>

#include "e2e/live_engines.h"
#include "e2e/process.h"
#include "e2e/reliability/mixed.h"
#include "e2e/reliability/moments.h"
#include "e2e/workplace.h"
#include "journal/records.h"

namespace plimsoll::e2e {
namespace {

namespace fs = std::filesystem;

class KilledHarness : public LiveTest, public testing::WithParamInterface<size_t> {
 protected:
  static const engine::Endpoint& Endpoint() { return TheLiveEngines().list.at(GetParam()).endpoint; }

  std::vector<std::string> Run(const std::string& journal, bool resume) {
    std::vector<std::string> command{PLIMSOLL_PROGRAM, "run", "--engine", Endpoint().Text(), "--jobs", "2",
                                     "--journal", journal, folder_ / "a"};
    if (resume) command.push_back("--resume");
    return command;
  }
  void ExpectEnd(std::vector<std::string> command) {
    Process process(std::move(command));
    EXPECT_EQ(process.WaitFor(kLongestRun), 0) << process.Output();
  }
  std::map<std::string, std::string> ReportOf(const std::string& journal) {
    ExpectEnd({PLIMSOLL_PROGRAM, "report", journal, "--reports", journal + ".reports"});
    return ReportFiles(journal + ".reports");
  }

  // Takes 1 byte to all of the last line away, its newline included; never of the first, which says whose journal it is.
  static void Tear(const std::string& journal, Moments& moments) {
    const auto text = ReadFile(journal);
    ASSERT_TRUE(text) << text.error().Text();
    if (text->size() < 2) return;
    const size_t before = text->rfind('\n', text->size() - 2);
    if (before != std::string::npos) fs::resize_file(journal, text->size() - 1 - moments.OneOf(text->size() - before - 1));
  }

  TemporaryFolder folder_;
};

TEST_P(KilledHarness, ResumesToTheSameFindingsAndLeavesNothing) {
  Moments moments("harness killed, " + TheLiveEngines().list.at(GetParam()).name);
  Write(folder_ / "a/mixed.yaml", kMixed);
  Write(folder_ / "a/shared.yaml", kShared);
  const auto before = Holdings(Endpoint());
  const TimePoint start = Now();
  ExpectEnd(Run(folder_ / "undisturbed.jsonl", false));
  const Duration whole = Now() - start;
  const auto undisturbed = ReportOf(folder_ / "undisturbed.jsonl");
  EXPECT_EQ(Holdings(Endpoint()), before);

  size_t early = 0, torn = 0, resumed = 0;
  for (size_t i = 0; i < moments.count() && !HasFailure(); ++i) {
    const std::string journal = folder_ / ("killed-" + std::to_string(i) + ".jsonl");
    const Duration moment = moments.Within(whole);
    SCOPED_TRACE(fmt::format("moment {} of {}: after {} ms", i + 1, moments.count(),
                             std::chrono::duration_cast<std::chrono::milliseconds>(moment).count()));
    Process run(Run(journal, false));
    SleepFor(moment);
    run.Signal(SIGKILL);
    run.Wait();
    const bool begun = fs::exists(journal);
    if (begun) {
      if (moments.OneOf(2) == 0) Tear(journal, moments);
      const auto read = journal::ReadJournal(journal);
      ASSERT_TRUE(read) << read.error().Text();
      torn += read->torn.empty() ? 0 : 1;
      resumed += read->cases.empty() ? 0 : 1;
    }
    early += begun ? 0 : 1;
    ExpectEnd(Run(journal, begun));
    EXPECT_EQ(ReportOf(journal), undisturbed);
    ExpectEnd({PLIMSOLL_PROGRAM, "clean", "--engine", Endpoint().Text()});
    EXPECT_EQ(Holdings(Endpoint()), before);
  }
  RecordProperty("seed", std::to_string(moments.seed()));
  RecordProperty("moments", std::to_string(moments.count()));
  RecordProperty("engine", TheLiveEngines().list.at(GetParam()).name);
  RecordProperty("before_the_journal", std::to_string(early));
  RecordProperty("torn_lines", std::to_string(torn));
  RecordProperty("with_cases_done", std::to_string(resumed));
  fmt::print("  {} before there was a journal, {} with a torn last line, {} after the first case was recorded\n", early,
             torn, resumed);
}

INSTANTIATE_TEST_SUITE_P(Engines, KilledHarness, testing::Values(0, 1),
                         [](const auto& number) { return number.param == 0 ? "First" : "Second"; });

}  // namespace
}  // namespace plimsoll::e2e
