#include "run/processor.h"

#include <gtest/gtest.h>

namespace plimsoll::run {
namespace {

TEST(ProcessorTimes, AreThoseOfTheFirstLine) {
  const auto times = ProcessorTimesFrom("cpu  10 1 20 60 5 2 1 1 7 0\ncpu0 1 1 1 1\n");
  EXPECT_EQ(times.all, 100u);
  EXPECT_EQ(times.busy, 35u);
}

TEST(ProcessorTimes, AreUnknownInTextThatIsSomethingElse) {
  for (const char* text : {"", "cpu", "intr 1 2 3 4 5 6 7 8\n"}) EXPECT_EQ(ProcessorTimesFrom(text).all, 0u) << text;
}

TEST(ProcessorTimes, CanBeReadHere) {
  const auto times = ReadProcessorTimes();
  EXPECT_GT(times.all, 0u);
  EXPECT_LE(times.busy, times.all);
}

TEST(PercentBusy, IsTheShareOfTheTimeInBetween) {
  EXPECT_EQ(PercentBusy({10, 100}, {40, 140}), 75);
  EXPECT_EQ(PercentBusy({10, 100}, {10, 200}), 0);
  EXPECT_EQ(PercentBusy({10, 100}, {10, 100}), -1) << "no tick has passed";
  EXPECT_EQ(PercentBusy({0, 0}, {0, 0}), -1);
}

}  // namespace
}  // namespace plimsoll::run
