#include "analyse/support.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>

namespace plimsoll::analyse {
namespace {

// Row visits that the search for a smallest set may take: some tens of milliseconds.
constexpr size_t kSearchBudget = 30'000'000;

bool IsDecidedBy(const RuleTable& table, const std::vector<size_t>& parameters) {
  const std::vector<size_t> classes = ClassesOfRows(table, parameters);
  std::vector<uint32_t> value_of(table.rows.size());
  std::vector<bool> known(table.rows.size(), false);
  for (size_t row = 0; row < classes.size(); ++row) {
    const size_t c = classes[row];
    if (known[c] && value_of[c] != table.rows[row].value) return false;
    known[c] = true;
    value_of[c] = table.rows[row].value;
  }
  return true;
}

std::vector<size_t> AllOf(const RuleTable& table) {
  std::vector<size_t> all(table.parameters.size());
  for (size_t p = 0; p < all.size(); ++p) all[p] = p;
  return all;
}

std::vector<size_t> Without(std::vector<size_t> set, size_t member) {
  std::erase(set, member);
  return set;
}

std::vector<size_t> Union(std::vector<size_t> a, const std::vector<size_t>& b) {
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  return a;
}

// Steps `chosen`, rising indices below `count`, to the next choice of the same size.
bool NextChoice(std::vector<size_t>& chosen, size_t count) {
  for (size_t i = chosen.size(); i-- > 0;) {
    if (chosen[i] + (chosen.size() - i) >= count) continue;
    ++chosen[i];
    for (size_t k = i + 1; k < chosen.size(); ++k) chosen[k] = chosen[k - 1] + 1;
    return true;
  }
  return false;
}

// The smallest set of `others` that, added to `needed`, decides; nullopt: the budget was spent.
std::optional<std::vector<size_t>> SmallestAddition(const RuleTable& table,
                                                    const std::vector<size_t>& needed,
                                                    const std::vector<size_t>& others) {
  size_t budget = kSearchBudget;
  for (size_t size = 0; size <= others.size(); ++size) {
    std::vector<size_t> chosen(size);
    for (size_t i = 0; i < size; ++i) chosen[i] = i;
    do {
      std::vector<size_t> added;
      for (size_t i : chosen) added.push_back(others[i]);
      const std::vector<size_t> candidate = Union(needed, added);
      if (IsDecidedBy(table, candidate)) return candidate;
      const size_t cost = table.rows.size() * (candidate.size() + 1);
      if (cost > budget) return std::nullopt;
      budget -= cost;
    } while (NextChoice(chosen, others.size()));
  }
  return std::nullopt;
}

}  // namespace

std::vector<size_t> ClassesOfRows(const RuleTable& table, const std::vector<size_t>& parameters) {
  constexpr size_t kNone = std::numeric_limits<size_t>::max();
  std::vector<size_t> classes(table.rows.size(), 0);
  size_t count = 1;
  for (size_t p : parameters) {
    const size_t domain = table.parameters[p].values.size();
    std::vector<size_t> number(count * domain, kNone);
    size_t next = 0;
    for (size_t row = 0; row < classes.size(); ++row) {
      size_t& n = number[classes[row] * domain + table.rows[row].at[p]];
      if (n == kNone) n = next++;
      classes[row] = n;
    }
    count = next;
  }
  return classes;
}

std::vector<size_t> IndispensableParameters(const RuleTable& table) {
  const std::vector<size_t> all = AllOf(table);
  std::vector<size_t> needed;
  for (size_t p : all) {
    if (!IsDecidedBy(table, Without(all, p))) needed.push_back(p);
  }
  return needed;
}

std::vector<size_t> DecidingParameters(const RuleTable& table) {
  const std::vector<size_t> all = AllOf(table);
  // Over a full matrix these are enough, and the search below ends with its first, empty addition.
  const std::vector<size_t> needed = IndispensableParameters(table);
  std::vector<size_t> others;
  std::ranges::set_difference(all, needed, std::back_inserter(others));
  if (auto smallest = SmallestAddition(table, needed, others)) return *smallest;

  std::vector<size_t> kept = all;
  for (size_t i = others.size(); i-- > 0;) {
    std::vector<size_t> fewer = Without(kept, others[i]);
    if (IsDecidedBy(table, fewer)) kept = std::move(fewer);
  }
  return kept;
}

}  // namespace plimsoll::analyse
