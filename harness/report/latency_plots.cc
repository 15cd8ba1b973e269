#include "report/latency_plots.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/gnuplot.h"
#include "report/latency_data.h"

namespace plimsoll::report {
namespace {

using latency::Measurement;

// Okabe and Ito's colours, which people who cannot tell red from green can tell apart.
constexpr const char* kColours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442"};
constexpr const char* kGrey = "#707070";
constexpr int kWidth = 960;
constexpr const char* kKeyAbove = "set key outside above center horizontal reverse Left samplen 2\n";

std::string ColourOf(size_t index) { return kColours[index % std::size(kColours)]; }

std::vector<std::string> EnginesIn(const Measurement& measurement) {
  std::vector<std::string> names;
  for (const latency::EngineInfo& engine : measurement.engines) names.push_back(engine.name);
  return names;
}

double Seconds(int64_t nanos) { return static_cast<double>(std::max<int64_t>(nanos, 1)) / 1e9; }

// The white background is there for code hosts whose pages are dark.
std::string Head(int height) {
  return fmt::format(
      "set terminal svg size {},{} fixed noenhanced font 'sans-serif,13' background '#ffffff'\n"
      "set encoding utf8\nset micro\n"
      "set border 3 lc rgb '#404040'\n"
      "set tics nomirror\n"
      "set grid x y lt 1 lw 0.5 lc rgb '#dddddd'\n",
      kWidth, height);
}

// Range of a logarithmic axis: something is left free at both sides.
class Range {
 public:
  void Add(double value) {
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  }
  std::string Text() const { return fmt::format("[{:.6g}:{:.6g}]", Low(), High()); }
  // Of a short axis powers of ten alone would be one tick or none.
  std::string Tics() const {
    if (High() / Low() > 100) return "autofreq";
    std::vector<std::string> tics;
    for (double power = std::pow(10, std::floor(std::log10(Low()))); power < High(); power *= 10) {
      for (const double digit : {1, 2, 5}) {
        if (power * digit > Low() && power * digit < High()) tics.push_back(fmt::format("{:.6g}", power * digit));
      }
    }
    return fmt::format("({})", fmt::join(tics, ", "));
  }

 private:
  double Low() const { return low_ / 1.4; }
  double High() const { return high_ * 1.4; }

  double low_ = HUGE_VAL, high_ = 0;
};

std::string TimeAxis(char axis, std::string_view label, const Range& range) {
  return fmt::format("set logscale {0}\nset {0}range {1}\nset format {0} '%.0s %cs'\nset {0}label {2}\nset m{0}tics 10\nset {0}tics {3}\n", axis, range.Text(),
                     GnuplotText(label), range.Tics());
}

// A block of numbers for `plot`; "" and no block where there are no lines.
std::string Data(const std::string& name, const std::vector<std::string>& lines) {
  return lines.empty() ? "" : fmt::format("${} << EOD\n{}\nEOD\n", name, fmt::join(lines, "\n"));
}

std::string PlotCommand(const std::vector<std::string>& parts) { return fmt::format("plot {}\n", fmt::join(parts, ", \\\n     ")); }

// -- Distributions ---------------------------------------------------------------------------------------------------------

struct Boxes {
  std::vector<std::string> lines;   // y, half its height, p1, p25, p50, p75, p99
  std::vector<std::string> floors;  // y, half its height, median
};

Boxes BoxesOf(const LatencyGroup& group, const std::string& engine, size_t index, size_t engines, Range& range) {
  Boxes boxes;
  const double height = 0.8 / static_cast<double>(engines);
  for (size_t row = 0; row < group.rows.size(); ++row) {
    const double y = static_cast<double>(row) - 0.4 + height * (static_cast<double>(index) + 0.5);
    for (const latency::Series* series : group.rows[row].series) {
      if (series->engine != engine) continue;
      std::vector<int64_t> sorted = series->AllNanos();
      std::ranges::sort(sorted);
      std::string line = fmt::format("{:.4f} {:.4f}", y, 0.42 * height);
      for (const double share : {0.01, 0.25, 0.5, 0.75, 0.99}) {
        const double at = Seconds(latency::Quantile(sorted, share));
        range.Add(at);
        line += fmt::format(" {:.9f}", at);
      }
      boxes.lines.push_back(std::move(line));
      if (series->floor.empty()) continue;
      std::vector<int64_t> floor = series->floor;
      std::ranges::sort(floor);
      const double at = Seconds(latency::Quantile(floor, 0.5));
      range.Add(at);
      boxes.floors.push_back(fmt::format("{:.4f} {:.4f} {:.9f}", y, 0.42 * height, at));
    }
  }
  return boxes;
}

std::string RowLabels(const LatencyGroup& group) {
  std::vector<std::string> labels;
  for (size_t row = 0; row < group.rows.size(); ++row) labels.push_back(fmt::format("{} {}", GnuplotText(group.rows[row].name), row));
  return fmt::format("set ytics ({}) scale 0\nset yrange [{}:-0.5]\n", fmt::join(labels, ", "), static_cast<double>(group.rows.size()) - 0.5);
}

// Lines between operations instead of those of the ticks.
std::string Separators(size_t rows) {
  std::string out = "unset grid\nset grid x lt 1 lw 0.5 lc rgb '#dddddd'\n";
  for (size_t row = 1; row < rows; ++row) {
    out += fmt::format("set arrow from graph 0, first {0} to graph 1, first {0} nohead lw 0.5 lc rgb '#bbbbbb' back\n", static_cast<double>(row) - 0.5);
  }
  return out;
}

std::string DistributionScript(const LatencyGroup& group, const std::vector<std::string>& engines) {
  Range range;
  std::string data;
  std::vector<std::string> parts, floors;
  for (size_t i = 0; i < engines.size(); ++i) {
    const Boxes boxes = BoxesOf(group, engines[i], i, engines.size(), range);
    if (boxes.lines.empty()) continue;
    data += Data(fmt::format("boxes{}", i), boxes.lines);
    std::ranges::copy(boxes.floors, std::back_inserter(floors));
    parts.push_back(fmt::format("$boxes{} using 3:1:($7-$3):(0) with vectors nohead lw 1.5 lc rgb '{}' notitle", i, ColourOf(i)));
    parts.push_back(fmt::format("$boxes{0} using 5:1:4:6:($1-$2):($1+$2) with boxxyerror fs transparent solid 0.4 border lc rgb '{1}' fc rgb '{1}' title {2}", i, ColourOf(i),
                                GnuplotText(engines[i])));
    parts.push_back(fmt::format("$boxes{} using 5:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '{}' notitle", i, ColourOf(i)));
  }
  data += Data("floors", floors);
  if (!floors.empty()) {
    parts.push_back(fmt::format("$floors using 3:($1-$2):(0):(2*$2) with vectors nohead lw 2.5 lc rgb '{}' title {}", kGrey,
                                GnuplotText("the harness's own floor (median)")));
  }
  const auto band = static_cast<int>(14 * engines.size() + 12);
  return Head(std::max(static_cast<int>(group.rows.size()) * band, 60) + 130 + 20 * static_cast<int>(parts.size() / 6)) +
         fmt::format("set title {}\n", GnuplotText(group.title + ": how long a call takes")) +
         TimeAxis('x', "Time of one call (logarithmic). Box: the middle half of the calls, bar in it: the median, line: from 1 % to 99 %", range) + RowLabels(group) +
         Separators(group.rows.size()) + kKeyAbove + data + PlotCommand(parts);
}

// -- Several panels ---------------------------------------------------------------------------------------------------------

struct Panel {
  std::string title;
  std::string before;  // commands of its own
  std::string data;
  std::vector<std::string> parts;
};

constexpr size_t kPanelHeight = 350;

std::string PanelsScript(const std::string& common, const std::vector<Panel>& panels) {
  const size_t columns = std::min<size_t>(panels.size(), 2), rows = (panels.size() + columns - 1) / columns;
  const size_t key_lines = panels[0].parts.size() / 2;
  std::string out = Head(static_cast<int>(rows * (kPanelHeight + 20 * key_lines))) + common;
  for (const Panel& panel : panels) out += panel.data;
  out += fmt::format("set multiplot layout {},{}\n", rows, columns);
  for (const Panel& panel : panels) out += fmt::format("set title {}\n", GnuplotText(panel.title)) + panel.before + PlotCommand(panel.parts);
  return out + "unset multiplot\n";
}

// -- Growth -------------------------------------------------------------------------------------------------------------------

// 0 has no place on a logarithmic axis: it gets the one of a tenth of the smallest number that has.
class ContainersAxis {
 public:
  explicit ContainersAxis(const std::vector<GrowthCurve>& curves) {
    for (const GrowthCurve& curve : curves) {
      for (const auto& point : curve.points) marks_[point.containers] = 0;
    }
    double smallest = 10;
    for (const auto& [containers, place] : marks_) {
      if (containers <= 0) continue;
      smallest = static_cast<double>(containers);
      break;
    }
    for (auto& [containers, place] : marks_) place = containers > 0 ? static_cast<double>(containers) : smallest / 10;
  }
  double Place(int64_t containers) const { return marks_.at(containers); }
  std::string Text() const {
    std::vector<std::string> tics;
    Range range;
    for (const auto& [containers, place] : marks_) {
      tics.push_back(fmt::format("'{}' {:.6g}", containers, place));
      range.Add(place);
    }
    return fmt::format("set logscale x\nset xrange {}\nset xtics ({})\nset xlabel 'Containers that the engine has (logarithmic, but for 0)'\n", range.Text(),
                       fmt::join(tics, ", "));
  }

 private:
  std::map<int64_t, double> marks_;
};

std::string GrowthScript(const std::vector<GrowthCurve>& curves, const std::vector<std::string>& engines) {
  const ContainersAxis axis(curves);
  Range range;
  std::vector<Panel> panels;
  for (size_t i = 0; i < curves.size(); ++i) {
    const GrowthCurve& curve = curves[i];
    if (panels.empty() || panels.back().title != curve.name) panels.push_back({.title = curve.name});
    std::vector<std::string> lines;
    for (const auto& point : curve.points) {
      lines.push_back(fmt::format("{:.6g} {:.9f} {:.9f} {:.9f}", axis.Place(point.containers), Seconds(point.p50), Seconds(point.p10), Seconds(point.p90)));
      range.Add(Seconds(point.p10));
      range.Add(Seconds(point.p90));
    }
    panels.back().data += Data(fmt::format("curve{}", i), lines);
    const auto engine = static_cast<size_t>(std::ranges::find(engines, curve.engine) - engines.begin());
    panels.back().parts.push_back(fmt::format("$curve{} using 1:2:3:4 with yerrorlines lw 2 pt {} ps 0.6 lc rgb '{}' title {}", i, 5 + 2 * (engine % 4),
                                              ColourOf(engine), GnuplotText(curve.engine)));
  }
  return PanelsScript(axis.Text() + TimeAxis('y', "Median, with 10 % to 90 % (logarithmic)", range) + kKeyAbove, panels);
}

// -- Saturation -----------------------------------------------------------------------------------------------------------------

std::string SaturationScript(const std::vector<latency::Saturation>& saturations, const std::vector<std::string>& engines) {
  Range rates, times;
  std::vector<Panel> panels;
  for (size_t i = 0; i < saturations.size(); ++i) {
    const latency::Saturation& one = saturations[i];
    std::vector<latency::Saturation::Step> steps = one.steps;
    std::ranges::stable_sort(steps, {}, &latency::Saturation::Step::rate);
    std::vector<std::string> lines;
    for (const auto& step : steps) {
      lines.push_back(fmt::format("{:.6g} {:.9f}", step.rate, Seconds(step.p99_nanos)));
      rates.Add(std::max(step.rate, 1e-3));
      times.Add(Seconds(step.p99_nanos));
    }
    if (lines.empty()) continue;
    times.Add(Seconds(one.bound_nanos));
    auto panel = std::ranges::find(panels, one.operation, &Panel::title);
    if (panel == panels.end()) panel = panels.insert(panels.end(), {.title = one.operation});
    panel->data += Data(fmt::format("steps{}", i), lines);
    const auto engine = static_cast<size_t>(std::ranges::find(engines, one.engine) - engines.begin());
    panel->parts.push_back(fmt::format("$steps{} using 1:2 with linespoints lw 2 pt {} ps 0.6 lc rgb '{}' title {}", i, 5 + 2 * (engine % 4), ColourOf(engine),
                                       GnuplotText(one.engine)));
    // Of several bounds the last is drawn: they are all of one run, and it has one.
    panel->before = fmt::format("bound = {:.9f}\n", Seconds(one.bound_nanos));
  }
  if (panels.empty()) return "";
  for (Panel& panel : panels) panel.parts.push_back(fmt::format("bound with lines dt 2 lw 1.5 lc rgb '{}' title 'the bound'", kGrey));
  return PanelsScript(fmt::format("set logscale x\nset xrange {}\nset xtics {}\nset format x '%.0s%c'\n"
                                  "set xlabel 'Calls a second, asked for (logarithmic)'\n", rates.Text(), rates.Tics()) +
                          TimeAxis('y', "p99 (logarithmic)", times) + kKeyAbove,
                      panels);
}

// -- A start ----------------------------------------------------------------------------------------------------------------------

constexpr int kBarHeight = 46;

// Of all engines, in the order in which they come on most of them.
std::vector<std::string> MomentNames(const std::vector<StartBreakdown>& breakdowns) {
  std::map<std::string, std::pair<double, int>> places;  // sum, count
  for (const StartBreakdown& one : breakdowns) {
    for (size_t i = 0; i < one.moments.size(); ++i) {
      auto& [sum, count] = places[one.moments[i].name];
      sum += static_cast<double>(i) / static_cast<double>(one.moments.size());
      ++count;
    }
  }
  std::vector<std::string> names;
  for (const auto& [name, place] : places) names.push_back(name);
  std::ranges::stable_sort(names, {}, [&](const std::string& name) { return places[name].first / places[name].second; });
  return names;
}

std::string StartScript(const std::vector<StartBreakdown>& breakdowns) {
  std::map<std::string, std::vector<std::string>> parts;  // by moment: y, from, to
  std::vector<std::string> labels;
  double last = 0;
  for (size_t i = 0; i < breakdowns.size(); ++i) {
    double from = 0;
    for (const StartMoment& moment : breakdowns[i].moments) {
      const double to = static_cast<double>(moment.median) / 1e6;
      parts[moment.name].push_back(fmt::format("{} {:.6f} {:.6f}", i, from, to));
      from = to;
      last = std::max(last, to);
    }
    labels.push_back(fmt::format("{} {}", GnuplotText(breakdowns[i].engine), i));
  }
  std::string data;
  std::vector<std::string> plots;
  for (const std::string& name : MomentNames(breakdowns)) {
    const size_t i = plots.size();
    data += Data(fmt::format("part{}", i), parts[name]);
    plots.push_back(fmt::format("$part{} using 3:1:2:3:($1-0.3):($1+0.3) with boxxyerror fs solid 1 border lc rgb '#ffffff' fc rgb '{}' title {}", i, ColourOf(i),
                                GnuplotText("until " + name)));
  }
  const auto bars = static_cast<int>(breakdowns.size()), key_lines = static_cast<int>(plots.size() + 2) / 3;
  return Head(bars * kBarHeight + 110 + 20 * key_lines) +
         fmt::format("set title 'Where the time of a start goes (medians)'\nset xlabel 'Milliseconds after the request began'\nset xrange [0:{:.6f}]\n"
                     "set yrange [{}:-0.5]\nset ytics ({}) scale 0\nunset grid\nset grid x lt 1 lw 0.5 lc rgb '#dddddd'\n",
                     std::max(last, 1e-3) * 1.03, bars - 0.5, fmt::join(labels, ", ")) +
         kKeyAbove + data + PlotCommand(plots);
}

}  // namespace

std::vector<LatencyPlot> LatencyPlots(const Measurement& measurement) {
  const std::vector<std::string> engines = EnginesIn(measurement);
  std::vector<LatencyPlot> plots;
  for (const LatencyGroup& group : GroupsOf(measurement)) plots.push_back({fmt::format("latency/{}.svg", group.slug), DistributionScript(group, engines)});
  if (const auto curves = GrowthCurves(measurement); !curves.empty()) plots.push_back({"latency/growth.svg", GrowthScript(curves, engines)});
  if (std::string script = SaturationScript(measurement.saturations, engines); !script.empty()) plots.push_back({"latency/saturation.svg", std::move(script)});
  const auto breakdowns = StartBreakdowns(measurement);
  if (std::ranges::any_of(breakdowns, [](const StartBreakdown& one) { return !one.moments.empty(); })) plots.push_back({"latency/start.svg", StartScript(breakdowns)});
  return plots;
}

}  // namespace plimsoll::report
