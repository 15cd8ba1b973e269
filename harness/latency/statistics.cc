#include "latency/statistics.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

namespace plimsoll::latency {
namespace {

constexpr int kResamples = 1000;
// Of a series with more samples, so many evenly spaced ones of the sorted stand for all: drawing from 2,000 instead of 20,000
// makes the interval a little wider than need be, never narrower, and what differs between rounds is in it all the same.
constexpr size_t kMostSamples = 2000;

std::vector<int64_t> Sorted(std::vector<int64_t> nanos) {
  std::sort(nanos.begin(), nanos.end());
  return nanos;
}

int64_t MedianOf(const std::vector<int64_t>& nanos) { return nanos.empty() ? 0 : Quantile(Sorted(nanos), 0.5); }

using Samples = std::vector<std::vector<int64_t>>;  // by round

// What the bootstrap draws from: rounds without samples left out, long ones thinned.
Samples SamplesOf(const Series& series) {
  Samples all;
  const size_t most = std::max<size_t>(kMostSamples / std::max<size_t>(series.rounds.size(), 1), 1);
  for (const Round& round : series.rounds) {
    if (round.nanos.empty()) continue;
    if (round.nanos.size() <= most) {
      all.push_back(round.nanos);
      continue;
    }
    const std::vector<int64_t> sorted = Sorted(round.nanos);
    std::vector<int64_t> some(most);
    for (size_t i = 0; i < most; ++i) some[i] = sorted[(2 * i + 1) * sorted.size() / (2 * most)];
    all.push_back(std::move(some));
  }
  return all;
}

// Numbers that are the same with every standard library, which those of its distributions are not.
class Dice {
 public:
  explicit Dice(uint64_t seed) : numbers_(static_cast<uint32_t>(seed ^ seed >> 32)) {}
  // 0 to sides - 1.
  size_t Throw(size_t sides) { return static_cast<size_t>(uint64_t{numbers_()} * sides >> 32); }
  std::vector<size_t> Draw(size_t count) {
    std::vector<size_t> drawn(count);
    for (size_t& one : drawn) one = Throw(count);
    return drawn;
  }

 private:
  std::mt19937 numbers_;
};

double DrawnMedian(const Samples& samples, const std::vector<size_t>& rounds, Dice& dice, std::vector<int64_t>& scratch) {
  scratch.clear();
  for (const size_t round : rounds) {
    const std::vector<int64_t>& of = samples[round];
    for (size_t i = 0; i < of.size(); ++i) scratch.push_back(of[dice.Throw(of.size())]);
  }
  const auto middle = scratch.begin() + static_cast<std::ptrdiff_t>((scratch.size() - 1) / 2);
  std::nth_element(scratch.begin(), middle, scratch.end());
  return static_cast<double>(std::max<int64_t>(*middle, 1));  // a ratio must not divide by 0
}

// How likely Student's t with `freedom` degrees of freedom is to be within -t and t (Abramowitz and Stegun, 26.7.3 and 26.7.4).
double Within(double t, int freedom) {
  const double angle = std::atan(t / std::sqrt(freedom)), cosine = std::cos(angle);
  const bool odd = freedom % 2 != 0;
  double sum = 0, term = odd ? cosine : 1;
  for (int k = odd ? 1 : 0; k < freedom - 1; k += 2) {
    sum += term;
    term *= cosine * cosine * (k + 1) / (k + 2);
  }
  return odd ? 2 / std::numbers::pi * (angle + std::sin(angle) * sum) : std::sin(angle) * sum;
}

// How many standard errors an interval of 95 % goes to each side.
double StandardErrors(int freedom) {
  double low = 1.9, high = 13;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (Within(middle, freedom) < 0.95 ? low : high) = middle;
  }
  return high;
}

double Mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Of an estimate, from what the bootstrap drew, whose variance is (n-1)/n of the right one, n being the rounds (Hesterberg,
// "What Teachers Should Know About the Bootstrap", 2014, section 3.2). The bootstrap's own percentiles are no use with
// few rounds: the lowest that can be drawn is the lowest that there is.
double Variance(const std::vector<double>& drawn, size_t rounds) {
  const double mean = Mean(drawn);
  double squares = 0;
  for (const double value : drawn) squares += (value - mean) * (value - mean);
  const auto n = static_cast<double>(rounds);
  return squares / static_cast<double>(drawn.size() - 1) * n / (n - 1);
}

// How sure one is of the logarithm of a ratio (a ratio and its inverse are to be alike).
struct Spread {
  double error = 0;  // standard
  int freedom = 1;   // degrees of
};

Spread SpreadInTurn(const std::vector<double>& ratios, size_t rounds) {
  return {std::sqrt(Variance(ratios, rounds)), static_cast<int>(rounds) - 1};
}

// By Welch and Satterthwaite.
Spread SpreadApart(const std::vector<double>& above, size_t rounds_above, const std::vector<double>& below, size_t rounds_below) {
  const double a = Variance(above, rounds_above), b = Variance(below, rounds_below);
  const auto least = static_cast<double>(std::min(rounds_above, rounds_below)) - 1;
  const double by_both = a * a / (static_cast<double>(rounds_above) - 1) + b * b / (static_cast<double>(rounds_below) - 1);
  const double freedom = by_both > 0 ? (a + b) * (a + b) / by_both : least;
  return {std::sqrt(a + b), static_cast<int>(std::max(freedom + 1e-9, least))};
}

Interval IntervalAround(double estimate, const Spread& spread) {
  const double reach = StandardErrors(spread.freedom) * spread.error, centre = std::log(estimate);
  return {std::exp(centre - reach), std::exp(centre + reach)};
}

double ChanceOf(double estimate, const Spread& spread) {
  const double distance = std::abs(std::log(estimate));
  if (spread.error == 0) return distance == 0 ? 1 : 0;
  return 1 - Within(distance / spread.error, spread.freedom);
}

// Logarithms of the two medians, as often as is drawn.
struct Drawn {
  std::vector<double> above, below, ratio;
};

enum class Belong { kTogether, kApart };

Drawn Draw(const Samples& above, const Samples& below, Belong belong, uint64_t seed) {
  Dice dice(seed);
  Drawn drawn;
  std::vector<int64_t> scratch;
  for (int i = 0; i < kResamples; ++i) {
    const std::vector<size_t> rounds = dice.Draw(above.size());
    drawn.above.push_back(std::log(DrawnMedian(above, rounds, dice, scratch)));
    drawn.below.push_back(std::log(DrawnMedian(below, belong == Belong::kTogether ? rounds : dice.Draw(below.size()), dice, scratch)));
    drawn.ratio.push_back(drawn.above.back() - drawn.below.back());
  }
  return drawn;
}

// The harness needs as much for itself, and a little more at times.
double FloorBound(const Series& series) { return series.floor.empty() ? 0 : 1.1 * static_cast<double>(MedianOf(series.floor)); }

struct Order {
  const char* name;
  double (*of)(double n);
};

double Lg(double n) { return n > 1 ? std::log2(n) : 0; }

constexpr Order kOrders[] = {{"O(1)", [](double) { return 0.0; }},
                             {"O(lg n)", [](double n) { return Lg(n); }},
                             {"O(n)", [](double n) { return n; }},
                             {"O(n lg n)", [](double n) { return n * Lg(n); }},
                             {"O(n^2)", [](double n) { return n * n; }}};

using Points = std::vector<std::pair<double, double>>;

double RelativeRms(const Points& points, const Order& order, double constant, double coefficient) {
  double sum = 0;
  for (const auto& [n, nanos] : points) {
    const double residual = (nanos - constant - coefficient * order.of(n)) / nanos;
    sum += residual * residual;
  }
  return std::sqrt(sum / static_cast<double>(points.size()));
}

// Least squares of (t - a - c f(n)) / t, neither a nor c below 0: no call takes a negative time.
Growth Fit(const Points& points, const Order& order) {
  double one = 0, f = 0, ff = 0, t = 0, ft = 0;
  for (const auto& [n, nanos] : points) {
    const double weight = 1 / (nanos * nanos), value = order.of(n);
    one += weight;
    f += weight * value;
    ff += weight * value * value;
    t += weight * nanos;
    ft += weight * value * nanos;
  }
  const double determinant = one * ff - f * f;
  double constant = t / one, coefficient = 0;
  if (determinant > 1e-12 * one * ff) {
    coefficient = (one * ft - f * t) / determinant;
    constant = (ff * t - f * ft) / determinant;
    if (constant < 0) constant = 0, coefficient = ft / ff;
    if (coefficient < 0) constant = t / one, coefficient = 0;
  }
  return {order.name, constant, coefficient, RelativeRms(points, order, constant, coefficient)};
}

}  // namespace

int64_t Quantile(const std::vector<int64_t>& sorted, double share) {
  // 0.07 * 100 is a little more than 7.
  const double rank = std::ceil(share * static_cast<double>(sorted.size()) - 1e-9);
  const auto index = static_cast<size_t>(std::max(rank, 1.0)) - 1;
  return sorted[std::min(index, sorted.size() - 1)];
}

double Median(std::vector<double> values) {
  const size_t half = values.size() / 2;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
  std::nth_element(values.begin(), middle, values.end());
  return values.size() % 2 == 1 ? *middle : (*std::max_element(values.begin(), middle) + *middle) / 2;
}

// How many values lie outside of the interval at either end: each of n is below the true median by even chance.
Interval MedianInterval(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const int count = static_cast<int>(values.size());
  size_t outside = 0;
  double ways = 1, below = std::ldexp(1, -count);  // that `outside` at most are below
  for (; 2 * below <= 0.05; ++outside) {
    ways *= static_cast<double>(values.size() - outside) / static_cast<double>(outside + 1);
    below += std::ldexp(ways, -count);
  }
  // `outside` values can be left out at each end and what is between still holds the median with 95 %.
  const size_t cut = outside > 0 ? outside - 1 : 0;
  return {values[cut], values[values.size() - 1 - cut]};
}

Summary Summarize(const Series& series) {
  const std::vector<int64_t> sorted = Sorted(series.AllNanos());
  if (sorted.empty()) return {};
  Summary summary{.count = sorted.size(),
                  .p50 = Quantile(sorted, 0.5),
                  .p90 = Quantile(sorted, 0.9),
                  .p99 = Quantile(sorted, 0.99),
                  .max = sorted.back()};
  double nanos = 0;
  if (series.clients == 1 && series.loop == Loop::kClosed) {
    nanos = std::accumulate(sorted.begin(), sorted.end(), 0.0);
  } else {
    for (const Round& round : series.rounds) nanos += static_cast<double>(round.wall_nanos);
  }
  if (nanos > 0) summary.per_second = static_cast<double>(sorted.size()) / nanos * 1e9;
  return summary;
}

Ratio CompareMedians(const Series& of, const Series& to, uint64_t seed, Rounds rounds) {
  const Samples above = SamplesOf(of), below = SamplesOf(to);
  if (above.empty() || below.empty()) return {};
  Ratio ratio;
  const int64_t median = std::max<int64_t>(MedianOf(of.AllNanos()), 1), other = std::max<int64_t>(MedianOf(to.AllNanos()), 1);
  ratio.value = static_cast<double>(median) / static_cast<double>(other);
  if (std::min(above.size(), below.size()) < 2) {
    ratio.interval = {0, HUGE_VAL};
    return ratio;
  }
  const bool together = rounds == Rounds::kInTurn && above.size() == below.size();
  const Drawn drawn = Draw(above, below, together ? Belong::kTogether : Belong::kApart, seed);
  const Spread spread =
      together ? SpreadInTurn(drawn.ratio, above.size()) : SpreadApart(drawn.above, above.size(), drawn.below, below.size());
  ratio.interval = IntervalAround(ratio.value, spread);
  ratio.chance = ChanceOf(ratio.value, spread);
  const double floor = std::max(FloorBound(of), FloorBound(to));
  const bool within_floor = static_cast<double>(std::max(median, other)) <= floor;
  if (within_floor) ratio.chance = 1;
  ratio.no_difference = ratio.interval.Holds(1) || within_floor;
  return ratio;
}

bool Ratio::TooLittle() const { return std::isinf(interval.high); }

double LargestChanceThatCounts(std::vector<double> chances, double wrong) {
  std::ranges::sort(chances);
  const auto all = static_cast<double>(chances.size());
  for (size_t k = chances.size(); k > 0; --k) {
    if (chances[k - 1] <= static_cast<double>(k) / all * wrong) return chances[k - 1];
  }
  return -1;
}

Growth FitGrowth(const std::vector<std::pair<double, double>>& points) {
  Points usable = points;
  for (auto& [n, nanos] : usable) nanos = std::max(nanos, 1.0);
  std::vector<Growth> fits;
  double best = HUGE_VAL;
  for (const Order& order : kOrders) {
    fits.push_back(Fit(usable, order));
    best = std::min(best, fits.back().rms);
  }
  // A few points are hit a little better by chance, and the median of a few calls is not known to 5 %.
  return *std::ranges::find_if(fits, [&](const Growth& fit) { return fit.rms <= 2 * best + 0.05; });
}

}  // namespace plimsoll::latency
