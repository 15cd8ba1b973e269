#include <gtest/gtest.h>

#include "expect/value.h"
#include "journal/scope.h"

namespace plimsoll::journal {
namespace {

const std::string kId(64, 'a');

Json Normalized(const Json& value) {
  CaseRecord record;
  record.container_name = "plimsoll-r1-00c0ffee";
  return Normalize(value, record);
}

struct Pair {
  std::string before, after;
};

class NormalizeText : public ::testing::TestWithParam<Pair> {};

TEST_P(NormalizeText, ReplacesWhatTheEngineMadeUpAndNothingElse) {
  EXPECT_EQ(Normalized(GetParam().before), GetParam().after);
}

INSTANTIATE_TEST_SUITE_P(Table, NormalizeText,
                         ::testing::Values(
                             // Ids of 64 and of 12 digits, alone.
                             Pair{kId, "<id>"}, Pair{"sha256:" + kId, "sha256:<id>"},
                             Pair{"/containers/" + kId + "/json", "/containers/<id>/json"},
                             Pair{"no such container: 0123456789ab", "no such container: <id>"},
                             Pair{kId + " and " + kId, "<id> and <id>"},
                             // Not ids.
                             Pair{kId + "a", kId + "a"}, Pair{"x" + kId, "x" + kId}, Pair{kId + "_x", kId + "_x"},
                             Pair{"123456789012", "123456789012"}, Pair{"deadbeef", "deadbeef"},
                             Pair{"facade cafe", "facade cafe"}, Pair{std::string(64, 'A'), std::string(64, 'A')},
                             // The case's name, also within others.
                             Pair{"plimsoll-r1-00c0ffee", "<name>"}, Pair{"/plimsoll-r1-00c0ffee", "/<name>"},
                             Pair{"plimsoll-r1-00c0ffee-net", "<name>-net"},
                             Pair{"plimsoll-r1-00000000", "plimsoll-r1-00000000"},
                             // Times.
                             Pair{"2024-05-06T07:08:09.123456789Z", "<time>"}, Pair{"2024-05-06T07:08:09Z", "<time>"},
                             Pair{"2024-05-06T07:08:09+02:00", "<time>"},
                             Pair{"2024-05-06 07:08:09.5 +0000 UTC", "<time>"},
                             Pair{"at 2024-05-06T07:08:09Z: x", "at <time>: x"}, Pair{"2024-05-06", "2024-05-06"},
                             // Never is a fact.
                             Pair{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"}, Pair{"", ""}));

TEST(Normalize, ReachesIntoArraysObjectsAndKeys) {
  EXPECT_EQ(Normalized({{"Ids", {kId, 1}}, {kId, {{"At", "2024-05-06T07:08:09Z"}}}}),
            Json({{"Ids", {"<id>", 1}}, {"<id>", {{"At", "<time>"}}}}));
}

TEST(Normalize, LeavesOutItsOwnLabels) {
  EXPECT_EQ(Normalized({{"Labels", {{"plimsoll.run", "r"}, {"plimsoll.case", "c"}, {"mine", "m"}}}}),
            Json({{"Labels", {{"mine", "m"}}}}));
}

TEST(Normalize, LeavesTheReasonsWhyThereIsNothing) {
  for (const auto why : {expect::Nothing::kNoSuchValue, expect::Nothing::kNotTried, expect::Nothing::kNoAnswer}) {
    EXPECT_EQ(expect::NothingOf(Normalized(expect::NothingMarker(why))), why);
  }
}

TEST(Normalize, LeavesNumbersAndBooleansAndNullAsTheyAre) {
  for (const Json& value : {Json(1), Json(1.5), Json(true), Json()}) EXPECT_EQ(Normalized(value), value);
}

TEST(Normalize, TakesALongTextAsItIs) {
  const std::string text = kId + std::string(100'000, ' ');
  EXPECT_EQ(Normalized(text), text);
}

TEST(Normalize, IsTheSameTheSecondTime) {
  const Json once = Normalized({{"a", {kId, "2024-05-06T07:08:09Z", "plimsoll-r1-00c0ffee"}}});
  EXPECT_EQ(Normalized(once), once);
}

}  // namespace
}  // namespace plimsoll::journal
