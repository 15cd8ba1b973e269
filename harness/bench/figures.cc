#include "bench/figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace plimsoll::bench {
namespace {

std::string RatioText(const Figure& figure) {
  if (figure.ratios.empty()) return "-";
  const auto [least, most] = std::minmax_element(figure.ratios.begin(), figure.ratios.end());
  if (figure.ratios.size() == 1) return fmt::format("{:.3f}", figure.Ratio());
  return fmt::format("{:.3f} ({:.3f} to {:.3f})", figure.Ratio(), *least, *most);
}

std::string VerdictText(const Figure& figure) {
  if (figure.ratios.empty()) return "not measured";
  if (figure.Met()) return "yes";
  return figure.noise == Noise::kCounts && figure.LimitIsWithinNoise() ? "no difference seen" : "NO";
}

std::vector<std::string> CellsOf(const Figure& figure) {
  const bool at_most = figure.goal == Goal::kAtMost;
  return {figure.name,
          figure.trouble.empty() ? figure.measured : figure.trouble,
          figure.compared_with,
          RatioText(figure),
          fmt::format("{} {:.2f}", at_most ? "<=" : ">=", figure.limit),
          VerdictText(figure)};
}

}  // namespace

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<double> Rounds::Ratios() const {
  std::vector<double> ratios;
  for (size_t i = 0; i < harness.size(); ++i) ratios.push_back(harness[i] / other[i]);
  return ratios;
}

bool Figure::Met() const {
  if (ratios.empty()) return false;
  return goal == Goal::kAtMost ? Ratio() <= limit : Ratio() >= limit;
}

// How many ratios lie outside of the interval at either end: each of n is below the true median by even chance.
bool Figure::LimitIsWithinNoise() const {
  if (ratios.empty()) return false;
  std::vector<double> sorted = ratios;
  std::sort(sorted.begin(), sorted.end());
  size_t outside = 0;
  double ways = 1, below = std::ldexp(1, -static_cast<int>(sorted.size()));  // that `outside` at most are below
  for (; 2 * below <= 0.05; ++outside) {
    ways *= static_cast<double>(sorted.size() - outside) / static_cast<double>(outside + 1);
    below += std::ldexp(ways, -static_cast<int>(sorted.size()));
  }
  // `outside` ratios can be left out at each end and what is between still holds the median with 95 %.
  const size_t cut = outside > 0 ? outside - 1 : 0;
  return sorted[cut] <= limit && limit <= sorted[sorted.size() - 1 - cut];
}

std::string TableOf(const std::vector<Figure>& figures) {
  std::vector<std::vector<std::string>> rows{{"figure", "measured", "compared with", "ratio", "goal", "met"}};
  for (const Figure& figure : figures) rows.push_back(CellsOf(figure));
  std::vector<size_t> widths(rows[0].size(), 3);
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string table;
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t i = 0; i < widths.size(); ++i) table += fmt::format("| {:<{}} ", rows[r][i], widths[i]);
    table += "|\n";
    if (r > 0) continue;
    for (size_t width : widths) table += fmt::format("|{:-<{}}", "", width + 2);
    table += "|\n";
  }
  return table;
}

std::string PageOf(const std::vector<Figure>& figures) {
  return "# How fast plimsoll is\n\n"
         "Each figure beside what it is compared with, measured in turn in one process by `fixtures/bootstrap speed` (two cores, a "
         "private Docker 20.10); all scenarios are timed before it, by themselves. The ratio is the median of the rounds', with the lowest and the highest: what else the machine does "
         "weighs on both sides alike, and on absolute times it shows.\n\n" +
         TableOf(figures);
}

Figure SuiteFigure(double seconds) {
  return {.name = "all scenarios on docker-20.10",
          .measured = fmt::format("{:.0f} s", seconds),
          .compared_with = "6 minutes",
          .ratios = {seconds / 360},
          .limit = 1};
}

Json ToJson(const std::vector<Figure>& figures) {
  Json list = Json::array();
  for (const Figure& figure : figures) {
    Json json = {{"figure", figure.name}, {"measured", figure.measured}, {"compared_with", figure.compared_with},
                 {"ratios", figure.ratios}, {"limit", figure.limit},
                 {"goal", figure.goal == Goal::kAtMost ? "at most" : "at least"}};
    if (!figure.ratios.empty()) {
      json["ratio"] = figure.Ratio();
      json["met"] = figure.Met();
    }
    if (!figure.trouble.empty()) json["trouble"] = figure.trouble;
    list.push_back(std::move(json));
  }
  return list;
}

std::string Micros(double nanos) { return fmt::format("{:.1f} us", nanos / 1e3); }
std::string Millis(double nanos) { return fmt::format("{:.1f} ms", nanos / 1e6); }

}  // namespace plimsoll::bench
