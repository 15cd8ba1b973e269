// The loops against calls whose answers, and the clock, stand in a table.
#include "bench/loops.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "bench/interleave.h"

namespace plimsoll::bench {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr int64_t kMilli = 1'000'000;

// Takes `service` for each call, as many beside each other as `lanes`; a stall holds up all that is under way or begun in it.
class TabledCalls : public CallsInFlight {
 public:
  int64_t service = kMilli;
  size_t lanes = 64;
  int64_t stall_from = -1, stall_until = -1;
  int fails_at = -1;

  int64_t Now() override { return now_; }
  Result<Began> Begin(int number) override {
    if (under_way_.size() >= lanes) return Began::kAllBusy;
    int64_t at = now_ + service;
    if (at > stall_from && now_ < stall_until) at = stall_until;
    under_way_.push_back({number, at});
    return Began::kYes;
  }
  Result<std::vector<Ended>> Await(int64_t until) override {
    std::ranges::sort(under_way_, {}, &Ended::at);
    if (under_way_.empty() && until == std::numeric_limits<int64_t>::max()) return Fail("waits for nothing");
    now_ = under_way_.empty() ? until : std::max(now_, std::min(until, under_way_.front().at));
    std::vector<Ended> ended;
    while (!under_way_.empty() && under_way_.front().at <= now_) {
      if (under_way_.front().number == fails_at) return Fail("answered 500");
      ended.push_back(under_way_.front());
      under_way_.erase(under_way_.begin());
    }
    return ended;
  }

 private:
  int64_t now_ = 1'000 * kMilli;
  std::vector<Ended> under_way_;
};

TEST(OpenLoopTest, GivesEachCallTheTimeThatItTook) {
  TabledCalls calls;
  const auto run = RunOpenLoop(calls, {.rate = 100, .calls = 5});
  ASSERT_TRUE(run) << run.error().what;
  EXPECT_THAT(run->nanos, ElementsAre(kMilli, kMilli, kMilli, kMilli, kMilli));
  EXPECT_EQ(run->wall_nanos, 41 * kMilli) << "four times 10 ms, and the last call";
  EXPECT_FALSE(run->gave_up);
}

TEST(OpenLoopTest, CountsAStallForAllCallsThatWereDueMeanwhile) {
  TabledCalls calls;
  calls.lanes = 1;
  calls.stall_from = 1'010 * kMilli;
  calls.stall_until = 1'055 * kMilli;
  const auto run = RunOpenLoop(calls, {.rate = 100, .calls = 8});
  ASSERT_TRUE(run) << run.error().what;
  // Those due at 10, 20, 30, 40 and 50 ms; behind the stall one after the other, a millisecond each.
  EXPECT_THAT(run->nanos, ElementsAre(kMilli, 45 * kMilli, 36 * kMilli, 27 * kMilli, 18 * kMilli, 9 * kMilli, kMilli, kMilli));
}

TEST(OpenLoopTest, GivesUpWhereTheEngineFallsBehind) {
  TabledCalls calls;
  calls.lanes = 1;
  calls.service = 20 * kMilli;
  const auto run = RunOpenLoop(calls, {.rate = 1'000, .calls = 1'000, .give_up_nanos = 50 * kMilli});
  ASSERT_TRUE(run) << run.error().what;
  EXPECT_TRUE(run->gave_up);
  EXPECT_EQ(run->nanos.size(), 3u) << "begun at 0, 20 and 40 ms; at 60 ms the fourth was due 57 ms ago";
  EXPECT_DOUBLE_EQ(run->achieved(), 50);
}

TEST(OpenLoopTest, EndsWithTheErrorOfACall) {
  TabledCalls calls;
  calls.fails_at = 2;
  const auto run = RunOpenLoop(calls, {.rate = 100, .calls = 5});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().what, "answered 500");
}

// What is tried where rates up to `limit` hold.
std::vector<double> Tried(RateSearch& search, double limit) {
  std::vector<double> tried;
  while (const auto rate = search.Next()) {
    tried.push_back(*rate);
    search.Note({.rate = *rate, .held = *rate <= limit});
  }
  return tried;
}

TEST(RateSearchTest, DoublesAndThenHalvesWhatLiesBetween) {
  RateSearch search(100, 100'000, 3);
  EXPECT_THAT(Tried(search, 700), ElementsAre(100, 200, 400, 800, 600, 700, 750));
  EXPECT_EQ(search.found().highest, 700);
  EXPECT_EQ(search.found().steps.size(), 7u);
}

TEST(RateSearchTest, SaysZeroWhereNoRateHolds) {
  RateSearch search(100, 100'000, 2);
  EXPECT_THAT(Tried(search, 10), ElementsAre(100, 50, 25));
  EXPECT_EQ(search.found().highest, 0);
}

TEST(RateSearchTest, GoesNoFurtherThanItsLimit) {
  RateSearch search(100, 500, 3);
  EXPECT_THAT(Tried(search, 1e9), ElementsAre(100, 200, 400));
  EXPECT_EQ(search.found().highest, 400);
}

TEST(TurnsOfTest, LetsEachEngineGoFirstInTurn) {
  EXPECT_THAT(TurnsOf(3, 0), ElementsAre(0, 1, 2));
  EXPECT_THAT(TurnsOf(3, 1), ElementsAre(2, 1, 0));
  EXPECT_THAT(TurnsOf(3, 2), ElementsAre(0, 1, 2));
}

}  // namespace
}  // namespace plimsoll::bench
