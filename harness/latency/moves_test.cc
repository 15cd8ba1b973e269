#include "latency/moves.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

#include "latency/measurement_for_test.h"

namespace plimsoll::latency {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Measurement Before() {
  Measurement before{.plimsoll = "0.1", .machine = {"aa", "Some CPU", 2, 8ll << 30, "Linux 6.1"}};
  before.engines = {{"docker-20.10", {{"version", "20.10.24"}}}};
  before.series = {MadeSeries("ping", "docker-20.10", {.seed = 1}), MadeSeries("info", "docker-20.10", {.seed = 2}),
                   MadeSeries("list", "docker-20.10", {.seed = 3}), MadeSeries("wait", "docker-20.10", {.seed = 4})};
  return before;
}

Measurement Now() {
  Measurement now = Before();
  now.series = {MadeSeries("ping", "docker-20.10", {.seed = 11}), MadeSeries("info", "docker-20.10", {.median = 1.5e6, .seed = 12}),
                MadeSeries("list", "docker-20.10", {.median = 5e5, .seed = 13}), MadeSeries("kill", "docker-20.10", {.seed = 14})};
  return now;
}

std::vector<std::string> NamesOf(const std::vector<Move>& moves) {
  std::vector<std::string> names;
  for (const Move& move : moves) names.push_back(move.series);
  return names;
}

TEST(Compare, TellsWhatMovedFromWhatDidNot) {
  const auto moves = Compare(Before(), Now(), OtherMachine::kRefuse);
  ASSERT_TRUE(moves) << moves.error().Text();
  EXPECT_THAT(NamesOf(moves->moved), ElementsAre("info", "list"));
  EXPECT_THAT(NamesOf(moves->unmoved), ElementsAre("ping"));
  EXPECT_THAT(moves->only_before, ElementsAre("wait on docker-20.10"));
  EXPECT_THAT(moves->only_now, ElementsAre("kill on docker-20.10"));
  EXPECT_THAT(moves->also, IsEmpty());
  EXPECT_TRUE(moves->moved[0].ratio.interval.Holds(1.5));
  EXPECT_TRUE(moves->moved[1].ratio.interval.Holds(0.5));
}

// Six engines have some 240 series, of which 12 would move by chance.
TEST(Compare, CallsNothingMovedWhereManySeriesDifferByChanceOnly) {
  Measurement before = Before(), now = Before();
  before.series.clear();
  now.series.clear();
  for (uint64_t i = 0; i < 120; ++i) {
    const std::string name = fmt::format("operation {}", i);
    before.series.push_back(MadeSeries(name, "docker-20.10", {.drift = 0.1, .calls = 10, .seed = 2 * i + 1}));
    now.series.push_back(MadeSeries(name, "docker-20.10", {.drift = 0.1, .calls = 10, .seed = 2 * i + 2}));
  }
  const auto moves = Compare(before, now, OtherMachine::kRefuse);
  ASSERT_TRUE(moves);
  EXPECT_THAT(moves->moved, IsEmpty());
  EXPECT_GT(std::ranges::count_if(moves->unmoved, [](const Move& move) { return !move.ratio.no_difference; }), 0)
      << "there are some that would differ if looked at alone, or this test shows nothing";
  now.series[7] = MadeSeries("operation 7", "docker-20.10", {.median = 2e6, .drift = 0.1, .calls = 10, .seed = 1000});
  const auto one = Compare(before, now, OtherMachine::kRefuse);
  ASSERT_TRUE(one);
  EXPECT_THAT(NamesOf(one->moved), ElementsAre("operation 7"));
}

TEST(Compare, SaysNothingOfASeriesThatWasCutShortAfterARoundAndNamesWhatCutIt) {
  Measurement now = Now();
  now.series[1].rounds.resize(1);
  now.series[1].trouble = "interrupted";
  const auto moves = Compare(Before(), now, OtherMachine::kRefuse);
  ASSERT_TRUE(moves);
  EXPECT_THAT(NamesOf(moves->moved), ElementsAre("list"));
  EXPECT_THAT(NamesOf(moves->unmoved), ElementsAre("info", "ping"));
  EXPECT_TRUE(moves->unmoved[0].ratio.TooLittle());
  EXPECT_THAT(moves->also, ElementsAre("info on docker-20.10: now measured in part only: interrupted"));
}

TEST(Compare, NamesWhatWasMeasuredBeforeAndFailsNow) {
  Measurement now = Now();
  now.series[0].rounds.clear();
  now.series[0].trouble = "no answer";
  const auto moves = Compare(Before(), now, OtherMachine::kRefuse);
  ASSERT_TRUE(moves);
  EXPECT_THAT(moves->failed, ElementsAre("ping on docker-20.10: no answer"));
  EXPECT_THAT(moves->only_before, ElementsAre("wait on docker-20.10")) << "it was not tried";
}

TEST(Compare, DoesNotMindWhatFailedBeforeToo) {
  Measurement before = Before(), now = Now();
  for (Measurement* one : {&before, &now}) {
    one->series[0].rounds.clear();
    one->series[0].trouble = "no answer";
  }
  const auto moves = Compare(before, now, OtherMachine::kRefuse);
  ASSERT_TRUE(moves);
  EXPECT_THAT(moves->failed, IsEmpty());
}

TEST(Compare, FailsWhereNothingIsCompared) {
  Measurement now = Now();
  now.engines[0].name = "docker-26.1";
  for (Series& series : now.series) series.engine = "docker-26.1";
  const auto renamed = Compare(Before(), now, OtherMachine::kRefuse);
  ASSERT_FALSE(renamed);
  EXPECT_EQ(renamed.error().what, "nothing can be compared: the two measurements have no series in common");
  EXPECT_EQ(renamed.error().hint, "the earlier one is of docker-20.10, this one of docker-26.1; see --engine and --operations");
  now = Now();
  for (Series& series : now.series) series.rounds.resize(1);
  const auto once = Compare(Before(), now, OtherMachine::kRefuse);
  ASSERT_FALSE(once);
  EXPECT_EQ(once.error().what, "nothing can be compared: each series has less than two rounds");
}

TEST(Compare, TellsTheSameOperationOfTwoEnginesApart) {
  Measurement before = Before(), now = Before();
  now.series.push_back(MadeSeries("ping", "podman-4.3", {}));
  const auto moves = Compare(before, now, OtherMachine::kRefuse);
  ASSERT_TRUE(moves);
  EXPECT_THAT(moves->unmoved, SizeIs(4));
  EXPECT_THAT(moves->only_now, ElementsAre("ping on podman-4.3"));
}

TEST(Compare, RefusesAnotherMachineAndNamesWhatDiffers) {
  struct {
    std::function<void(Machine&)> change;
    const char* what;
  } const kTable[] = {
      {[](Machine& machine) { machine.processor = "Other CPU", machine.id = "bb"; }, "processor: before Some CPU, now Other CPU"},
      {[](Machine& machine) { machine.cores = 4, machine.id = "bb"; }, "cores: before 2, now 4"},
      {[](Machine& machine) { machine.memory_bytes *= 2; }, "memory: before 8.0 GiB, now 16.0 GiB"},
      {[](Machine& machine) { machine.id = "bb"; }, "they are alike, but /etc/machine-id is not the same"},
      {[](Machine& machine) { machine.cores = 4, machine.memory_bytes *= 2; }, "cores: before 2, now 4; memory: before 8.0 GiB, now 16.0 GiB"},
  };
  for (const auto& [change, what] : kTable) {
    Measurement now = Now();
    change(now.machine);
    const auto refused = Compare(Before(), now, OtherMachine::kRefuse);
    ASSERT_FALSE(refused) << what;
    EXPECT_EQ(refused.error().what, std::string("the two measurements are of different machines: ") + what);
    EXPECT_EQ(refused.error().hint, "times of one machine say nothing of another; --another-machine compares them all the same");
    const auto allowed = Compare(Before(), now, OtherMachine::kAllow);
    ASSERT_TRUE(allowed) << what;
    EXPECT_FALSE(allowed->also.empty());
  }
}

TEST(Compare, TakesAMachineWithAnotherKernelAsTheSameAndSaysSo) {
  Measurement now = Now();
  now.machine.kernel = "Linux 6.2";
  now.machine.memory_bytes -= 10 << 20;  // which is what a kernel keeps for itself
  now.engines[0].identity["version"] = "20.10.25";
  const auto moves = Compare(Before(), now, OtherMachine::kRefuse);
  ASSERT_TRUE(moves) << moves.error().Text();
  EXPECT_THAT(moves->also, ElementsAre("the kernel: before Linux 6.1, now Linux 6.2", "version of docker-20.10: before 20.10.24, now 20.10.25"));
}

TEST(TextOf, HasALineForEach) {
  Moves moves;
  moves.also = {"the kernel: before 1, now 2"};
  moves.moved = {{"info", "docker-20.10", 1'000'000, 1'503'777, {1.5, {1.4, 1.6}, false}}, {"list containers=10", "podman-4.3", 2'000'000, 1'000'000, {0.5, {0.45, 0.55}, false}}};
  moves.unmoved = {{"ping", "docker-20.10", 62'123, 62'555, {1.01, {0.97, 1.05}, true}},
                   {"images", "docker-20.10", 500'000, 450'000, {0.9, {0.85, 0.95}, false, 0.03}},
                   {"exec", "docker-20.10", 90'000'000, 180'000'000, {2, {0, HUGE_VAL}, true}}};
  moves.failed = {"stop on docker-20.10: POST /v1.41/containers/ID/stop answered 500: no"};
  moves.only_before = {"wait on docker-20.10"};
  moves.only_now = {"kill on docker-20.10"};
  EXPECT_EQ(TextOf(moves),
            "changed the kernel: before 1, now 2\n"
            "failed  stop on docker-20.10: POST /v1.41/containers/ID/stop answered 500: no\n"
            "slower  info on docker-20.10: 1ms -> 1.5ms, x1.50 (95 %: 1.40 to 1.60)\n"
            "faster  list containers=10 on podman-4.3: 2ms -> 1ms, x0.50 (95 %: 0.45 to 0.55)\n"
            "same    ping on docker-20.10: 62.1us -> 62.6us, x1.01 (95 %: 0.97 to 1.05)\n"
            "perhaps images on docker-20.10: 500us -> 450us, x0.90 (95 %: 0.85 to 0.95)\n"
            "unknown exec on docker-20.10: 90ms -> 180ms, x2.00 (too little measured: less than two rounds)\n"
            "gone    wait on docker-20.10: measured before only\n"
            "new     kill on docker-20.10: not measured before\n"
            "1 failed, 1 slower, 1 faster, 2 without a difference seen, 1 unknown\n");
}

}  // namespace
}  // namespace plimsoll::latency
