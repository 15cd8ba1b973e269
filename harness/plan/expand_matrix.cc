#include <algorithm>
#include <set>

#include "plan/plan.h"

namespace plimsoll::plan {
namespace {

using Indices = std::vector<size_t>;

std::vector<Indices> Product(const std::vector<scenario::Parameter>& parameters) {
  std::vector<Indices> rows{{}};
  for (const scenario::Parameter& parameter : parameters) {
    std::vector<Indices> longer;
    for (const Indices& row : rows) {
      for (size_t value = 0; value < parameter.values.size(); ++value) {
        longer.push_back(row);
        longer.back().push_back(value);
      }
    }
    rows = std::move(longer);
  }
  return rows;
}

struct Pair {
  size_t first, first_value, second, second_value;
  auto operator<=>(const Pair&) const = default;
};

std::vector<Pair> PairsOf(const Indices& row) {
  std::vector<Pair> pairs;
  for (size_t i = 0; i < row.size(); ++i) {
    for (size_t j = i + 1; j < row.size(); ++j) pairs.push_back({i, row[i], j, row[j]});
  }
  return pairs;
}

// Of the allowed rows a small set in which every pair of values that occurs at all occurs: greedily
// the row that adds most, the earliest among equals.
std::vector<Indices> CoverPairs(const std::vector<Indices>& rows) {
  std::set<Pair> open;
  for (const Indices& row : rows) {
    for (const Pair& pair : PairsOf(row)) open.insert(pair);
  }
  std::vector<bool> taken(rows.size(), false);
  while (!open.empty()) {
    size_t best = 0, best_gain = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (taken[i]) continue;
      const auto pairs = PairsOf(rows[i]);
      const auto gain = static_cast<size_t>(
          std::ranges::count_if(pairs, [&](const Pair& p) { return open.contains(p); }));
      if (gain > best_gain) {
        best_gain = gain;
        best = i;
      }
    }
    taken[best] = true;
    for (const Pair& pair : PairsOf(rows[best])) open.erase(pair);
  }
  std::vector<Indices> chosen;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (taken[i]) chosen.push_back(rows[i]);
  }
  return chosen;
}

Json RowOf(const std::vector<scenario::Parameter>& parameters, const Indices& indices) {
  Json row = Json::object();
  for (size_t i = 0; i < parameters.size(); ++i)
    row[parameters[i].name] = parameters[i].values[indices[i]];
  return row;
}

}  // namespace

std::vector<Json> ExpandMatrix(const scenario::Matrix& matrix) {
  std::vector<Indices> kept;
  for (Indices& row : Product(matrix.parameters)) {
    const Json values = RowOf(matrix.parameters, row);
    const bool excluded = std::ranges::any_of(
        matrix.exclude, [&](const scenario::When& w) { return w.Matches(values); });
    if (!excluded) kept.push_back(std::move(row));
  }
  // Pairs need two parameters; with fewer every value has to come.
  if (matrix.combine == scenario::Matrix::Combine::kPairs && matrix.parameters.size() > 2)
    kept = CoverPairs(kept);
  std::vector<Json> rows;
  for (const Indices& row : kept) rows.push_back(RowOf(matrix.parameters, row));
  for (const Json& row : matrix.include) {
    if (std::ranges::find(rows, row) == rows.end()) rows.push_back(row);
  }
  return rows;
}

}  // namespace plimsoll::plan
