#include "analyse/point_table.h"

#include <utility>

namespace plimsoll::analyse {

PointTable::PointTable(std::vector<size_t> domains, std::vector<Point> points)
    : domains_(std::move(domains)), points_(std::move(points)) {
  for (size_t domain : domains_) {
    first_bit_.push_back(width_);
    width_ += domain;
  }
  for (size_t p = 0; p < domains_.size(); ++p) {
    bits_of_.emplace_back(width_);
    for (size_t v = 0; v < domains_[p]; ++v) bits_of_.back().Set(first_bit_[p] + v);
  }
  points_with_.assign(width_, Bits(points_.size()));
  for (size_t i = 0; i < points_.size(); ++i) {
    for (size_t p = 0; p < domains_.size(); ++p) {
      points_with_[first_bit_[p] + points_[i][p]].Set(i);
    }
  }
}

Cube PointTable::CubeOf(const Point& point) const {
  Cube cube(width_);
  for (size_t p = 0; p < point.size(); ++p) cube.Set(first_bit_[p] + point[p]);
  return cube;
}

Bits PointTable::PointsAdmittedBy(const Cube& cube, size_t p) const {
  Bits admitted(points_.size());
  for (size_t v = 0; v < domains_[p]; ++v) {
    if (cube.Test(first_bit_[p] + v)) admitted |= PointsWith(p, v);
  }
  return admitted;
}

std::optional<size_t> PointTable::OnlyValue(const Cube& cube, size_t p) const {
  std::optional<size_t> only;
  for (size_t v = 0; v < domains_[p]; ++v) {
    if (!cube.Test(first_bit_[p] + v)) continue;
    if (only) return std::nullopt;
    only = v;
  }
  return only;
}

Bits PointTable::PointsIn(const Cube& cube) const {
  Bits inside = Bits::Full(points_.size());
  for (size_t p = 0; p < domains_.size(); ++p) {
    if (bits_of_[p].IsWithin(cube)) continue;
    if (const auto only = OnlyValue(cube, p)) {
      inside &= PointsWith(p, *only);
    } else {
      inside &= PointsAdmittedBy(cube, p);
    }
  }
  return inside;
}

size_t PointTable::LiteralsOf(const Cube& cube) const {
  size_t literals = 0;
  for (const Bits& bits : bits_of_) literals += bits.IsWithin(cube) ? 0 : 1;
  return literals;
}

}  // namespace plimsoll::analyse
