#include "bench/rule_tables.h"

#include <fmt/format.h>

#include <bit>
#include <functional>

namespace plimsoll::bench {
namespace {

// Which of the values a combination has; bit i of `row` is flag i.
using Shape = std::function<uint32_t(uint32_t row, size_t flags)>;

uint32_t Flag(uint32_t row, unsigned flag) { return (row >> flag) & 1; }
uint32_t Sum(uint32_t row) { return static_cast<uint32_t>(std::popcount(row)); }

// Well mixed, and the same everywhere.
uint32_t Mixed(uint32_t row) {
  row = (row ^ (row >> 16)) * 0x45d9f3bu;
  row = (row ^ (row >> 16)) * 0x45d9f3bu;
  return row ^ (row >> 16);
}

const std::vector<Shape>& Shapes() {
  static const std::vector<Shape> shapes = {
      // Constants, single flags, and, or: most of what engines do.
      [](uint32_t, size_t) { return 0u; },
      [](uint32_t, size_t) { return 0u; },
      [](uint32_t row, size_t) { return Flag(row, 0); },
      [](uint32_t row, size_t flags) { return Flag(row, static_cast<unsigned>(flags - 1)); },
      [](uint32_t row, size_t) { return Flag(row, 0) & Flag(row, 3); },
      [](uint32_t row, size_t) { return Flag(row, 1) & Flag(row, 2) & (1 - Flag(row, 4)); },
      [](uint32_t row, size_t) { return row % 64 == 63 ? 1u : 0u; },
      [](uint32_t row, size_t) { return Flag(row, 2) | Flag(row, 5); },
      [](uint32_t row, size_t) { return row % 16 != 0 ? 1u : 0u; },
      // One flag says which other counts; a few terms; several values.
      [](uint32_t row, size_t) { return Flag(row, Flag(row, 0) ? 1 : 2); },
      [](uint32_t row, size_t) {
        return (Flag(row, 0) & Flag(row, 1)) | (Flag(row, 2) & Flag(row, 3)) | (Flag(row, 4) & Flag(row, 5));
      },
      [](uint32_t row, size_t) { return Flag(row, 0) ? 2 : Flag(row, 1); },
      [](uint32_t row, size_t) { return row % 8; },
      // Parities and majorities of a few flags.
      [](uint32_t row, size_t) { return Flag(row, 0) ^ Flag(row, 1); },
      [](uint32_t row, size_t) { return Sum(row % 16) % 2; },
      [](uint32_t row, size_t) { return Sum(row % 32) >= 3 ? 1u : 0u; },
      // Those that no short rule tells: parity and majority of all flags, their number, noise.
      [](uint32_t row, size_t) { return Sum(row) % 2; },
      [](uint32_t row, size_t flags) { return 2 * Sum(row) > flags ? 1u : 0u; },
      [](uint32_t row, size_t) { return Sum(row) % 4; },
      [](uint32_t row, size_t) { return Mixed(row) % 2; },
  };
  return shapes;
}

analyse::RuleTable TableOf(size_t flags, const Shape& shape) {
  analyse::RuleTable table;
  for (size_t f = 0; f < flags; ++f) table.parameters.push_back({fmt::format("flag{}", f), {false, true}});
  uint32_t most = 0;
  for (uint32_t row = 0; row < (1u << flags); ++row) {
    std::vector<uint32_t> at;
    for (unsigned f = 0; f < flags; ++f) at.push_back(Flag(row, f));
    table.rows.push_back({std::move(at), shape(row, flags)});
    most = std::max(most, table.rows.back().value);
  }
  for (uint32_t value = 0; value <= most; ++value) table.values.push_back(fmt::format("value {}", value));
  return table;
}

}  // namespace

std::vector<analyse::RuleTable> RuleTables(size_t flags) {
  std::vector<analyse::RuleTable> tables;
  for (const Shape& shape : Shapes()) tables.push_back(TableOf(flags, shape));
  return tables;
}

}  // namespace plimsoll::bench
