// Primes: the largest cubes that hold some wanted points of a table and no forbidden one. Pure.
#pragma once

#include <optional>
#include <vector>

#include "analyse/point_table.h"

namespace plimsoll::analyse {

// The same points in fewer cubes: cubes that differ in one parameter only become one, until none
// do. No other point, not even one that the table lacks, comes in. Disjoint cubes stay disjoint.
std::vector<Cube> MergedCubes(const PointTable& table, std::vector<Cube> cubes);

// Every prime with a point of `wanted`. All other points are forbidden, and the cubes `forbidden`
// hold exactly them; what is not in the table is "don't care". nullopt where it takes more than
// `effort` comparisons of cubes: there are too many to be worth having. Sorted: fewest literals
// first.
std::optional<std::vector<Cube>> AllPrimes(const PointTable& table, const Bits& wanted,
                                           std::vector<Cube> forbidden, size_t effort);

// Some primes that together hold all points of `wanted`, found by widening single points in several
// orders. In the same order as AllPrimes.
std::vector<Cube> SomePrimes(const PointTable& table, const Bits& wanted);

}  // namespace plimsoll::analyse
