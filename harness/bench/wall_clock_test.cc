#include "bench/wall_clock.h"

#include <gtest/gtest.h>

namespace plimsoll::bench {
namespace {

constexpr int64_t kOffset = 1'700'000'000'000'000'000;

TEST(SinceStamp, BringsBothClocksTogether) {
  EXPECT_EQ(SinceStamp(kOffset + 1'000, 1'250, kOffset, kOffset).value(), 250);
  EXPECT_EQ(SinceStamp(kOffset + 1'000, 1'250, kOffset, kOffset + 100).value(), 350) << "slewed a little";
}

TEST(SinceStamp, FailsWhereTheTimeWasSetMeanwhile) {
  for (const int64_t step : {-2'000'000, 2'000'000}) {
    const auto since = SinceStamp(kOffset + 1'000, 1'250, kOffset, kOffset + step);
    ASSERT_FALSE(since) << step;
    EXPECT_EQ(since.error().what, "the machine's time was set meanwhile");
  }
}

TEST(SinceStamp, FailsWhereSomethingCameBeforeItsStamp) {
  const auto since = SinceStamp(kOffset + 1'000, 900, kOffset, kOffset);
  ASSERT_FALSE(since);
  EXPECT_EQ(since.error().what, "it has a time stamp of the future");
}

}  // namespace
}  // namespace plimsoll::bench
