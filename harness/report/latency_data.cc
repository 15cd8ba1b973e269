#include "report/latency_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace plimsoll::report {
namespace {

using latency::Measurement;
using latency::Series;
using latency::Start;

struct GroupKind {
  const char* slug;
  const char* title;
  std::vector<std::string_view> operations;
};

// What is in none of them comes last, as "other".
const std::vector<GroupKind>& GroupKinds() {
  static const std::vector<GroupKind> kinds = {
      {"questions", "Questions about the engine", {"ping", "version", "info", "images"}},
      {"life", "The life of a container", {"create", "start", "stop", "kill", "wait", "inspect", "remove", "life"}},
      {"streams", "Streams: exec, attach, logs, events", {"exec", "attach", "logs", "events"}},
      {"networks-and-volumes", "Networks and volumes", {"network create", "network remove", "volume create", "volume remove"}},
      {"lists", "Lists of containers", {"list"}},
      {"other", "Other operations", {}}};
  return kinds;
}

size_t KindOf(std::string_view operation) {
  const auto& kinds = GroupKinds();
  const auto found = std::ranges::find_if(kinds, [&](const GroupKind& kind) { return std::ranges::count(kind.operations, operation) > 0; });
  return found == kinds.end() ? kinds.size() - 1 : static_cast<size_t>(found - kinds.begin());
}

bool HasSamples(const Series& series) {
  return std::ranges::any_of(series.rounds, [](const latency::Round& round) { return !round.nanos.empty(); });
}

bool OneAtATime(const Series& series) { return series.loop == latency::Loop::kClosed && series.clients == 1; }

size_t EngineIndex(const Measurement& measurement, const std::string& engine) {
  const auto found = std::ranges::find(measurement.engines, engine, &latency::EngineInfo::name);
  return static_cast<size_t>(found - measurement.engines.begin());
}

void AddTo(std::vector<LatencyRow>& rows, const Series& series, std::string name) {
  const auto found = std::ranges::find(rows, name, &LatencyRow::name);
  LatencyRow& row = found != rows.end() ? *found : rows.emplace_back(LatencyRow{std::move(name), {}});
  row.series.push_back(&series);
}

void SortByEngine(std::vector<LatencyRow>& rows, const Measurement& measurement) {
  for (LatencyRow& row : rows) {
    std::ranges::stable_sort(row.series, {}, [&](const Series* series) { return EngineIndex(measurement, series->engine); });
  }
}

GrowthCurve CurveOf(const std::string& name, std::vector<const Series*> series) {
  std::ranges::stable_sort(series, {}, [](const Series* one) { return one->containers; });
  GrowthCurve curve{.name = name, .engine = series.front()->engine};
  std::vector<std::pair<double, double>> medians;
  for (const Series* one : series) {
    std::vector<int64_t> sorted = one->AllNanos();
    std::ranges::sort(sorted);
    curve.points.push_back({one->containers, latency::Quantile(sorted, 0.1), latency::Quantile(sorted, 0.5), latency::Quantile(sorted, 0.9)});
    medians.emplace_back(one->containers, curve.points.back().p50);
  }
  if (medians.size() >= 3) curve.growth = latency::FitGrowth(medians);
  return curve;
}

// Each moment's name with its times; not seen: none.
std::map<std::string, std::vector<int64_t>> MomentsOf(const std::vector<const Start*>& starts) {
  std::map<std::string, std::vector<int64_t>> all;
  const auto add = [&](const std::string& name, int64_t at) {
    if (at >= 0) all[name].push_back(at);
  };
  for (const Start* start : starts) {
    add("connected", start->connected);
    add("request sent", start->sent);
    add("first instruction of the process", start->first_instruction);
    add("first byte of the answer", start->first_byte);
    add("last byte of the answer", start->last_byte);
    for (const auto& [action, at] : start->events) add(fmt::format("event \"{}\"", action), at);
  }
  return all;
}

StartBreakdown BreakdownOf(const std::string& engine, const std::vector<const Start*>& starts) {
  StartBreakdown breakdown{.engine = engine, .starts = starts.size()};
  int64_t end = 0;
  for (auto& [name, times] : MomentsOf(starts)) {
    // What most starts do not have says nothing of a start.
    if (2 * times.size() < starts.size()) continue;
    std::ranges::sort(times);
    const StartMoment moment{name, latency::Quantile(times, 0.25), latency::Quantile(times, 0.5), latency::Quantile(times, 0.75)};
    if (!name.starts_with("event")) end = std::max(end, moment.median);
    breakdown.moments.push_back(moment);
  }
  std::erase_if(breakdown.moments, [&](const StartMoment& moment) { return moment.median > end; });
  std::ranges::stable_sort(breakdown.moments, {}, &StartMoment::median);
  return breakdown;
}

// Three digits of a number of 0 to 999.
std::string ThreeDigits(double number) { return fmt::format("{:.{}f}", number, number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2); }

std::string WithCommas(std::string digits) {
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<size_t>(at), ",");
  return digits;
}

// The largest unit in which it is not below 1 (where 999.7 counts as 1,000).
std::string InUnit(double number, double step, std::initializer_list<const char*> units) {
  auto unit = units.begin();
  while (number >= step - step / 2000 && unit + 1 != units.end()) {
    number /= step;
    ++unit;
  }
  return fmt::format("{}\u00a0{}", ThreeDigits(number), *unit);
}

}  // namespace

std::vector<LatencyGroup> GroupsOf(const Measurement& measurement) {
  std::vector<LatencyGroup> groups;
  for (const GroupKind& kind : GroupKinds()) groups.push_back({kind.slug, kind.title, {}});
  for (const Series& series : measurement.series) {
    if (HasSamples(series) && OneAtATime(series)) AddTo(groups[KindOf(series.operation)].rows, series, series.Name());
  }
  std::erase_if(groups, [](const LatencyGroup& group) { return group.rows.empty(); });
  for (LatencyGroup& group : groups) SortByEngine(group.rows, measurement);
  return groups;
}

std::vector<LatencyRow> LoadedRows(const Measurement& measurement) {
  std::vector<LatencyRow> rows;
  for (const Series& series : measurement.series) {
    if (HasSamples(series) && !OneAtATime(series)) AddTo(rows, series, series.Name());
  }
  SortByEngine(rows, measurement);
  return rows;
}

std::vector<GrowthCurve> GrowthCurves(const Measurement& measurement) {
  std::vector<LatencyRow> rows;
  for (const Series& series : measurement.series) {
    if (!HasSamples(series) || !OneAtATime(series) || series.containers < 0) continue;
    AddTo(rows, series, series.variant.empty() ? series.operation : series.operation + " " + series.variant);
  }
  std::vector<GrowthCurve> curves;
  for (const LatencyRow& row : rows) {
    std::map<size_t, std::vector<const Series*>> by_engine;
    for (const Series* series : row.series) by_engine[EngineIndex(measurement, series->engine)].push_back(series);
    for (auto& [index, series] : by_engine) {
      if (series.size() >= 3) curves.push_back(CurveOf(row.name, std::move(series)));
    }
  }
  return curves;
}

std::vector<StartBreakdown> StartBreakdowns(const Measurement& measurement) {
  std::vector<StartBreakdown> all;
  for (const latency::EngineInfo& engine : measurement.engines) {
    std::vector<const Start*> starts;
    for (const Start& start : measurement.starts) {
      if (start.engine == engine.name) starts.push_back(&start);
    }
    if (!starts.empty()) all.push_back(BreakdownOf(engine.name, starts));
  }
  return all;
}

std::string ShownTime(double nanos) {
  if (nanos < 0) return "-";
  if (nanos < 999.5) return fmt::format("{:.0f}\u00a0ns", nanos);
  return InUnit(nanos, 1000, {"ns", "µs", "ms", "s"});
}

std::string ShownNumber(double number) {
  if (number < 999.5) return ThreeDigits(number);
  const double grain = std::pow(10, std::floor(std::log10(number)) - 2);
  return WithCommas(fmt::format("{:.0f}", std::round(number / grain) * grain));
}

std::string ShownCount(size_t count) { return WithCommas(std::to_string(count)); }

std::string ShownBytes(double bytes) { return InUnit(bytes / 1024, 1024, {"KiB", "MiB", "GiB"}); }

}  // namespace plimsoll::report
