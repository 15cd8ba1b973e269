#include "base/covering.h"

#include <algorithm>
#include <map>
#include <queue>

namespace plimsoll {
namespace {

// For each row the numbers of the combinations that it has, one for each set.
std::vector<std::vector<size_t>> CombinationsOf(const std::vector<IndexRow>& rows, const std::vector<Columns>& sets,
                                                size_t& count) {
  std::vector<std::vector<size_t>> of_rows(rows.size());
  count = 0;
  for (const Columns& columns : sets) {
    std::map<IndexRow, size_t> numbers;
    for (size_t i = 0; i < rows.size(); ++i) {
      IndexRow values;
      for (const size_t column : columns) values.push_back(rows[i][column]);
      const auto [at, is_new] = numbers.try_emplace(std::move(values), count);
      if (is_new) ++count;
      of_rows[i].push_back(at->second);
    }
  }
  return of_rows;
}

// What a row would add; more is never found out later, only less.
struct Offer {
  size_t gain = 0;
  size_t row = 0;
  bool operator<(const Offer& other) const { return gain != other.gain ? gain < other.gain : row > other.row; }
};

}  // namespace

void CoverCombinations(const std::vector<IndexRow>& rows, const std::vector<Columns>& sets, std::vector<bool>& taken) {
  size_t count = 0;
  const auto combinations = CombinationsOf(rows, sets, count);
  std::vector<bool> covered(count, false);
  const auto take = [&](size_t row) {
    taken[row] = true;
    for (const size_t combination : combinations[row]) covered[combination] = true;
  };
  const auto gain_of = [&](size_t row) {
    return static_cast<size_t>(
        std::ranges::count_if(combinations[row], [&](size_t combination) { return !covered[combination]; }));
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    if (taken[i]) take(i);
  }
  std::priority_queue<Offer> offers;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!taken[i]) offers.push({gain_of(i), i});
  }
  while (!offers.empty() && offers.top().gain > 0) {
    const Offer offer = offers.top();
    offers.pop();
    const size_t gain = gain_of(offer.row);
    if (gain == offer.gain) {
      take(offer.row);
    } else {
      offers.push({gain, offer.row});
    }
  }
}

std::vector<Columns> PairsOfColumns(size_t columns) {
  std::vector<Columns> pairs;
  for (size_t i = 0; i < columns; ++i) {
    for (size_t j = i + 1; j < columns; ++j) pairs.push_back({i, j});
  }
  return pairs;
}

}  // namespace plimsoll
