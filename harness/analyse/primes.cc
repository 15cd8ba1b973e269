#include "analyse/primes.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace plimsoll::analyse {
namespace {

// Orders in which SomePrimes widens.
constexpr size_t kOrders = 6;

bool Overlap(const PointTable& table, const Cube& a, const Cube& b) {
  for (size_t p = 0; p < table.parameter_count(); ++p) {
    if (!a.Meets(b, table.BitsOf(p))) return false;
  }
  return true;
}

// The largest parts of `cube` outside of `forbidden`: one for each parameter.
std::vector<Cube> PartsOutside(const PointTable& table, const Cube& cube, const Cube& forbidden) {
  std::vector<Cube> parts;
  for (size_t p = 0; p < table.parameter_count(); ++p) {
    Cube part = cube - (forbidden & table.BitsOf(p));
    if (part.Meets(table.BitsOf(p))) parts.push_back(std::move(part));
  }
  return parts;
}

void SortWidestFirst(std::vector<Cube>& cubes) {
  std::vector<std::pair<size_t, Cube>> keyed;
  for (Cube& cube : cubes) keyed.emplace_back(cube.Count(), std::move(cube));
  std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  cubes.clear();
  for (auto& [width, cube] : keyed) cubes.push_back(std::move(cube));
}

void SortFewestLiteralsFirst(const PointTable& table, std::vector<Cube>& cubes) {
  SortWidestFirst(cubes);
  std::vector<std::vector<Cube>> by_literals(table.parameter_count() + 1);
  for (Cube& cube : cubes) by_literals[table.LiteralsOf(cube)].push_back(std::move(cube));
  cubes.clear();
  for (std::vector<Cube>& some : by_literals) std::ranges::move(some, std::back_inserter(cubes));
}

// False where less than `cost` is left of `effort`.
bool Spend(size_t& effort, size_t cost) {
  if (cost > effort) return false;
  effort -= cost;
  return true;
}

// Takes `forbidden` away from all cubes and keeps the largest that still hold a wanted point. False
// where the effort was spent.
bool TakeAway(const PointTable& table, const Bits& wanted, const Cube& forbidden,
              std::vector<Cube>& cubes, size_t& effort) {
  if (!Spend(effort, cubes.size())) return false;
  std::vector<Cube> kept;
  std::vector<Cube> parts;
  for (Cube& cube : cubes) {
    if (!Overlap(table, cube, forbidden)) {
      kept.push_back(std::move(cube));
      continue;
    }
    for (Cube& part : PartsOutside(table, cube, forbidden)) parts.push_back(std::move(part));
  }
  // No kept cube lies within a part: it would have lain within the cube that the part comes from.
  SortWidestFirst(parts);
  for (Cube& part : parts) {
    if (!Spend(effort, kept.size() + table.parameter_count())) return false;
    const bool inside = std::any_of(kept.begin(), kept.end(),
                                    [&](const Cube& cube) { return part.IsWithin(cube); });
    if (!inside && table.PointsIn(part).Meets(wanted)) kept.push_back(std::move(part));
  }
  cubes = std::move(kept);
  return true;
}

// Widens single points into primes.
class Widener {
 public:
  Widener(const PointTable& table, Bits forbidden)
      : table_(table), forbidden_(std::move(forbidden)) {}

  // Parameters are freed in the given order: first as a whole, for fewer literals, then by values.
  Cube Widen(const Point& point, const std::vector<size_t>& order) const {
    // after[i]: the forbidden points that no parameter from order[i] on keeps out, as long as all of them
    // are restricted to the point's values.
    std::vector<Bits> after(order.size() + 1, forbidden_);
    for (size_t i = order.size(); i-- > 0;) {
      after[i] = after[i + 1];
      after[i] &= table_.PointsWith(order[i], point[order[i]]);
    }
    Cube cube = table_.CubeOf(point);
    std::vector<size_t> restricted;
    Bits before = Bits::Full(table_.size());  // the points that those restricted so far admit
    for (size_t i = 0; i < order.size(); ++i) {
      const size_t p = order[i];
      if (before.Meets(after[i + 1])) {
        restricted.push_back(p);
        before &= table_.PointsWith(p, point[p]);
      } else {
        cube |= table_.BitsOf(p);
      }
    }
    AdmitValues(restricted, point, cube);
    return cube;
  }

 private:
  // Of two values the second would free the parameter, which has been tried; of more some may be let in.
  void AdmitValues(const std::vector<size_t>& restricted, const Point& point, Cube& cube) const {
    std::vector<Bits> admitted;
    for (size_t p : restricted) admitted.push_back(table_.PointsWith(p, point[p]));
    for (size_t i = 0; i < restricted.size(); ++i) {
      const size_t p = restricted[i];
      if (table_.domain(p) == 2) continue;
      Bits reachable = forbidden_;  // the forbidden points that only this parameter keeps out
      for (size_t k = 0; k < restricted.size(); ++k) {
        if (k != i) reachable &= admitted[k];
      }
      for (size_t v = 0; v < table_.domain(p); ++v) {
        if (table_.PointsWith(p, v).Meets(reachable)) continue;
        cube.Set(table_.FirstBit(p) + v);
        admitted[i] |= table_.PointsWith(p, v);
      }
    }
  }

  const PointTable& table_;
  Bits forbidden_;
};

// The parameters in some orders, each of which begins with another one.
std::vector<std::vector<size_t>> Orders(size_t parameters) {
  std::vector<size_t> order(parameters);
  std::iota(order.begin(), order.end(), size_t{0});
  const size_t count = std::clamp<size_t>(parameters, 1, kOrders);
  std::vector<std::vector<size_t>> orders;
  for (size_t i = 0; i < count; ++i) {
    orders.push_back(order);
    const auto first = static_cast<std::ptrdiff_t>(i * parameters / count);
    std::rotate(orders.back().begin(), orders.back().begin() + first, orders.back().end());
  }
  return orders;
}

}  // namespace

std::vector<Cube> MergedCubes(const PointTable& table, std::vector<Cube> cubes) {
  for (size_t before = 0; before != cubes.size();) {
    before = cubes.size();
    for (size_t p = 0; p < table.parameter_count(); ++p) {
      std::vector<std::pair<Bits, Bits>> split;  // the other parameters, this one
      for (const Cube& cube : cubes) {
        split.emplace_back(cube - table.BitsOf(p), cube & table.BitsOf(p));
      }
      std::sort(split.begin(), split.end());
      cubes.clear();
      for (size_t i = 0; i < split.size(); ++i) {
        if (i > 0 && split[i].first == split[i - 1].first) {
          cubes.back() |= split[i].second;
        } else {
          cubes.push_back(split[i].first | split[i].second);
        }
      }
    }
  }
  return cubes;
}

std::optional<std::vector<Cube>> AllPrimes(const PointTable& table, const Bits& wanted,
                                           std::vector<Cube> forbidden, size_t effort) {
  // Merging takes a few passes over the cubes for each parameter.
  if (!Spend(effort, 4 * forbidden.size() * table.parameter_count())) return std::nullopt;
  forbidden = MergedCubes(table, std::move(forbidden));
  SortWidestFirst(forbidden);
  std::vector<Cube> cubes{table.Everything()};
  for (const Cube& cube : forbidden) {
    if (!TakeAway(table, wanted, cube, cubes, effort)) return std::nullopt;
  }
  SortFewestLiteralsFirst(table, cubes);
  return cubes;
}

std::vector<Cube> SomePrimes(const PointTable& table, const Bits& wanted) {
  const Widener widener(table, Bits::Full(table.size()) - wanted);
  std::vector<Cube> primes;
  for (const std::vector<size_t>& order : Orders(table.parameter_count())) {
    Bits left = wanted;
    wanted.ForEach([&](size_t i) {
      if (!left.Test(i)) return;
      primes.push_back(widener.Widen(table.points()[i], order));
      left -= table.PointsIn(primes.back());
    });
  }
  SortFewestLiteralsFirst(table, primes);
  primes.erase(std::unique(primes.begin(), primes.end()), primes.end());
  return primes;
}

}  // namespace plimsoll::analyse
