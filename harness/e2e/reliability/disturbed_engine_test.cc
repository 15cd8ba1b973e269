// The engine is killed, frozen or restarted at random moments of a run: the run ends, no finding blames the engine
// for what was done to it, and once it is back nothing is left on it.
#include <gtest/gtest.h>

#include "analyse/analyse.h"
#include "e2e/live_engines.h"
#include "e2e/process.h"
#include "e2e/reliability/mixed.h"
#include "e2e/reliability/moments.h"
#include "e2e/workplace.h"
#include "journal/records.h"

namespace plimsoll::e2e {
namespace {

constexpr auto kLongestFreeze = std::chrono::seconds(8);

class DisturbedEngine : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto started = engine::PrivateEngine::Start(engine::EngineTool(), GetParam());
    if (started) {
      engine_ = std::move(*started);
      return;
    }
    if (LiveIsRequired()) FAIL() << started.error().Text();
    GTEST_SKIP() << started.error().Text();
  }
  const engine::Endpoint& Endpoint() const { return engine_->endpoint(); }
  // The folder of the socket's folder is named after the instance.
  std::string Instance() const {
    return std::filesystem::path(Endpoint().path).parent_path().parent_path().filename().string();
  }
  void Tool(const std::string& verb, const std::string& signal) {
    Process tool({engine::EngineTool(), verb, Instance(), signal});
    EXPECT_EQ(tool.WaitFor(kLongestRun), 0) << verb << ' ' << signal << ": " << tool.Output();
  }
  static std::string Shown(const std::string& journal, const std::string& case_id) {
    Process show({PLIMSOLL_PROGRAM, "show", journal, case_id});
    show.WaitFor(kLongestRun);
    return show.Output();
  }
  std::string Disturb(Moments& moments) {
    switch (moments.OneOf(3)) {
      case 0:
        Tool("restart", "TERM");
        return "restarted";
      case 1:
        Tool("restart", "KILL");
        return "killed, and started again";
      default:
        Tool("signal", "STOP");
        SleepFor(moments.Within(kLongestFreeze));
        Tool("signal", "CONT");
        return "frozen for a time";
    }
  }

  TemporaryFolder folder_;
  std::unique_ptr<engine::PrivateEngine> engine_;
};

TEST_P(DisturbedEngine, IsNotBlamedAndIsLeftClean) {
  Moments moments(fmt::format("engine killed, frozen or restarted, {}", GetParam()));
  Write(folder_ / "a/mixed.yaml", kMixed);
  Write(folder_ / "a/shared.yaml", kShared);
  const auto command = [&](const std::string& journal) {
    return std::vector<std::string>{PLIMSOLL_PROGRAM, "run", "--engine", Endpoint().Text(), "--jobs", "2",
                                    "--journal", journal, folder_ / "a"};
  };
  const auto before = Holdings(Endpoint());
  const TimePoint start = Now();
  Process undisturbed(command(folder_ / "undisturbed.jsonl"));
  ASSERT_EQ(undisturbed.WaitFor(kLongestRun), 0) << undisturbed.Output();
  const Duration whole = Now() - start;

  std::map<std::string, size_t> verdicts;
  size_t refused = 0;
  for (size_t i = 0; i < moments.count() && !HasFailure(); ++i) {
    const std::string journal = folder_ / ("disturbed-" + std::to_string(i) + ".jsonl");
    const Duration moment = moments.Within(whole);
    Process run(command(journal));
    SleepFor(moment);
    const std::string act = Disturb(moments);
    SCOPED_TRACE(fmt::format("moment {} of {}: {} after {} ms", i + 1, moments.count(), act,
                             std::chrono::duration_cast<std::chrono::milliseconds>(moment).count()));
    const auto status = run.WaitFor(kLongestRun);
    ASSERT_TRUE(status) << "the run hangs: " << run.Output();
    // 3: gone before the run could begin, which is an error with a reason and leaves no findings.
    ASSERT_TRUE(*status == 0 || *status == 3) << *status << ": " << run.Output();
    if (*status == 3) {
      ++refused;
    } else {
      const auto read = journal::ReadJournal(journal);
      ASSERT_TRUE(read) << read.error().Text();
      const auto findings = analyse::Analyse(*read);
      ASSERT_TRUE(findings) << findings.error().Text();
      EXPECT_EQ(findings->missing, 0u);
      for (const auto& scenario : findings->scenarios) {
        for (const auto& finding : scenario.cases) {
          ++verdicts[std::string(analyse::Name(finding.verdict))];
          EXPECT_TRUE(finding.verdict == analyse::Verdict::kConforms ||
                      finding.verdict == analyse::Verdict::kHarnessError)
              << finding.case_id << ": " << analyse::Name(finding.verdict) << "\n" << run.Output() << Shown(journal, finding.case_id);
        }
      }
    }
    Process clean({PLIMSOLL_PROGRAM, "clean", "--engine", Endpoint().Text()});
    EXPECT_EQ(clean.WaitFor(kLongestRun), 0) << clean.Output();
    EXPECT_EQ(Holdings(Endpoint()), before);
  }
  std::string told;
  for (const auto& [verdict, count] : verdicts) told += fmt::format(", {} {}", count, verdict);
  RecordProperty("seed", std::to_string(moments.seed()));
  RecordProperty("moments", std::to_string(moments.count()));
  RecordProperty("engine", GetParam());
  RecordProperty("verdicts", told.empty() ? "" : told.substr(2));
  RecordProperty("refused_to_begin", std::to_string(refused));
  fmt::print("  cases:{}; {} runs refused to begin\n", told.empty() ? "" : told.substr(1), refused);
}

INSTANTIATE_TEST_SUITE_P(Engines, DisturbedEngine, testing::Values("docker-20.10", "podman-4.3"),
                         [](const auto& name) { return std::string(name.param).substr(0, 6); });

}  // namespace
}  // namespace plimsoll::e2e
