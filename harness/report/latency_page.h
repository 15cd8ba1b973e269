// The pages of `plimsoll bench`: latency.md with its plots (latency/*.svg, drawn by gnuplot). Finds out nothing itself: all
// numbers are of latency/statistics.h.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "latency/measurement.h"

namespace plimsoll::report {

// Path below the reports' folder -> text. An Error where gnuplot is missing or failed, with its words.
Result<std::map<std::string, std::string>> LatencyPages(const latency::Measurement& measurement);

}  // namespace plimsoll::report
