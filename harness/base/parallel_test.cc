#include "base/parallel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace plimsoll {
namespace {

using ::testing::Each;

TEST(InParallel, DoesEachThingOnce) {
  std::vector<int> done(1000, 0);
  InParallel(done.size(), [&](size_t i) { ++done[i]; });
  EXPECT_THAT(done, Each(1));
}

TEST(InParallel, DoesNothingForNothing) {
  InParallel(0, [](size_t) { FAIL(); });
}

TEST(InParallel, PassesAnExceptionOn) {
  const auto body = [](size_t i) {
    if (i == 7) throw std::runtime_error("no");
  };
  EXPECT_THROW(InParallel(1000, body), std::runtime_error);
}

}  // namespace
}  // namespace plimsoll
