#include <algorithm>

#include "base/covering.h"
#include "plan/plan.h"

namespace plimsoll::plan {
namespace {

std::vector<IndexRow> Product(const std::vector<scenario::Parameter>& parameters) {
  std::vector<IndexRow> rows{{}};
  for (const scenario::Parameter& parameter : parameters) {
    std::vector<IndexRow> longer;
    for (const IndexRow& row : rows) {
      for (uint32_t value = 0; value < parameter.values.size(); ++value) {
        longer.push_back(row);
        longer.back().push_back(value);
      }
    }
    rows = std::move(longer);
  }
  return rows;
}

Json RowOf(const std::vector<scenario::Parameter>& parameters, const IndexRow& indices) {
  Json row = Json::object();
  for (size_t i = 0; i < parameters.size(); ++i)
    row[parameters[i].name] = parameters[i].values[indices[i]];
  return row;
}

std::vector<IndexRow> Allowed(const scenario::Matrix& matrix) {
  std::vector<IndexRow> allowed;
  for (IndexRow& row : Product(matrix.parameters)) {
    const Json values = RowOf(matrix.parameters, row);
    const bool excluded = std::ranges::any_of(
        matrix.exclude, [&](const scenario::When& w) { return w.Matches(values); });
    if (!excluded) allowed.push_back(std::move(row));
  }
  return allowed;
}

// `rows`, and after them those that are included.
std::vector<Json> WithIncluded(const scenario::Matrix& matrix, const std::vector<IndexRow>& rows) {
  std::vector<Json> all;
  for (const IndexRow& row : rows) all.push_back(RowOf(matrix.parameters, row));
  for (const Json& row : matrix.include) {
    if (std::ranges::find(all, row) == all.end()) all.push_back(row);
  }
  return all;
}

}  // namespace

// Pairs of two parameters are all there is: with so few every combination is run.
bool IsSweep(const scenario::Matrix& matrix) {
  return matrix.combine == scenario::Matrix::Combine::kPairs && matrix.parameters.size() > 2;
}

std::vector<Json> FirstRows(const scenario::Matrix& matrix) {
  std::vector<IndexRow> rows = Allowed(matrix);
  if (IsSweep(matrix)) {
    std::vector<bool> taken(rows.size(), false);
    CoverCombinations(rows, PairsOfColumns(matrix.parameters.size()), taken);
    std::vector<IndexRow> chosen;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (taken[i]) chosen.push_back(std::move(rows[i]));
    }
    rows = std::move(chosen);
  }
  return WithIncluded(matrix, rows);
}

std::vector<Json> AllRows(const scenario::Matrix& matrix) { return WithIncluded(matrix, Allowed(matrix)); }

std::vector<IndexRow> SweepOf(const scenario::Matrix& matrix) {
  return IsSweep(matrix) ? Allowed(matrix) : std::vector<IndexRow>();
}

}  // namespace plimsoll::plan
