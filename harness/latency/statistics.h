// Numbers out of samples. Pure and, with a seed, repeatable; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "latency/measurement.h"

namespace plimsoll::latency {

// Of sorted samples, by the nearest rank: the smallest that at least `share` (0 to 1) of them do not exceed.
// REQUIRES: not empty.
int64_t Quantile(const std::vector<int64_t>& sorted, double share);

struct Summary {
  size_t count = 0;
  int64_t p50 = 0, p90 = 0, p99 = 0, max = 0;  // ns. Fewer than 100 samples have no p99 of their own: it is then the maximum
  double per_second = 0;                       // calls a second while it was measured (closed loop)
};
Summary Summarize(const Series& series);

struct Interval {
  double low = 0, high = 0;
  bool Holds(double value) const { return low <= value && value <= high; }
};

// The ratio of two medians, with its 95 % confidence interval by the bootstrap: rounds are drawn with replacement, and the
// samples within each, since samples of one round have more in common than those of two.
struct Ratio {
  double value = 1;
  Interval interval;
  // Whether 1 is in the interval, or both are within what the harness itself needs (its floor).
  bool no_difference = true;
};
Ratio CompareMedians(const Series& of, const Series& to, uint64_t seed = 1);
Interval MedianInterval(const Series& series, uint64_t seed = 1);

// How the median grows with the number of containers: the simplest of O(1), O(lg n), O(n), O(n lg n), O(n^2) that fits as
// well as any does, by least squares, as Google Benchmark's BigO; `coefficient` in ns.
struct Growth {
  std::string order;  // "O(n)"
  double coefficient = 0;
  double rms = 0;  // of the residuals, relative to the mean
};
// `points`: containers and ns. REQUIRES: at least three.
Growth FitGrowth(const std::vector<std::pair<double, double>>& points);

}  // namespace plimsoll::latency
