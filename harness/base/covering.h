// Covering: few rows of a table in which each combination of values still occurs that some of its columns have in it.
// Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plimsoll {

using IndexRow = std::vector<uint32_t>;  // for each column the index of its value
using Columns = std::vector<size_t>;     // rising

// Takes rows until for each of `sets` every combination of values that its columns have in any row is in a taken one:
// greedily the row that adds most, of several the earliest. `taken` is parallel to `rows`; what it holds already counts.
void CoverCombinations(const std::vector<IndexRow>& rows, const std::vector<Columns>& sets, std::vector<bool>& taken);

// {0, 1}, {0, 2} ... of so many columns.
std::vector<Columns> PairsOfColumns(size_t columns);

}  // namespace plimsoll
