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
  // Calls a second. One client: while a call was under way, since what is done between two calls may be preparation that is
  // not measured; several clients or an open loop: of the whole time.
  double per_second = 0;
};
// All 0 where there are no samples.
Summary Summarize(const Series& series);

struct Interval {
  double low = 0, high = 0;
  bool Holds(double value) const { return low <= value && value <= high; }
};

// Of an even number of values the mean of the middle two. REQUIRES: not empty.
double Median(std::vector<double> values);
// In which it lies with 95 %, whatever the values' distribution, as the order statistics give it; under six values, which give none,
// between the lowest and the highest. REQUIRES: not empty.
Interval MedianInterval(std::vector<double> values);

// The ratio of two medians, with its 95 % confidence interval: the standard error is the bootstrap's (rounds are drawn with
// replacement, and the samples within each, since samples of one round have more in common than those of two), and the interval
// goes so many of them to each side as Student's t asks for with so few rounds: 2.8 with five in turn, 12.7 with two.
struct Ratio {
  double value = 1;
  Interval interval{1, 1};  // 0 to infinity: TooLittle()
  // Whether 1 is in the interval, or both medians are within what the harness itself needs (the median of a floor, and 10 %).
  bool no_difference = true;
  // How often so much of a difference or more comes by chance where there is none (Student's t, both sides).
  double chance = 1;
  // Nothing is known of how rounds differ: one of the series has fewer than two.
  bool TooLittle() const;
};
// How the rounds of two series belong together. Of one measurement, each round of one was beside that of the other, in turn: they
// are drawn together, so that a drift of the machine, which is in both, is not in the ratio (where both have equally many
// rounds). Of two measurements, they are drawn apart.
enum class Rounds { kInTurn, kApart };
// No difference where one has no samples.
Ratio CompareMedians(const Series& of, const Series& to, uint64_t seed = 1, Rounds rounds = Rounds::kInTurn);

// Of many comparisons, by their `chance`: up to which of them a difference counts, so that no more than `wrong` of those that count
// are expected to be there by chance; and where nothing differs, none counts in 1 - `wrong` of all runs (Benjamini and
// Hochberg, "Controlling the False Discovery Rate", 1995). Negative: none counts.
double LargestChanceThatCounts(std::vector<double> chances, double wrong);

// How the median grows with the number of containers: a constant, and the simplest of O(1), O(lg n), O(n), O(n lg n), O(n^2) that
// fits nearly as well as any does. As Google Benchmark's BigO by least squares, but with the constant (what a call costs without
// any container), and of relative errors: noise grows with the time, and a thousand containers must not outvote ten.
struct Growth {
  std::string order;       // "O(n)"
  double constant = 0;     // ns
  double coefficient = 0;  // ns for each n, lg n ... ; 0 for O(1)
  double rms = 0;          // of the relative residuals
};
// `points`: containers and ns. REQUIRES: at least three.
Growth FitGrowth(const std::vector<std::pair<double, double>>& points);

}  // namespace plimsoll::latency
