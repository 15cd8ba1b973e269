// latency.md, in sections. Each begins with its heading and is empty where there is nothing to tell. Pure; any thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "latency/measurement.h"

namespace plimsoll::report {

// `plots`: the files that are beside it, "latency/start.svg".
std::string LatencyText(const latency::Measurement& measurement, const std::set<std::string>& plots);

std::string SaturationSection(const latency::Measurement& measurement, const std::set<std::string>& plots);
std::string GrowthSection(const latency::Measurement& measurement, const std::set<std::string>& plots);
std::string StartSection(const latency::Measurement& measurement, const std::set<std::string>& plots);
std::string PeersSection(const latency::Measurement& measurement);
std::string TroubleSection(const latency::Measurement& measurement);

// A Markdown table of cells that are Markdown already. `columns`: "Engine", or "p50:" for numbers, which stand at the right.
std::string LatencyTable(const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& rows);
// The plot with its empty line before, if there is one.
std::string PlotImage(const std::set<std::string>& plots, const std::string& slug, const std::string& about);

}  // namespace plimsoll::report
