#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "plan/plan.h"

namespace plimsoll::plan {
namespace {

using scenario::Matrix;
using scenario::When;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Matrix MatrixOf(std::vector<scenario::Parameter> parameters) {
  Matrix matrix;
  matrix.parameters = std::move(parameters);
  return matrix;
}

When WhenOf(const std::string& name, std::vector<Json> values) { return {{{name, std::move(values)}}}; }

// `count` parameters "p0", "p1" ... with the values 0 .. of - 1 each.
Matrix Numbers(size_t count, int of) {
  Matrix matrix;
  for (size_t i = 0; i < count; ++i) {
    scenario::Parameter parameter{"p" + std::to_string(i), {}};
    for (int value = 0; value < of; ++value) parameter.values.push_back(value);
    matrix.parameters.push_back(std::move(parameter));
  }
  return matrix;
}

std::set<std::string> PairsOf(const std::vector<Json>& rows) {
  std::set<std::string> pairs;
  for (const Json& row : rows) {
    for (const auto& [first, a] : row.items()) {
      for (const auto& [second, b] : row.items()) {
        if (first < second) pairs.insert(CompactJson({first, a, second, b}));
      }
    }
  }
  return pairs;
}

TEST(FirstRows, VariesTheFirstParameterSlowest) {
  const auto rows = FirstRows(MatrixOf({{"b", {false, true}}, {"a", {1, 2}}}));
  EXPECT_THAT(rows, ElementsAre(Json{{"b", false}, {"a", 1}}, Json{{"b", false}, {"a", 2}}, Json{{"b", true}, {"a", 1}},
                                Json{{"b", true}, {"a", 2}}));
}

TEST(FirstRows, OfNoParametersIsOneRow) {
  EXPECT_THAT(FirstRows({}), ElementsAre(Json::object()));
}

TEST(FirstRows, LeavesOutWhatIsExcluded) {
  Matrix matrix = MatrixOf({{"a", {1, 2}}, {"b", {1, 2}}});
  matrix.exclude = {{{{"a", {1}}, {"b", {2}}}}};
  EXPECT_THAT(FirstRows(matrix),
              ElementsAre(Json{{"a", 1}, {"b", 1}}, Json{{"a", 2}, {"b", 1}}, Json{{"a", 2}, {"b", 2}}));
}

TEST(FirstRows, ExcludesEveryValueThatIsListed) {
  Matrix matrix = MatrixOf({{"a", {1, 2, 3}}});
  matrix.exclude = {WhenOf("a", {1, 3})};
  EXPECT_THAT(FirstRows(matrix), ElementsAre(Json{{"a", 2}}));
  matrix.exclude.push_back(WhenOf("a", {2}));
  EXPECT_THAT(FirstRows(matrix), IsEmpty());
}

TEST(FirstRows, AddsIncludedRowsAtTheEndOnce) {
  Matrix matrix = MatrixOf({{"a", {1, 2}}});
  matrix.exclude = {WhenOf("a", {2})};
  matrix.include = {{{"a", 1}}, {{"a", 2}}, {{"a", 9}}, {{"a", 9}}};
  EXPECT_THAT(FirstRows(matrix), ElementsAre(Json{{"a", 1}}, Json{{"a", 2}}, Json{{"a", 9}}))
      << "what is included is not excluded";
}

TEST(FirstRows, TellsValuesOfDifferentTypesApart) {
  Matrix matrix = MatrixOf({{"a", {true, "true", 1, "1", nullptr, "absent"}}});
  matrix.exclude = {WhenOf("a", {"true"}), WhenOf("a", {1})};
  EXPECT_THAT(FirstRows(matrix),
              ElementsAre(Json{{"a", true}}, Json{{"a", "1"}}, Json{{"a", nullptr}}, Json{{"a", "absent"}}));
}

struct Size {
  size_t parameters;
  int values;
  size_t at_most;  // rows
};

class Pairs : public ::testing::TestWithParam<Size> {};

TEST_P(Pairs, CoverEveryPairOfValuesWithFewRows) {
  Matrix matrix = Numbers(GetParam().parameters, GetParam().values);
  const auto all = FirstRows(matrix);
  matrix.combine = Matrix::Combine::kPairs;
  const auto few = FirstRows(matrix);
  EXPECT_EQ(PairsOf(few), PairsOf(all));
  EXPECT_LE(few.size(), GetParam().at_most);
}

// The bounds are what good generators of pairs reach, with a little room.
INSTANTIATE_TEST_SUITE_P(Sizes, Pairs,
                         ::testing::Values(Size{3, 2, 5}, Size{4, 2, 6}, Size{4, 3, 12}, Size{8, 2, 9}, Size{3, 5, 30}));

TEST(PairsOfAMatrix, AreThoseThatMayOccur) {
  Matrix matrix = Numbers(4, 3);
  matrix.exclude = {{{{"p0", {0}}, {"p1", {0}}}}, WhenOf("p2", {1})};
  const auto allowed = FirstRows(matrix);
  matrix.combine = Matrix::Combine::kPairs;
  const auto few = FirstRows(matrix);
  EXPECT_EQ(PairsOf(few), PairsOf(allowed));
  for (const Json& row : few) EXPECT_THAT(allowed, ::testing::Contains(row));
}

TEST(PairsOfAMatrix, KeepTheOrderOfTheMatrix) {
  Matrix matrix = Numbers(4, 3);
  const auto all = FirstRows(matrix);
  matrix.combine = Matrix::Combine::kPairs;
  size_t at = 0;
  for (const Json& row : FirstRows(matrix)) {
    while (at < all.size() && all[at] != row) ++at;
    EXPECT_LT(at, all.size()) << row;
  }
}

TEST(PairsOfAMatrix, OfOneOrTwoParametersAreAllOfIt) {
  for (const size_t count : {1u, 2u}) {
    Matrix matrix = Numbers(count, 3);
    const auto all = FirstRows(matrix);
    matrix.combine = Matrix::Combine::kPairs;
    EXPECT_EQ(FirstRows(matrix), all);
  }
}

}  // namespace
}  // namespace plimsoll::plan
