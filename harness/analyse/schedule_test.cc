#include "analyse/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::analyse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

journal::CaseRecord Case(std::string id, int64_t started, int64_t ended) {
  journal::CaseRecord record;
  record.id = std::move(id);
  record.started = started;
  record.ended = ended;
  return record;
}

std::vector<std::string> Ids(const std::vector<Span>& spans) {
  std::vector<std::string> ids;
  for (const Span& span : spans) ids.push_back(span.case_id);
  return ids;
}

// Two at a time:  a aaaa  c cc
//                 b bb    d dddddd
TEST(ScheduleOf, FollowsWhatTheEndOfTheRunWaitedFor) {
  const Schedule schedule =
      ScheduleOf({Case("a", 100, 140), Case("b", 100, 120), Case("c", 141, 160), Case("d", 121, 180)}, 2);
  EXPECT_THAT(Ids(schedule.critical_path), ElementsAre("b", "d"));
  EXPECT_EQ(schedule.wall, 80);
  EXPECT_EQ(schedule.busy, 40 + 20 + 19 + 59);
  EXPECT_EQ(schedule.most_at_once, 2u);
  EXPECT_THAT(Ids(schedule.longest), ElementsAre("d", "a", "b", "c"));
}

TEST(ScheduleOf, CountsTheTimeInWhichMoreCouldHaveBeenUnderWay) {
  const std::vector<journal::CaseRecord> cases{Case("a", 10, 20), Case("b", 10, 50)};
  EXPECT_EQ(ScheduleOf(cases, 1).could_overlap, 0);
  EXPECT_EQ(ScheduleOf(cases, 2).could_overlap, 30);
  EXPECT_EQ(ScheduleOf(cases, 3).could_overlap, 40);
}

TEST(ScheduleOf, CountsNoTimeInWhichTheProcessorsWereBusy) {
  std::vector<journal::CaseRecord> cases{Case("a", 0, 100), Case("b", 100, 200), Case("c", 150, 200)};
  cases[0].processor_busy = 100;
  cases[1].processor_busy = 80;
  cases[2].processor_busy = 40;
  EXPECT_EQ(ScheduleOf(cases, 3).could_overlap, 0 + 10 + 20);
  EXPECT_EQ(ScheduleOf(cases, 2).could_overlap, 0 + 10);
}

TEST(ScheduleOf, TakesACaseThatBeginsAsAnotherEndsForItsFollower) {
  const Schedule schedule = ScheduleOf({Case("a", 1, 5), Case("b", 5, 9)}, 1);
  EXPECT_EQ(schedule.most_at_once, 1u);
  EXPECT_THAT(Ids(schedule.critical_path), ElementsAre("a", "b"));
}

TEST(ScheduleOf, LeavesOutCasesThatWereNeverBegun) {
  EXPECT_EQ(ScheduleOf({}, 8).wall, 0);
  const Schedule schedule = ScheduleOf({Case("unsupported", 0, 0), Case("at once", 7, 7)}, 8);
  EXPECT_EQ(schedule.cases, 0u);
  EXPECT_THAT(schedule.critical_path, IsEmpty());
}

TEST(ScheduleOf, NamesTheTenLongest) {
  std::vector<journal::CaseRecord> cases;
  for (int i = 1; i <= 12; ++i) cases.push_back(Case(std::to_string(i), 1, 1 + i));
  EXPECT_THAT(ScheduleOf(cases, 8).longest, SizeIs(10));
  EXPECT_EQ(ScheduleOf(cases, 8).longest[0].case_id, "12");
}

}  // namespace
}  // namespace plimsoll::analyse
