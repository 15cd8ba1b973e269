#include "analyse/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <random>
#include <set>

namespace plimsoll::analyse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Parameters = std::vector<journal::Parameter>;
using Point = std::vector<uint32_t>;

journal::Parameter Flag(std::string name) { return {std::move(name), {false, true}}; }

journal::Parameter Numbers(std::string name, std::vector<int> values) {
  return {std::move(name), std::vector<Json>(values.begin(), values.end())};
}

// Every combination of the parameters, the last one fastest.
std::vector<Point> AllPoints(const Parameters& parameters) {
  std::vector<Point> points{{}};
  for (const journal::Parameter& parameter : parameters) {
    std::vector<Point> longer;
    for (const Point& point : points) {
      for (uint32_t v = 0; v < parameter.values.size(); ++v) {
        longer.push_back(point);
        longer.back().push_back(v);
      }
    }
    points = std::move(longer);
  }
  return points;
}

void AddRow(RuleTable& table, Point at, const Json& value) {
  auto found = std::find(table.values.begin(), table.values.end(), value);
  const auto index = static_cast<uint32_t>(found - table.values.begin());
  if (found == table.values.end()) table.values.push_back(value);
  table.rows.push_back({std::move(at), index});
}

// A full table of what `value_of` says of a combination's parameter values.
RuleTable TableOf(const Parameters& parameters, const std::function<Json(const Json&)>& value_of) {
  RuleTable table{parameters, {}, {}};
  for (const Point& point : AllPoints(parameters)) {
    Json named = Json::object();
    for (size_t p = 0; p < point.size(); ++p) {
      named[parameters[p].name] = parameters[p].values[point[p]];
    }
    AddRow(table, point, value_of(named));
  }
  return table;
}

// "exited: Tty=false and ..." for each rule.
std::vector<std::string> Lines(const RuleTable& table) {
  std::vector<std::string> lines;
  for (const Rule& rule : InferRules(table).rules) {
    lines.push_back(
        CompactJson(rule.value) + " (" + std::to_string(rule.cases) +
        "): " + (rule.otherwise ? "otherwise" : DescribeCondition(rule.when, table.parameters)));
  }
  return lines;
}

const Parameters kStandardInput{Flag("AttachStdin"), Flag("OpenStdin"), Flag("StdinOnce"),
                                Flag("Tty")};

TEST(InferRules, SaysWhatDecidesAndWhatDecidesNothing) {
  const RuleTable table = TableOf(kStandardInput, [](const Json& p) -> Json {
    return !p["Tty"] && (!p["OpenStdin"] || p["StdinOnce"]) ? "exited" : "running";
  });
  const InferredRules rules = InferRules(table);
  EXPECT_THAT(rules.deciding, ElementsAre("OpenStdin", "StdinOnce", "Tty"));
  EXPECT_THAT(rules.indifferent, ElementsAre("AttachStdin"));
  EXPECT_TRUE(rules.full);
  EXPECT_THAT(Lines(table),
              ElementsAre("\"exited\" (6): Tty=false and (OpenStdin=false or StdinOnce=true)",
                          "\"running\" (10): otherwise"));
}

TEST(InferRules, GivesOneRuleForAValueThatNeverChanges) {
  const RuleTable table = TableOf(kStandardInput, [](const Json&) { return 204; });
  const InferredRules rules = InferRules(table);
  EXPECT_THAT(rules.deciding, IsEmpty());
  EXPECT_THAT(rules.indifferent, ElementsAre("AttachStdin", "OpenStdin", "StdinOnce", "Tty"));
  EXPECT_THAT(Lines(table), ElementsAre("204 (16): always"));
  EXPECT_FALSE(rules.rules[0].otherwise);
}

TEST(InferRules, GivesOneRuleWhereNothingWasVaried) {
  RuleTable table;
  AddRow(table, {}, "running");
  EXPECT_THAT(Lines(table), ElementsAre("\"running\" (1): always"));
  EXPECT_TRUE(InferRules(table).full);
}

TEST(InferRules, GivesNoRuleForATableWithoutRows) {
  const InferredRules rules = InferRules(RuleTable{kStandardInput, {}, {}});
  EXPECT_THAT(rules.rules, IsEmpty());
  EXPECT_THAT(rules.deciding, IsEmpty());
  EXPECT_FALSE(rules.full);
}

TEST(InferRules, NamesAParameterOfOneValueNowhere) {
  const Parameters parameters{Numbers("fixed", {7}), Flag("Tty")};
  const InferredRules rules =
      InferRules(TableOf(parameters, [](const Json& p) { return p["Tty"]; }));
  EXPECT_THAT(rules.deciding, ElementsAre("Tty"));
  EXPECT_THAT(rules.indifferent, IsEmpty());
}

TEST(InferRules, PutsTheRarestValueFirstAndLeavesTheMostCommonToOtherwise) {
  const Parameters parameters{Numbers("t", {0, 1, 2, 5, 10, 20})};
  const RuleTable table = TableOf(parameters, [](const Json& p) -> Json {
    return p["t"] == 20 ? "killed" : p["t"] == 0 || p["t"] == 2 ? "at once" : "stopped";
  });
  EXPECT_THAT(Lines(table), ElementsAre("\"killed\" (1): t is 20", "\"at once\" (2): t is 0 or 2",
                                        "\"stopped\" (3): otherwise"));
}

TEST(InferRules, NamesNoValueThatAnotherTermHoldsAnyway) {
  const Parameters parameters{{"verb", {"stop", "kill"}}, {"state", {"created", "running", "exited", "gone"}}};
  const RuleTable table = TableOf(parameters, [](const Json& p) -> Json {
    if (p["state"] == "running" || (p["state"] == "created" && p["verb"] == "stop")) return 204;
    return p["state"] == "gone" ? 404 : p["verb"] == "stop" ? 304 : 500;
  });
  EXPECT_THAT(Lines(table), ::testing::Contains("204 (3): otherwise"));
  EXPECT_THAT(Lines(TableOf(parameters, [](const Json& p) -> Json {
                return p["state"] == "running" || (p["state"] == "created" && p["verb"] == "stop");
              })),
              ElementsAre("true (3): state is running or (verb=stop and state is created)", "false (5): otherwise"));
}

TEST(InferRules, OrdersEquallyCommonValuesByTheirText) {
  const RuleTable table = TableOf({Numbers("n", {1, 2, 3})}, [](const Json& p) -> Json {
    return p["n"] == 1 ? "b" : p["n"] == 2 ? "c" : "a";
  });
  EXPECT_THAT(Lines(table),
              ElementsAre("\"a\" (1): n is 3", "\"b\" (1): n is 1", "\"c\" (1): otherwise"));
}

TEST(InferRules, SaysWhenYesRatherThanNoWhichEverIsMoreCommon) {
  const RuleTable table = TableOf({Flag("a"), Flag("b"), Flag("c")},
                                  [](const Json& p) -> Json { return p["a"] != p["b"] || p["c"]; });
  EXPECT_THAT(Lines(table)[0], "true (6): c=true or (a=false and b=true) or (a=true and b=false)");
}

TEST(InferRules, SaysWhenNoWhereThatTakesFewerWords) {
  const Parameters flags{Flag("a"), Flag("b"), Flag("c"), Flag("d")};
  EXPECT_THAT(
      Lines(TableOf(
          flags, [](const Json& p) -> Json { return (p["a"] || p["b"]) && (p["c"] || p["d"]); })),
      ElementsAre("false (7): (a=false and b=false) or (c=false and d=false)",
                  "true (9): otherwise"));
}

TEST(InferRules, SaysWhenYesWhereNoIsAsLong) {
  const RuleTable majority = TableOf({Flag("a"), Flag("b"), Flag("c")}, [](const Json& p) -> Json {
    return (p["a"] && p["b"]) || (p["b"] && p["c"]) || (p["a"] && p["c"]);
  });
  EXPECT_EQ(Lines(majority)[0], "true (4): (a=true and (b=true or c=true)) or (b=true and c=true)");
}

TEST(InferRules, TakesTheFirstOfSeveralSmallestSetsOfDecidingParameters) {
  RuleTable table{{Flag("a"), Flag("b"), Flag("c")}, {}, {}};
  AddRow(table, {0, 0, 0}, "x");
  AddRow(table, {1, 1, 0}, "y");
  const InferredRules rules = InferRules(table);
  EXPECT_THAT(rules.deciding, ElementsAre("a"));
  EXPECT_THAT(rules.indifferent, ElementsAre("b"));  // c was never varied
  EXPECT_FALSE(rules.full);
}

TEST(InferRules, NamesNoValueThatNoRowHas) {
  RuleTable table{{Numbers("t", {0, 1, 2, 3})}, {}, {}};
  AddRow(table, {0}, "a");
  AddRow(table, {1}, "a");
  AddRow(table, {3}, "b");
  AddRow(table, {2}, "b");
  table.rows.pop_back();
  EXPECT_THAT(Lines(table), ElementsAre("\"b\" (1): t is 3", "\"a\" (2): otherwise"));
}

TEST(InferRules, DoesNotDependOnTheOrderOfRowsOrValues) {
  std::mt19937 random(7);
  RuleTable table =
      TableOf({Numbers("a", {0, 1, 2}), Numbers("b", {0, 1, 2}), Flag("c"), Flag("d")},
              [&](const Json&) { return Json(random() % 3); });
  const std::vector<std::string> lines = Lines(table);
  std::shuffle(table.rows.begin(), table.rows.end(), random);
  std::swap(table.values[0], table.values[2]);
  for (RuleTable::Row& row : table.rows) row.value = row.value == 1 ? 1 : 2 - row.value;
  EXPECT_EQ(Lines(table), lines);
}

// ---- properties over random tables ----

struct Shape {
  std::vector<size_t> domains;
  size_t values;
  double kept;  // share of the combinations that the table has
};

RuleTable RandomTable(const Shape& shape, std::mt19937& random) {
  RuleTable table;
  for (size_t p = 0; p < shape.domains.size(); ++p) {
    journal::Parameter parameter{"p" + std::to_string(p), {}};
    for (size_t v = 0; v < shape.domains[p]; ++v) parameter.values.push_back(v);
    table.parameters.push_back(parameter);
  }
  // Values depend on a random half of the parameters, so that some decide nothing.
  std::map<Point, uint32_t> value_of;
  std::vector<bool> matters;
  for (size_t p = 0; p < shape.domains.size(); ++p) matters.push_back(random() % 2 == 0);
  for (size_t v = 0; v < shape.values; ++v) table.values.push_back("v" + std::to_string(v));
  for (const Point& point : AllPoints(table.parameters)) {
    if (std::uniform_real_distribution<>(0, 1)(random) > shape.kept) continue;
    Point key = point;
    for (size_t p = 0; p < key.size(); ++p) key[p] = matters[p] ? key[p] : 0;
    const auto value =
        value_of.emplace(key, static_cast<uint32_t>(random() % shape.values)).first->second;
    table.rows.push_back({point, value});
  }
  return table;
}

size_t IndexOf(const Parameters& parameters, const std::string& name) {
  for (size_t p = 0; p < parameters.size(); ++p) {
    if (parameters[p].name == name) return p;
  }
  ADD_FAILURE() << "no parameter " << name;
  return 0;
}

bool Admits(const Term& term, const RuleTable& table, const Point& at) {
  return std::all_of(term.begin(), term.end(), [&](const Literal& literal) {
    const size_t p = IndexOf(table.parameters, literal.parameter);
    const Json& value = table.parameters[p].values[at[p]];
    return std::find(literal.values.begin(), literal.values.end(), value) != literal.values.end();
  });
}

bool Admits(const std::vector<Term>& terms, const RuleTable& table, const Point& at) {
  return std::any_of(terms.begin(), terms.end(),
                     [&](const Term& term) { return Admits(term, table, at); });
}

bool SaysExactly(const std::vector<Term>& terms, const Json& value, const RuleTable& table) {
  return std::all_of(table.rows.begin(), table.rows.end(), [&](const RuleTable::Row& row) {
    return Admits(terms, table, row.at) == (table.values[row.value] == value);
  });
}

void ExpectEveryRowToMatchItsRuleOnly(const InferredRules& rules, const RuleTable& table) {
  size_t cases = 0;
  for (const Rule& rule : rules.rules) {
    cases += rule.cases;
    if (rule.otherwise) {
      EXPECT_EQ(&rule, &rules.rules.back());
      continue;
    }
    EXPECT_TRUE(SaysExactly(rule.when, rule.value, table)) << rule.value;
  }
  EXPECT_EQ(cases, table.rows.size());
}

void ExpectNothingToSpare(const InferredRules& rules, const RuleTable& table) {
  for (const Rule& rule : rules.rules) {
    for (size_t t = 0; t < rule.when.size(); ++t) {
      std::vector<Term> fewer = rule.when;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(t));
      EXPECT_FALSE(SaysExactly(fewer, rule.value, table)) << "a term can be dropped";
      for (size_t l = 0; l < rule.when[t].size(); ++l) {
        const Literal& literal = rule.when[t][l];
        EXPECT_FALSE(literal.values.empty());
        EXPECT_LT(literal.values.size(), literal.domain);
        std::vector<Term> shorter = rule.when;
        shorter[t].erase(shorter[t].begin() + static_cast<std::ptrdiff_t>(l));
        EXPECT_FALSE(SaysExactly(shorter, rule.value, table)) << "a literal can be dropped";
      }
    }
  }
}

bool IsDecidedBy(const RuleTable& table, unsigned set) {
  std::map<Point, uint32_t> value_of;
  return std::all_of(table.rows.begin(), table.rows.end(), [&](const RuleTable::Row& row) {
    Point key;
    for (size_t p = 0; p < row.at.size(); ++p) {
      if ((set >> p) & 1) key.push_back(row.at[p]);
    }
    return value_of.emplace(key, row.value).first->second == row.value;
  });
}

void ExpectSmallestSupport(const InferredRules& rules, const RuleTable& table) {
  unsigned found = 0;
  for (const std::string& name : rules.deciding) found |= 1u << IndexOf(table.parameters, name);
  EXPECT_TRUE(IsDecidedBy(table, found));
  for (unsigned set = 0; set < 1u << table.parameters.size(); ++set) {
    if (std::popcount(set) < std::popcount(found)) {
      EXPECT_FALSE(IsDecidedBy(table, set)) << "decided by fewer";
    }
  }
}

TEST(InferRules, IsExactAndHasNothingToSpareOnRandomTables) {
  std::mt19937 random(20240601);
  for (int round = 0; round < 200; ++round) {
    Shape shape{{}, 2 + random() % 3, round % 2 == 0 ? 1.0 : 0.1 + 0.1 * (round % 9)};
    const size_t parameters = 1 + random() % 6;
    const size_t combinations =
        round % 20 == 0 ? 4096 : 256;  // checking takes longer than inferring
    size_t product = 1;
    for (size_t p = 0; p < parameters; ++p) {
      const size_t domain = 2 + random() % 3;
      if (product * domain > combinations) break;
      product *= domain;
      shape.domains.push_back(domain);
    }
    const RuleTable table = RandomTable(shape, random);
    const InferredRules rules = InferRules(table);
    SCOPED_TRACE("round " + std::to_string(round));
    ExpectEveryRowToMatchItsRuleOnly(rules, table);
    ExpectNothingToSpare(rules, table);
    ExpectSmallestSupport(rules, table);
    if (HasFailure()) return;
  }
}

// ---- against brute force ----

// The number of terms of the smallest exact statement over `deciding`, found by trying everything:
// all cubes, all choices of them in rising number.
class BruteForce {
 public:
  BruteForce(const RuleTable& table, const std::vector<std::string>& deciding, const Json& value) {
    std::vector<Point> cubes{{}};  // a bit mask for each parameter
    for (const journal::Parameter& parameter : table.parameters) {
      std::vector<Point> longer;
      for (const Point& cube : cubes) {
        const uint32_t whole = (1u << parameter.values.size()) - 1;
        const bool decides =
            std::find(deciding.begin(), deciding.end(), parameter.name) != deciding.end();
        for (uint32_t mask = decides ? 1 : whole; mask <= whole; ++mask) {
          longer.push_back(cube);
          longer.back().push_back(mask);
        }
      }
      cubes = std::move(longer);
    }
    for (const Point& cube : cubes) AddIfTrue(cube, table, value);
    for (const RuleTable::Row& row : table.rows) {
      if (table.values[row.value] == value) wanted_ |= uint64_t{1} << (&row - table.rows.data());
    }
  }

  size_t FewestTerms() const {
    for (size_t count = 0;; ++count) {
      if (Holds(wanted_, count)) return count;
    }
  }

 private:
  void AddIfTrue(const Point& cube, const RuleTable& table, const Json& value) {
    uint64_t rows = 0;
    for (size_t i = 0; i < table.rows.size(); ++i) {
      const RuleTable::Row& row = table.rows[i];
      bool inside = true;
      for (size_t p = 0; p < cube.size(); ++p) inside = inside && ((cube[p] >> row.at[p]) & 1);
      if (!inside) continue;
      if (table.values[row.value] != value) return;
      rows |= uint64_t{1} << i;
    }
    if (rows != 0) cubes_.insert(rows);
  }

  bool Holds(uint64_t left, size_t count) const {
    if (left == 0) return true;
    if (count == 0) return false;
    const uint64_t first = left & (~left + 1);
    return std::any_of(cubes_.begin(), cubes_.end(), [&](uint64_t cube) {
      return (cube & first) != 0 && Holds(left & ~cube, count - 1);
    });
  }

  std::set<uint64_t> cubes_;
  uint64_t wanted_ = 0;
};

TEST(InferRules, NeedsAsFewTermsAsAnyStatementCan) {
  std::mt19937 random(99);
  const std::vector<std::vector<size_t>> shapes{{2, 2, 2}, {3, 3}, {2, 2, 2, 2}, {4, 3}, {3, 2, 3}};
  for (int round = 0; round < 150; ++round) {
    const Shape shape{shapes[round % shapes.size()], 2 + random() % 2, round % 3 == 0 ? 0.7 : 1.0};
    const RuleTable table = RandomTable(shape, random);
    ASSERT_LE(table.rows.size(), 64u);
    const InferredRules rules = InferRules(table);
    for (const Rule& rule : rules.rules) {
      if (rule.otherwise) continue;
      EXPECT_EQ(rule.when.size(), BruteForce(table, rules.deciding, rule.value).FewestTerms())
          << "round " << round << ", " << rule.value;
    }
  }
}

// ---- time: told, not judged ----

double MillisecondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

size_t TermsIn(const InferredRules& rules) {
  size_t terms = 0;
  for (const Rule& rule : rules.rules) terms += rule.when.size();
  return terms;
}

TEST(InferRules, CopesWithTwelveFlagsAndTwentyObservations) {
  Parameters flags;
  for (int i = 0; i < 12; ++i) flags.push_back(Flag("f" + std::to_string(i)));
  std::mt19937 random(1);
  double milliseconds = 0;
  for (int observation = 0; observation < 20; ++observation) {
    // Three to seven random terms of two to four literals: more than any engine's rule had so far.
    std::vector<std::vector<std::pair<size_t, bool>>> terms(3 + observation % 5);
    for (auto& term : terms) {
      for (size_t l = 0; l < 2 + random() % 3; ++l) term.push_back({random() % 12, random() % 2});
    }
    RuleTable table{flags, {}, {}};
    for (const Point& at : AllPoints(flags)) {
      const bool yes = std::any_of(terms.begin(), terms.end(), [&](const auto& term) {
        return std::all_of(term.begin(), term.end(), [&](const auto& literal) {
          return (at[literal.first] != 0) == literal.second;
        });
      });
      AddRow(table, at, yes);
    }
    InferredRules rules;
    milliseconds += MillisecondsOf([&] { rules = InferRules(table); });
    ExpectEveryRowToMatchItsRuleOnly(rules, table);
    EXPECT_LE(TermsIn(rules), terms.size() + 8);
  }
  std::cout << "20 observations over 4,096 rows of 12 flags: " << milliseconds << " ms\n";
}

TEST(InferRules, CopesWithRulesOverSixParametersOfFourValues) {
  Parameters parameters;
  for (int i = 0; i < 6; ++i) parameters.push_back(Numbers("p" + std::to_string(i), {0, 1, 2, 3}));
  RuleTable table{parameters, {}, {}};
  for (const Point& at : AllPoints(parameters)) {
    const std::string value = at[0] < 2 && at[1] != 3       ? "a"
                              : at[2] == at[3] && at[4] > 1 ? "b"
                              : at[5] == 0                  ? "c"
                                                            : "d";
    AddRow(table, at, value);
  }
  InferredRules rules;
  const double milliseconds = MillisecondsOf([&] { rules = InferRules(table); });
  ExpectEveryRowToMatchItsRuleOnly(rules, table);
  std::cout << "rules over 4,096 rows of 6 x 4 values: " << milliseconds << " ms, "
            << TermsIn(rules) << " terms\n";
}

TEST(InferRules, CopesWithValuesThatFollowNoRule) {
  std::mt19937 random(5);
  Parameters flags;
  for (int i = 0; i < 10; ++i) flags.push_back(Flag("f" + std::to_string(i)));
  Parameters fours;
  for (int i = 0; i < 5; ++i) fours.push_back(Numbers("p" + std::to_string(i), {0, 1, 2, 3}));
  for (const Parameters& parameters : {flags, fours}) {
    RuleTable table{parameters, {}, {}};
    for (const Point& at : AllPoints(parameters)) AddRow(table, at, random() % 3);
    InferredRules rules;
    const double milliseconds = MillisecondsOf([&] { rules = InferRules(table); });
    ExpectEveryRowToMatchItsRuleOnly(rules, table);
    std::cout << "noise over 1,024 rows of " << parameters.size() << " parameters: " << milliseconds
              << " ms, " << TermsIn(rules) << " terms\n";
  }
}

TEST(InferRules, CopesWithAValueOfItsOwnForEveryRow) {
  Parameters flags;
  for (int i = 0; i < 9; ++i) flags.push_back(Flag("f" + std::to_string(i)));
  RuleTable table{flags, {}, {}};
  for (const Point& at : AllPoints(flags)) {
    table.rows.push_back({at, static_cast<uint32_t>(table.values.size())});
    table.values.push_back(table.values.size());
  }
  InferredRules rules;
  const double milliseconds = MillisecondsOf([&] { rules = InferRules(table); });
  EXPECT_EQ(rules.rules.size(), 512u);
  EXPECT_EQ(TermsIn(rules), 511u);
  std::cout << "512 rows, each with its own value: " << milliseconds << " ms\n";
}

}  // namespace
}  // namespace plimsoll::analyse
