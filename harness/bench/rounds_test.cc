#include "bench/rounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace plimsoll::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MeasureRoundTest : public ::testing::Test {
 protected:
  // Says what it is told to do, and needs no engine.
  Operation Noting() {
    Operation operation;
    operation.prepare = [this](Site&, int calls) -> Status {
      said_.push_back("prepare " + std::to_string(calls));
      return {};
    };
    operation.call = [this](Site&, int n) -> Result<int64_t> {
      said_.push_back("call " + std::to_string(n));
      return 10 + n;
    };
    operation.clean = [this](Site&) -> Status {
      said_.push_back("clean");
      return {};
    };
    return operation;
  }
  // An engine that uses 100 ns and 1 MiB more each time it is looked at.
  UsageSource Using(bool forgets) {
    return {[this] {
              used_.cpu_nanos += 100;
              used_.peak_memory_bytes += 1 << 20;
              return used_;
            },
            [this, forgets] {
              said_.push_back("forget");
              if (forgets) used_.peak_memory_bytes = 0;
              return forgets;
            }};
  }
  RoundEnd Measure(const Operation& operation, UsageSource usage) {
    return MeasureRound({site_, {}, std::move(usage), nullptr}, operation, {}, {.calls = 3, .budget = std::chrono::hours(1)});
  }

  Site site_{engine::Endpoint(), Ground(), nullptr};
  std::vector<std::string> said_;
  engine::Usage used_{1'000, 50 << 20};
};

TEST_F(MeasureRoundTest, MakesReadyCallsAndCleans) {
  const RoundEnd end = Measure(Noting(), {});
  EXPECT_TRUE(end.status);
  EXPECT_THAT(end.round.nanos, ElementsAre(10, 11, 12));
  EXPECT_THAT(said_, ElementsAre("prepare 3", "call 0", "call 1", "call 2", "clean"));
  EXPECT_FALSE(end.round.cost.known);
  EXPECT_FALSE(end.round.cost.peak_known);
}

TEST_F(MeasureRoundTest, KeepsWhatWasMeasuredBeforeACallFailedAndCleans) {
  Operation operation = Noting();
  operation.call = [](Site&, int n) -> Result<int64_t> {
    if (n == 2) return Fail("answered 500");
    return n;
  };
  const RoundEnd end = Measure(operation, {});
  ASSERT_FALSE(end.status);
  EXPECT_EQ(end.status.error().what, "answered 500");
  EXPECT_THAT(end.round.nanos, ElementsAre(0, 1));
  EXPECT_EQ(said_.back(), "clean");
}

TEST_F(MeasureRoundTest, CountsTheCostOfTheCallsAndThePeakSinceTheTurnsBeginning) {
  const RoundEnd end = Measure(Noting(), Using(true));
  EXPECT_EQ(said_.front(), "forget");
  EXPECT_TRUE(end.round.cost.known);
  EXPECT_EQ(end.round.cost.cpu_nanos, 100);
  EXPECT_TRUE(end.round.cost.peak_known);
  EXPECT_EQ(end.round.cost.peak_memory_bytes, 2 << 20);
}

TEST_F(MeasureRoundTest, KnowsNoPeakWhereThatOfEarlierRoundsCannotBeForgotten) {
  const RoundEnd end = Measure(Noting(), Using(false));
  EXPECT_TRUE(end.round.cost.known);
  EXPECT_EQ(end.round.cost.cpu_nanos, 100);
  EXPECT_FALSE(end.round.cost.peak_known);
  EXPECT_EQ(end.round.cost.peak_memory_bytes, 0);
}

// It would be written, and no plimsoll would read the file.
TEST_F(MeasureRoundTest, TakesNoNegativeTimeForASample) {
  Operation operation = Noting();
  operation.call = [](Site&, int) -> Result<int64_t> { return -5; };
  const RoundEnd end = Measure(operation, {});
  ASSERT_FALSE(end.status);
  EXPECT_EQ(end.status.error().what, "a call took -5 ns: a clock was set meanwhile");
  EXPECT_THAT(end.round.nanos, IsEmpty());
}

}  // namespace
}  // namespace plimsoll::bench
