// MinimalCover: the fewest primes that hold exactly the wanted points of a table. Pure; any thread.
#pragma once

#include <vector>

#include "analyse/point_table.h"

namespace plimsoll::analyse {

// Fewest cubes, then fewest literals: exact where the search stays small (`effort` comparisons of
// cubes; a million take about 10 ms), otherwise a set of primes of which none can be spared. The
// cubes `forbidden` hold exactly the points that are not wanted. Sorted by literals, then by width.
std::vector<Cube> MinimalCover(const PointTable& table, const Bits& wanted,
                               std::vector<Cube> forbidden, size_t effort);

}  // namespace plimsoll::analyse
