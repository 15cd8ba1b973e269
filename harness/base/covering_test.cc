#include "base/covering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace plimsoll {
namespace {

using ::testing::ElementsAre;

std::vector<IndexRow> AllRows(const std::vector<uint32_t>& domains) {
  std::vector<IndexRow> rows{{}};
  for (const uint32_t domain : domains) {
    std::vector<IndexRow> longer;
    for (const IndexRow& row : rows) {
      for (uint32_t v = 0; v < domain; ++v) {
        longer.push_back(row);
        longer.back().push_back(v);
      }
    }
    rows = std::move(longer);
  }
  return rows;
}

std::set<IndexRow> ValuesIn(const std::vector<IndexRow>& rows, const Columns& columns, const std::vector<bool>& taken) {
  std::set<IndexRow> values;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!taken[i]) continue;
    IndexRow some;
    for (const size_t column : columns) some.push_back(rows[i][column]);
    values.insert(some);
  }
  return values;
}

size_t Count(const std::vector<bool>& taken) { return static_cast<size_t>(std::count(taken.begin(), taken.end(), true)); }

TEST(Covering, HasEveryCombinationOfEachSetInFewRows) {
  const auto rows = AllRows({3, 2, 2, 2, 2, 4});
  const std::vector<Columns> sets{{0, 5}, {1, 2, 3}, {4}};
  std::vector<bool> taken(rows.size(), false);
  CoverCombinations(rows, sets, taken);
  const std::vector<bool> all(rows.size(), true);
  for (const Columns& columns : sets) EXPECT_EQ(ValuesIn(rows, columns, taken), ValuesIn(rows, columns, all));
  EXPECT_EQ(Count(taken), 12u) << "the largest set alone needs as many";
}

TEST(Covering, CountsWhatIsTakenAlreadyAndKeepsIt) {
  const auto rows = AllRows({2, 2});
  std::vector<bool> taken{false, false, false, true};
  CoverCombinations(rows, {{0}, {1}}, taken);
  EXPECT_THAT(taken, ElementsAre(true, false, false, true));
}

TEST(Covering, LooksForNothingThatNoRowHas) {
  const std::vector<IndexRow> rows{{0, 0}, {1, 1}};
  std::vector<bool> taken(2, false);
  CoverCombinations(rows, PairsOfColumns(2), taken);
  EXPECT_THAT(taken, ElementsAre(true, true));
}

TEST(Covering, TakesNothingForNoSets) {
  std::vector<bool> taken(4, false);
  CoverCombinations(AllRows({2, 2}), {}, taken);
  EXPECT_EQ(Count(taken), 0u);
}

TEST(PairsOfColumns, AreAllOfThem) {
  EXPECT_THAT(PairsOfColumns(3), ElementsAre(ElementsAre(0, 1), ElementsAre(0, 2), ElementsAre(1, 2)));
  EXPECT_TRUE(PairsOfColumns(1).empty());
}

}  // namespace
}  // namespace plimsoll
