#include "analyse/rules.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "analyse/cover.h"
#include "analyse/primes.h"
#include "analyse/support.h"

namespace plimsoll::analyse {
namespace {

// For all values of a table together (see cover.h). What needs more is close to random, and an
// exact answer to it would help nobody.
constexpr size_t kEffort = 4'000'000;

// Without the values that no row has: nothing is known of them, so no rule names them.
struct SeenTable {
  RuleTable table;                   // its domains hold seen values only
  std::vector<size_t> whole_domain;  // of each parameter, before
};

SeenTable OnlySeenValues(const RuleTable& table) {
  SeenTable seen;
  seen.table.values = table.values;
  seen.table.rows = table.rows;
  for (size_t p = 0; p < table.parameters.size(); ++p) {
    const journal::Parameter& parameter = table.parameters[p];
    std::vector<bool> used(parameter.values.size(), false);
    for (const RuleTable::Row& row : table.rows) used[row.at[p]] = true;
    std::vector<uint32_t> index(parameter.values.size(), 0);
    journal::Parameter reduced{parameter.name, {}};
    for (size_t v = 0; v < used.size(); ++v) {
      if (!used[v]) continue;
      index[v] = static_cast<uint32_t>(reduced.values.size());
      reduced.values.push_back(parameter.values[v]);
    }
    for (RuleTable::Row& row : seen.table.rows) row.at[p] = index[row.at[p]];
    seen.table.parameters.push_back(std::move(reduced));
    seen.whole_domain.push_back(parameter.values.size());
  }
  return seen;
}

bool HasEveryCombination(const RuleTable& table) {
  size_t combinations = 1;
  for (const journal::Parameter& parameter : table.parameters) {
    combinations *= parameter.values.size();
    if (combinations > table.rows.size()) return false;
  }
  return combinations == table.rows.size();
}

// The table as the deciding parameters see it.
struct Projection {
  PointTable points;
  std::vector<uint32_t> value_of;  // by point
};

Projection Project(const RuleTable& table, const std::vector<size_t>& deciding) {
  std::map<Point, uint32_t> value_of;  // sorted: the order of rows must not show
  for (const RuleTable::Row& row : table.rows) {
    Point point;
    for (size_t p : deciding) point.push_back(row.at[p]);
    value_of.emplace(std::move(point), row.value);
  }
  std::vector<size_t> domains;
  for (size_t p : deciding) domains.push_back(table.parameters[p].values.size());
  std::vector<Point> points;
  std::vector<uint32_t> values;
  for (const auto& [point, value] : value_of) {
    points.push_back(point);
    values.push_back(value);
  }
  return {PointTable(std::move(domains), std::move(points)), std::move(values)};
}

// Writes rules for the values of a table, from cubes over its deciding parameters.
class RuleMaker {
 public:
  RuleMaker(const SeenTable& seen, const std::vector<size_t>& deciding)
      : seen_(seen),
        deciding_(deciding),
        projection_(Project(seen.table, deciding)),
        cubes_of_(seen.table.values.size()) {
    effort_ = kEffort / std::max<size_t>(cubes_of_.size(), 1);
    const PointTable& points = projection_.points;
    for (size_t i = 0; i < points.size(); ++i) {
      cubes_of_[projection_.value_of[i]].push_back(points.CubeOf(points.points()[i]));
    }
    for (std::vector<Cube>& cubes : cubes_of_) cubes = MergedCubes(points, std::move(cubes));
  }

  Rule Explicit(uint32_t value) const {
    Bits wanted(projection_.points.size());
    for (size_t i = 0; i < projection_.value_of.size(); ++i) {
      if (projection_.value_of[i] == value) wanted.Set(i);
    }
    std::vector<Cube> cover =
        MinimalCover(projection_.points, wanted, CubesOfOthers(value), effort_);
    if (!HoldsExactly(cover, wanted)) cover = PointByPoint(wanted);
    cover = Narrowed(std::move(cover));
    Rule rule = Otherwise(value);
    rule.otherwise = false;
    std::multimap<std::vector<size_t>, Term> sorted;  // a key does not tell all terms apart
    for (const Cube& cube : cover) sorted.emplace(SortKey(cube), TermOf(cube));
    for (auto& [key, term] : sorted) rule.when.push_back(std::move(term));
    return rule;
  }

  Rule Otherwise(uint32_t value) const {
    Rule rule;
    rule.value = seen_.table.values[value];
    rule.otherwise = true;
    for (const RuleTable::Row& row : seen_.table.rows) rule.cases += row.value == value ? 1 : 0;
    return rule;
  }

 private:
  std::vector<Cube> CubesOfOthers(uint32_t value) const {
    std::vector<Cube> cubes;
    for (size_t other = 0; other < cubes_of_.size(); ++other) {
      if (other == value) continue;
      cubes.insert(cubes.end(), cubes_of_[other].begin(), cubes_of_[other].end());
    }
    return cubes;
  }

  // The check that no rule leaves this file without.
  bool HoldsExactly(const std::vector<Cube>& cover, const Bits& wanted) const {
    Bits held(projection_.points.size());
    for (const Cube& cube : cover) held |= projection_.points.PointsIn(cube);
    return held == wanted;
  }

  // A prime names every value that does no harm. Those that the other terms hold anyway are left out, where that
  // takes fewer words: "running, or created under stop", and not "running, or created or running under stop".
  std::vector<Cube> Narrowed(std::vector<Cube> cover) const {
    const PointTable& points = projection_.points;
    std::vector<size_t> holders(points.size(), 0);  // how many terms hold the point
    for (const Cube& cube : cover) points.PointsIn(cube).ForEach([&](size_t p) { ++holders[p]; });
    for (Cube& cube : cover) {
      for (size_t i = 0; i < deciding_.size(); ++i) {
        if (points.BitsOf(i).IsWithin(cube) || points.OnlyValue(cube, i)) continue;
        const Bits held = points.PointsIn(cube);
        const size_t first = points.FirstBit(i);
        Cube narrow = cube;
        Bits left_out(points.size());
        for (size_t v = 0; v < points.domain(i); ++v) {
          if (!cube.Test(first + v)) continue;
          Bits with_value = held;
          with_value &= points.PointsWith(i, v);
          bool elsewhere = true;
          with_value.ForEach([&](size_t p) { elsewhere = elsewhere && holders[p] > 1; });
          if (!elsewhere) continue;
          narrow.Clear(first + v);
          left_out |= with_value;
        }
        if (WordsFor(narrow, i) >= WordsFor(cube, i)) continue;
        cube = std::move(narrow);
        left_out.ForEach([&](size_t p) { --holders[p]; });
      }
    }
    return cover;
  }

  // How many values a sentence names for the literal: those that it is, or those that it is not.
  size_t WordsFor(const Cube& cube, size_t i) const {
    size_t named = 0;
    for (size_t v = 0; v < projection_.points.domain(i); ++v) named += cube.Test(projection_.points.FirstBit(i) + v) ? 1 : 0;
    return std::min(named, seen_.whole_domain[deciding_[i]] - named);
  }

  // True whatever a minimiser does.
  std::vector<Cube> PointByPoint(const Bits& wanted) const {
    std::vector<Cube> cover;
    wanted.ForEach([&](size_t i) {
      cover.push_back(projection_.points.CubeOf(projection_.points.points()[i]));
    });
    return cover;
  }

  Term TermOf(const Cube& cube) const {
    Term term;
    for (size_t i = 0; i < deciding_.size(); ++i) {
      if (projection_.points.BitsOf(i).IsWithin(cube)) continue;
      const journal::Parameter& parameter = seen_.table.parameters[deciding_[i]];
      Literal literal{parameter.name, {}, seen_.whole_domain[deciding_[i]]};
      for (size_t v = 0; v < parameter.values.size(); ++v) {
        if (cube.Test(projection_.points.FirstBit(i) + v)) {
          literal.values.push_back(parameter.values[v]);
        }
      }
      term.push_back(std::move(literal));
    }
    return term;
  }

  // Short terms first, then in the order of the matrix.
  std::vector<size_t> SortKey(const Cube& cube) const {
    std::vector<size_t> key{projection_.points.LiteralsOf(cube)};
    for (size_t i = 0; i < deciding_.size(); ++i) {
      if (projection_.points.BitsOf(i).IsWithin(cube)) continue;
      key.push_back(deciding_[i]);
      for (size_t v = 0; v < projection_.points.domain(i); ++v) {
        if (cube.Test(projection_.points.FirstBit(i) + v)) key.push_back(v);
      }
    }
    return key;
  }

  const SeenTable& seen_;
  const std::vector<size_t>& deciding_;
  Projection projection_;
  size_t effort_ = 0;                        // for each value
  std::vector<std::vector<Cube>> cubes_of_;  // by value: its points, merged
};

size_t LiteralsIn(const Rule& rule) {
  return std::accumulate(rule.when.begin(), rule.when.end(), size_t{0},
                         [](size_t sum, const Term& term) { return sum + term.size(); });
}

// The values that rows have: the rarest first, equally rare ones in the order of their texts.
std::vector<uint32_t> ValuesByRarity(const RuleTable& table) {
  std::vector<size_t> cases(table.values.size(), 0);
  for (const RuleTable::Row& row : table.rows) ++cases[row.value];
  std::vector<uint32_t> values;
  for (uint32_t v = 0; v < cases.size(); ++v) {
    if (cases[v] > 0) values.push_back(v);
  }
  std::sort(values.begin(), values.end(), [&](uint32_t a, uint32_t b) {
    if (cases[a] != cases[b]) return cases[a] < cases[b];
    return CompactJson(table.values[a]) < CompactJson(table.values[b]);
  });
  return values;
}

bool IsYesOrNo(const RuleTable& table, const std::vector<uint32_t>& values) {
  return values.size() == 2 && table.values[values[0]].is_boolean() &&
         table.values[values[1]].is_boolean();
}

// "The process sees end-of-file when ..." reads better than when it does not, if it is as short.
std::vector<Rule> YesOrNoRules(const RuleMaker& maker, uint32_t yes, uint32_t no) {
  Rule when_yes = maker.Explicit(yes);
  Rule when_no = maker.Explicit(no);
  if (LiteralsIn(when_no) < LiteralsIn(when_yes)) return {std::move(when_no), maker.Otherwise(yes)};
  return {std::move(when_yes), maker.Otherwise(no)};
}

std::vector<Rule> RulesOf(const SeenTable& seen, const std::vector<size_t>& deciding) {
  const std::vector<uint32_t> values = ValuesByRarity(seen.table);
  if (values.empty()) return {};
  const RuleMaker maker(seen, deciding);
  if (IsYesOrNo(seen.table, values)) {
    const bool first_is_yes = seen.table.values[values[0]].get<bool>();
    return YesOrNoRules(maker, values[first_is_yes ? 0 : 1], values[first_is_yes ? 1 : 0]);
  }
  std::vector<Rule> rules;
  if (values.size() == 1) {
    rules.push_back(maker.Explicit(values[0]));
    return rules;
  }
  for (size_t i = 0; i + 1 < values.size(); ++i) rules.push_back(maker.Explicit(values[i]));
  rules.push_back(maker.Otherwise(values.back()));
  return rules;
}

}  // namespace

InferredRules InferRules(const RuleTable& table) {
  InferredRules inferred;
  inferred.full = HasEveryCombination(table);
  const SeenTable seen = OnlySeenValues(table);
  const std::vector<size_t> deciding = DecidingParameters(seen.table);
  for (size_t p = 0; p < table.parameters.size(); ++p) {
    if (std::find(deciding.begin(), deciding.end(), p) != deciding.end()) {
      inferred.deciding.push_back(table.parameters[p].name);
    } else if (seen.table.parameters[p].values.size() > 1) {
      inferred.indifferent.push_back(table.parameters[p].name);
    }
  }
  inferred.rules = RulesOf(seen, deciding);
  return inferred;
}

}  // namespace plimsoll::analyse
