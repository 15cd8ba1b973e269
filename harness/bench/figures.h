// Figures: what was measured, beside what it was measured against. Medians and ratios of samples that were
// taken in turn, so that what else the machine does weighs on both alike. Plain values; one thread.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "latency/statistics.h"

namespace plimsoll::bench {

using latency::Median;

// The same thing done by the harness and by what it is compared with, once in each round.
struct Rounds {
  std::vector<double> harness;
  std::vector<double> other;

  void Add(double of_harness, double of_other) {
    harness.push_back(of_harness);
    other.push_back(of_other);
  }
  // harness / other of each round.
  std::vector<double> Ratios() const;
};

enum class Goal { kAtMost, kAtLeast };

// Whether a goal that the median misses by less than the rounds differ is missed. Between two that are equally fast it is one
// or the other by chance.
enum class Noise { kIsNoExcuse, kCounts };

struct Figure {
  std::string name;
  std::string measured;       // "112 us"
  std::string compared_with;  // "a bare blocking loop: 105 us"
  std::vector<double> ratios;  // of each round; empty: could not be measured
  Goal goal = Goal::kAtMost;
  double limit = 0;      // of the ratio
  std::string trouble;   // why there are no ratios
  Noise noise = Noise::kIsNoExcuse;

  double Ratio() const { return Median(ratios); }
  bool Met() const;
  // The limit is in the median's interval (latency::MedianInterval).
  bool LimitIsWithinNoise() const;
};

// | figure | measured | compared with | ratio (lowest to highest) | goal | met |
std::string TableOf(const std::vector<Figure>& figures);
// reports/speed.md: that table, and what it means.
std::string PageOf(const std::vector<Figure>& figures);
// All scenarios on docker-20.10, which are to take less than six minutes on two cores, or those that ask of containers and execs
// alone: five.
enum class Suite { kAll, kContainers };
Figure SuiteFigure(Suite suite, double seconds);
Json ToJson(const std::vector<Figure>& figures);

std::string Micros(double nanos);  // "112.4 us"
std::string Millis(double nanos);  // "3.1 ms"

}  // namespace plimsoll::bench
