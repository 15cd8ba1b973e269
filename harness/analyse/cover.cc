#include "analyse/cover.h"

#include "analyse/primes.h"
#include "analyse/set_cover.h"

namespace plimsoll::analyse {
namespace {

// A cube more is never worth any number of literals less.
constexpr uint64_t kCostOfCube = uint64_t{1} << 24;

}  // namespace

std::vector<Cube> MinimalCover(const PointTable& table, const Bits& wanted,
                               std::vector<Cube> forbidden, size_t effort) {
  if (!wanted.Any()) return {};
  const auto all = AllPrimes(table, wanted, std::move(forbidden), effort);
  const std::vector<Cube> primes = all ? *all : SomePrimes(table, wanted);

  const std::vector<size_t> points = wanted.Members();
  std::vector<CandidateSet> sets;
  for (const Cube& prime : primes) {
    const Bits inside = table.PointsIn(prime);
    CandidateSet set{Bits(points.size()), kCostOfCube + table.LiteralsOf(prime)};
    for (size_t i = 0; i < points.size(); ++i) {
      if (inside.Test(points[i])) set.elements.Set(i);
    }
    sets.push_back(std::move(set));
  }
  std::vector<Cube> cover;
  for (size_t chosen : MinimalSetCover(sets, points.size())) cover.push_back(primes[chosen]);
  return cover;
}

}  // namespace plimsoll::analyse
