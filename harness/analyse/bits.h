// Bits: a set of small numbers (rows of a table, values of parameters), as wide as its maker says.
// Two sets that meet in an operation have the same width. A plain value; any thread.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace plimsoll::analyse {

class Bits {
 public:
  Bits() = default;
  explicit Bits(size_t width) : words_((width + 63) / 64, 0) {}
  static Bits Full(size_t width) {
    Bits bits(width);
    for (size_t i = 0; i < width; ++i) bits.Set(i);
    return bits;
  }

  void Set(size_t i) { words_[i / 64] |= uint64_t{1} << (i % 64); }
  void Clear(size_t i) { words_[i / 64] &= ~(uint64_t{1} << (i % 64)); }
  bool Test(size_t i) const { return (words_[i / 64] >> (i % 64)) & 1; }

  Bits& operator|=(const Bits& other) {
    for (size_t w = 0; w < words_.size(); ++w) words_[w] |= other.words_[w];
    return *this;
  }
  Bits& operator&=(const Bits& other) {
    for (size_t w = 0; w < words_.size(); ++w) words_[w] &= other.words_[w];
    return *this;
  }
  Bits& operator-=(const Bits& other) {
    for (size_t w = 0; w < words_.size(); ++w) words_[w] &= ~other.words_[w];
    return *this;
  }
  friend Bits operator|(Bits a, const Bits& b) { return a |= b; }
  friend Bits operator&(Bits a, const Bits& b) { return a &= b; }
  friend Bits operator-(Bits a, const Bits& b) { return a -= b; }

  bool Any() const {
    for (uint64_t word : words_) {
      if (word != 0) return true;
    }
    return false;
  }
  bool Meets(const Bits& other) const {
    for (size_t w = 0; w < words_.size(); ++w) {
      if ((words_[w] & other.words_[w]) != 0) return true;
    }
    return false;
  }
  bool IsWithin(const Bits& other) const {
    for (size_t w = 0; w < words_.size(); ++w) {
      if ((words_[w] & ~other.words_[w]) != 0) return false;
    }
    return true;
  }
  // Whether every member of this set that is also in `scope` is in `other`.
  bool IsWithin(const Bits& other, const Bits& scope) const {
    for (size_t w = 0; w < words_.size(); ++w) {
      if ((words_[w] & scope.words_[w] & ~other.words_[w]) != 0) return false;
    }
    return true;
  }
  // Whether this set, `b` and `c` have a member in common.
  bool Meets(const Bits& b, const Bits& c) const {
    for (size_t w = 0; w < words_.size(); ++w) {
      if ((words_[w] & b.words_[w] & c.words_[w]) != 0) return true;
    }
    return false;
  }
  size_t Count() const {
    size_t count = 0;
    for (uint64_t word : words_) count += static_cast<size_t>(std::popcount(word));
    return count;
  }
  size_t CountCommon(const Bits& other) const {
    size_t count = 0;
    for (size_t w = 0; w < words_.size(); ++w) {
      count += static_cast<size_t>(std::popcount(words_[w] & other.words_[w]));
    }
    return count;
  }

  // The members in rising order.
  template <class Visit>
  void ForEach(Visit visit) const {
    for (size_t w = 0; w < words_.size(); ++w) {
      for (uint64_t word = words_[w]; word != 0; word &= word - 1) {
        visit(w * 64 + static_cast<size_t>(std::countr_zero(word)));
      }
    }
  }
  std::vector<size_t> Members() const {
    std::vector<size_t> members;
    ForEach([&](size_t i) { members.push_back(i); });
    return members;
  }

  // An order of no meaning beyond being total.
  friend auto operator<=>(const Bits&, const Bits&) = default;

 private:
  std::vector<uint64_t> words_;
};

}  // namespace plimsoll::analyse
