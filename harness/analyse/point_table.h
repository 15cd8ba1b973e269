// PointTable: the distinct points (one value index per parameter) of a table, indexed by value, so
// that the points in a cube are found by a few set operations. Immutable; any thread.
//
// A cube holds for each parameter the set of values that it admits, all in one Bits: bit
// FirstBit(p) + v stands for "parameter p may be value v". An implicant is a cube without forbidden
// points, a prime one that no further value can be admitted to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analyse/bits.h"

namespace plimsoll::analyse {

using Cube = Bits;
using Point = std::vector<uint32_t>;

class PointTable {
 public:
  // Each point has one index below domains[p] for each parameter p.
  PointTable(std::vector<size_t> domains, std::vector<Point> points);

  size_t parameter_count() const { return domains_.size(); }
  size_t domain(size_t p) const { return domains_[p]; }
  const std::vector<Point>& points() const { return points_; }
  size_t size() const { return points_.size(); }

  size_t FirstBit(size_t p) const { return first_bit_[p]; }
  size_t width() const { return width_; }
  // The bits of parameter p: what admits all of its values.
  const Bits& BitsOf(size_t p) const { return bits_of_[p]; }
  Cube Everything() const { return Bits::Full(width_); }
  Cube CubeOf(const Point& point) const;

  // The points (their numbers) with value v of parameter p.
  const Bits& PointsWith(size_t p, size_t v) const { return points_with_[first_bit_[p] + v]; }
  // The points that the cube admits as far as parameter p goes.
  Bits PointsAdmittedBy(const Cube& cube, size_t p) const;
  Bits PointsIn(const Cube& cube) const;
  // The one value of p that the cube admits; nullopt: several, or none.
  std::optional<size_t> OnlyValue(const Cube& cube, size_t p) const;
  // How many parameters the cube restricts: the literals of its term.
  size_t LiteralsOf(const Cube& cube) const;

 private:
  std::vector<size_t> domains_;
  std::vector<Point> points_;
  std::vector<size_t> first_bit_;
  size_t width_ = 0;
  std::vector<Bits> bits_of_;
  std::vector<Bits> points_with_;  // by bit
};

}  // namespace plimsoll::analyse
