#include "bench/figures.h"

#include <fmt/format.h>

#include <algorithm>

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

std::vector<double> Rounds::Ratios() const {
  std::vector<double> ratios;
  for (size_t i = 0; i < harness.size(); ++i) ratios.push_back(harness[i] / other[i]);
  return ratios;
}

bool Figure::Met() const {
  if (ratios.empty()) return false;
  return goal == Goal::kAtMost ? Ratio() <= limit : Ratio() >= limit;
}

bool Figure::LimitIsWithinNoise() const { return !ratios.empty() && latency::MedianInterval(ratios).Holds(limit); }

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
         "private Docker 20.10); all scenarios, and those of containers and execs alone (attach, create, exec, list, logs, look, remove, run, state, stop, version, wait), are timed before it, by themselves, on an engine with GOGC=400 (fixtures/engines/README.md). The ratio is the median of the rounds', with the lowest and the highest: what else the machine does "
         "weighs on both sides alike, and on absolute times it shows.\n\n" +
         TableOf(figures);
}

Figure SuiteFigure(Suite suite, double seconds) {
  const int minutes = suite == Suite::kAll ? 6 : 5;
  return {.name = suite == Suite::kAll ? "all scenarios on docker-20.10" : "  those of containers and execs",
          .measured = fmt::format("{:.0f} s", seconds),
          .compared_with = fmt::format("{} minutes", minutes),
          .ratios = {seconds / (60 * minutes)},
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
