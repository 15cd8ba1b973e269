#include "report/latency_page.h"

#include <set>

#include "report/gnuplot.h"
#include "report/latency_plots.h"
#include "report/latency_text.h"

namespace plimsoll::report {

Result<std::map<std::string, std::string>> LatencyPages(const latency::Measurement& measurement) {
  std::map<std::string, std::string> files;
  std::set<std::string> plots;
  for (const LatencyPlot& plot : LatencyPlots(measurement)) {
    auto drawn = RunGnuplot(plot.script);
    if (!drawn) return tl::make_unexpected(Error{plot.file + ": " + drawn.error().what, drawn.error().hint});
    files[plot.file] = *std::move(drawn);
    plots.insert(plot.file);
  }
  files["latency.md"] = LatencyText(measurement, plots);
  return files;
}

}  // namespace plimsoll::report
