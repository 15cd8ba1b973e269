#include "base/stamp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using ::testing::MatchesRegex;

TEST(NewRunId, IsEightHexadecimalDigitsAndAnotherEachTime) {
  EXPECT_THAT(NewRunId(), MatchesRegex("[0-9a-f]{8}"));
  EXPECT_NE(NewRunId() + NewRunId(), NewRunId() + NewRunId());
}

TEST(WallClock, IsUtcToTheSecond) { EXPECT_THAT(WallClock(), MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")); }

}  // namespace
}  // namespace plimsoll
