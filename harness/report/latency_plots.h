// The plots of `plimsoll bench` as gnuplot scripts: made apart from being drawn, so that what is drawn can be read and tested. Pure;
// any thread.
#pragma once

#include <string>
#include <vector>

#include "latency/measurement.h"

namespace plimsoll::report {

struct LatencyPlot {
  std::string file;    // below the reports' folder: "latency/start.svg"
  std::string script;  // for RunGnuplot
};
// One for each group of operations, "growth", "saturation", "start"; those of which there are data.
std::vector<LatencyPlot> LatencyPlots(const latency::Measurement& measurement);

}  // namespace plimsoll::report
