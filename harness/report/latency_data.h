// What both the text and the plots of `plimsoll bench` show: the measurement put in order. All numbers are of
// latency/statistics.h. Pure; any thread; the measurement must outlive what is made of it.
#pragma once

#include <string>
#include <vector>

#include "latency/measurement.h"
#include "latency/statistics.h"

namespace plimsoll::report {

// One operation in one variant, on each engine that has samples of it, in the measurement's order of engines.
struct LatencyRow {
  std::string name;  // Series::Name()
  std::vector<const latency::Series*> series;
};
// Operations that are told of together.
struct LatencyGroup {
  std::string slug, title;  // "life", "The life of a container"
  std::vector<LatencyRow> rows;
};
// One call at a time. Groups without series are left out.
std::vector<LatencyGroup> GroupsOf(const latency::Measurement& measurement);
// Several clients, and open loops.
std::vector<LatencyRow> LoadedRows(const latency::Measurement& measurement);

// Medians over the number of containers, of an operation that has some for at least three numbers.
struct GrowthCurve {
  std::string name, engine;  // name: without the containers
  struct Point {
    int64_t containers = 0, p10 = 0, p50 = 0, p90 = 0;
  };
  std::vector<Point> points;  // by containers
  latency::Growth growth;
};
std::vector<GrowthCurve> GrowthCurves(const latency::Measurement& measurement);

// Where the time of a start goes on one engine: moments in the order of their medians.
struct StartMoment {
  std::string name;                  // "event `start`": Markdown
  int64_t low = 0, median = 0, high = 0;  // ns after the request began; low to high: the middle half
};
struct StartBreakdown {
  std::string engine;
  size_t starts = 0;
  std::vector<StartMoment> moments;  // until the answer has come and the process runs
};
std::vector<StartBreakdown> StartBreakdowns(const latency::Measurement& measurement);

// "62.1 µs": three digits, with a space at which no line breaks. "-" for a time below 0.
std::string ShownTime(double nanos);
// "15,200": three digits.
std::string ShownNumber(double number);
// "15,234": all of them.
std::string ShownCount(size_t count);
// "96.4 MiB".
std::string ShownBytes(double bytes);

}  // namespace plimsoll::report
