#include "report/latency_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "report/escape.h"
#include "report/latency_data.h"
#include "report/prose.h"

namespace plimsoll::report {
namespace {

using latency::Measurement;
using latency::Ratio;
using latency::Series;

// Below so many times its floor a figure tells more of the harness than of the engine.
constexpr double kNearFloor = 2;

int64_t FloorMedian(const Series& series) {
  std::vector<int64_t> sorted = series.floor;
  std::ranges::sort(sorted);
  return sorted.empty() ? 0 : latency::Quantile(sorted, 0.5);
}

std::string FloorCell(const Series& series, int64_t median) {
  const int64_t floor = FloorMedian(series);
  if (floor == 0) return "-";
  const bool near = static_cast<double>(median) < kNearFloor * static_cast<double>(floor);
  return ShownTime(static_cast<double>(floor)) + (near ? ": mostly the harness itself" : "");
}

std::string RateCell(const Series& series, double per_second) {
  std::string cell = ShownNumber(per_second);
  if (series.bytes > 0) cell += fmt::format(" ({}/s)", ShownBytes(per_second * static_cast<double>(series.bytes)));
  return cell;
}

struct CostCells {
  std::string cpu = "-", memory = "-";
};

CostCells CostOf(const Series& series) {
  int64_t cpu = 0, memory = 0;
  size_t calls = 0;
  for (const latency::Round& round : series.rounds) {
    if (!round.cost.known) continue;
    cpu += round.cost.cpu_nanos;
    if (round.cost.peak_known) memory = std::max(memory, round.cost.peak_memory_bytes);
    calls += round.nanos.size();
  }
  if (calls == 0) return {};
  return {ShownNumber(static_cast<double>(cpu) / 1e6 / static_cast<double>(calls)) + "\u00a0ms", memory > 0 ? ShownBytes(static_cast<double>(memory)) : "-"};
}

std::string CallsCell(const Series& series, size_t count) {
  const auto rounds = static_cast<size_t>(std::ranges::count_if(series.rounds, [](const latency::Round& round) { return !round.nanos.empty(); }));
  return fmt::format("{}\u00a0in\u00a0{}", ShownCount(count), rounds);
}

std::string FiguresTable(const std::vector<LatencyRow>& rows) {
  std::vector<std::vector<std::string>> lines;
  for (const LatencyRow& row : rows) {
    for (const Series* series : row.series) {
      const latency::Summary summary = latency::Summarize(*series);
      const CostCells cost = CostOf(*series);
      const auto time = [](int64_t nanos) { return ShownTime(static_cast<double>(nanos)); };
      lines.push_back({MdCode(row.name), MdText(series->engine), CallsCell(*series, summary.count), time(summary.p50), time(summary.p90), time(summary.p99),
                       time(summary.max), RateCell(*series, summary.per_second), FloorCell(*series, summary.p50), cost.cpu, cost.memory});
    }
  }
  return LatencyTable({"Operation", "Engine", "Calls in rounds:", "p50:", "p90:", "p99:", "Max:", "Calls/s:", "Floor:", "Processor per call:", "Peak memory:"}, lines);
}

// One comparison: an engine with the first.
struct Compared {
  std::string name, engine;
  Ratio ratio;
};

// Made once: the summary and the tables tell of the same.
std::vector<Compared> ComparedWithFirst(const std::vector<LatencyGroup>& groups, const std::string& first) {
  std::vector<Compared> all;
  for (const LatencyGroup& group : groups) {
    for (const LatencyRow& row : group.rows) {
      const auto base = std::ranges::find(row.series, first, &Series::engine);
      if (base == row.series.end()) continue;
      for (const Series* series : row.series) {
        if (series != *base) all.push_back({row.name, series->engine, latency::CompareMedians(*series, **base)});
      }
    }
  }
  return all;
}

// Three digits, and 0.0029 as such.
std::string RatioText(double ratio) { return ratio < 0.0995 ? fmt::format("{:.2g}", ratio) : ShownNumber(ratio); }

// An interval so wide tells only that there were too few rounds, or too unlike ones.
constexpr double kWidest = 10;

std::string RatioCell(const Ratio& ratio) {
  if (ratio.no_difference && ratio.interval.high > kWidest * ratio.interval.low) return "too little measured to tell";
  const std::string interval = fmt::format("{} to {}", RatioText(ratio.interval.low), RatioText(ratio.interval.high));
  if (ratio.no_difference) return fmt::format("no difference seen ({})", interval);
  return fmt::format("**{}** ({})", RatioText(ratio.value), interval);
}

std::string RatioTable(const LatencyGroup& group, const std::vector<Compared>& compared, const std::vector<std::string>& engines) {
  std::vector<std::string> columns = {"Operation"};
  for (size_t i = 1; i < engines.size(); ++i) columns.push_back(fmt::format("{} / {}", MdText(engines[i]), MdText(engines[0])));
  std::vector<std::vector<std::string>> rows;
  for (const LatencyRow& row : group.rows) {
    std::vector<std::string> cells = {MdCode(row.name)};
    for (size_t i = 1; i < engines.size(); ++i) {
      const auto found = std::ranges::find_if(compared, [&](const Compared& one) { return one.name == row.name && one.engine == engines[i]; });
      cells.push_back(found == compared.end() ? "-" : RatioCell(found->ratio));
    }
    rows.push_back(std::move(cells));
  }
  return LatencyTable(columns, rows);
}

std::vector<std::string> EngineNames(const Measurement& measurement) {
  std::vector<std::string> names;
  for (const latency::EngineInfo& engine : measurement.engines) names.push_back(engine.name);
  return names;
}

// "5 (most: `images`, 0.42 of the time)"
std::string Most(const std::vector<const Compared*>& some, const Compared* most) {
  if (some.empty()) return "none";
  return fmt::format("{} (most: {}, {} times as long)", some.size(), MdCode(most->name), RatioText(most->ratio.value));
}

std::string InShort(const std::vector<Compared>& compared, const std::vector<std::string>& engines) {
  std::string out;
  for (size_t i = 1; i < engines.size(); ++i) {
    std::vector<const Compared*> faster, slower;
    size_t all = 0;
    for (const Compared& one : compared) {
      if (one.engine != engines[i]) continue;
      ++all;
      if (!one.ratio.no_difference) (one.ratio.value < 1 ? faster : slower).push_back(&one);
    }
    if (all == 0) continue;
    const auto by_ratio = [](const Compared* a, const Compared* b) { return a->ratio.value < b->ratio.value; };
    out += fmt::format("- {} beside {}, {}: faster in {}; slower in {}; no difference seen in {}.\n", MdText(engines[i]), MdText(engines[0]),
                       Counted(all, "operation"), Most(faster, faster.empty() ? nullptr : *std::ranges::min_element(faster, by_ratio)),
                       Most(slower, slower.empty() ? nullptr : *std::ranges::max_element(slower, by_ratio)), all - faster.size() - slower.size());
  }
  return out.empty() ? "" : "\nIn short, by medians:\n\n" + out;
}

std::string MachineSection(const Measurement& measurement) {
  const latency::Machine& machine = measurement.machine;
  std::string out = fmt::format("\n## The machine and the engines\n\n{}, {}, {} of memory; {}. Measured from {} (UTC) on, by plimsoll {}.\n\n", MdText(machine.processor),
                                Counted(static_cast<size_t>(machine.cores), "core"), ShownBytes(static_cast<double>(machine.memory_bytes)), MdText(machine.kernel),
                                MdText(measurement.started), MdText(measurement.plimsoll));
  std::vector<std::vector<std::string>> rows;
  for (const latency::EngineInfo& engine : measurement.engines) {
    std::vector<std::string> cells = {MdText(engine.name)};
    for (const char* what : {"version", "api", "runtime", "storage_driver", "cgroup_version"}) {
      const std::string value = GetString(engine.identity, what);
      cells.push_back(value.empty() ? "-" : MdText(value));
    }
    rows.push_back(std::move(cells));
  }
  return out + LatencyTable({"Engine", "Version", "API", "Runtime", "Storage", "cgroups"}, rows);
}

std::string MethodSection(size_t engines, size_t comparisons) {
  std::string out =
      "\n## How it was measured\n\n"
      "- Calls go over a kept-alive connection, one after the other (a *closed loop* of one client) unless a table says otherwise. A call is timed from when its "
      "request begins to be sent until the last byte of the answer has come, or as the list above a table says; what is made ready before it, or taken away after "
      "it, is not timed.\n";
  if (engines > 1) {
    out +=
        "- An operation is measured in rounds, and in each round the engines take turns, now in one order, now in the other. When the machine becomes slower or faster "
        "meanwhile, it does so for all of them.\n";
  }
  out +=
      "- p50 (the median) is the time that half of the calls did not exceed, p90 nine of ten, p99 ninety-nine of a hundred. Of fewer than 100 calls p99 is their "
      "maximum: there is no hundredth that could be slower. Calls a second are those of the timed parts alone; with several clients, and of an open loop, those of the "
      "whole time.\n"
      "- The *floor* is the median of the same calls, made by the same code, to a server that answers at once what the engine answered: what plimsoll and the "
      "kernel need for themselves. Of a figure less than twice its floor it is said that it is mostly the harness itself. `-`: there is no such server for this operation.\n"
      "- Processor time and memory are those of all the engine's processes, with the containers that it runs, from its control group: the time of a round, with what is done between its timed "
      "parts, divided by its calls; memory with the page cache, at its peak. `-`: plimsoll did not start that engine, and does not know its group; or, of memory alone, the kernel cannot "
      "say the peak of a round (cgroup2).\n";
  if (engines > 1) {
    out += fmt::format(
        "- A ratio of two medians stands with the interval in which it lies with a certainty of 95 %, found by drawing rounds, and calls within them, again and again (a "
        "bootstrap; with few rounds the interval is wide). Where 1 is in it, or both engines are within their floor, no difference was seen. There are {} of them here: "
        "at 95 % some of these may show a difference by chance.\n",
        comparisons);
  }
  return out;
}

// "`start`: from when to when".
std::string TimedList(const LatencyGroup& group) {
  std::string out;
  std::set<std::pair<std::string, std::string>> seen;  // the same with 10 and 100 containers: once
  for (const LatencyRow& row : group.rows) {
    const Series& first = *row.series.front();
    const std::string name = first.variant.empty() ? first.operation : first.operation + " " + first.variant;
    if (first.timed.empty() || !seen.emplace(name, first.timed).second) continue;
    out += fmt::format("- {}: {}\n", MdCode(name), Stopped(MdProse(first.timed)));
  }
  return out.empty() ? "" : "\nWhat is timed:\n\n" + out;
}

std::string RatioPart(const LatencyGroup& group, const std::vector<Compared>& compared, const std::vector<std::string>& engines) {
  const bool any = std::ranges::any_of(group.rows, [&](const LatencyRow& row) { return std::ranges::count(compared, row.name, &Compared::name) > 0; });
  return any ? "\nRatios of the medians, with their intervals of 95 %:\n\n" + RatioTable(group, compared, engines) : "";
}

std::string GroupSection(const LatencyGroup& group, const std::vector<Compared>& compared, const std::vector<std::string>& engines, const std::set<std::string>& plots) {
  std::string out = fmt::format("\n## {}\n", group.title) + PlotImage(plots, group.slug, group.title + ": how long a call takes on each engine");
  return out + TimedList(group) + "\n" + FiguresTable(group.rows) + RatioPart(group, compared, engines);
}

std::string LoadSection(const Measurement& measurement, const std::vector<std::string>& engines) {
  const LatencyGroup load{"load", "Several clients, and open loops", LoadedRows(measurement)};
  if (load.rows.empty()) return "";
  return fmt::format(
             "\n## {}\n\n"
             "`clients=N`: N clients, each of which sends its next call when the one before is answered. `rate=R`: an *open loop*, in which a call begins R times a second "
             "whatever became of those before, as it is with many users who know nothing of each other; its time counts from when it was to begin, so that a stall of the "
             "engine is in the times of all calls that were due meanwhile.\n\n",
             load.title) +
         FiguresTable(load.rows) + RatioPart(load, ComparedWithFirst({load}, engines.empty() ? "" : engines[0]), engines);
}

}  // namespace

std::string LatencyTable(const std::vector<std::string>& columns, const std::vector<std::vector<std::string>>& rows) {
  std::string head = "|", line = "|", out;
  for (const std::string& column : columns) {
    const bool number = column.ends_with(':');
    head += fmt::format(" {} |", number ? column.substr(0, column.size() - 1) : column);
    line += number ? " ---: |" : " --- |";
  }
  for (const auto& row : rows) out += fmt::format("| {} |\n", fmt::join(row, " | "));
  return head + "\n" + line + "\n" + out;
}

std::string PlotImage(const std::set<std::string>& plots, const std::string& slug, const std::string& about) {
  const std::string file = fmt::format("latency/{}.svg", slug);
  return plots.contains(file) ? fmt::format("\n![{}]({})\n", MdText(about), file) : "";
}

std::string LatencyText(const Measurement& measurement, const std::set<std::string>& plots) {
  const std::vector<std::string> engines = EngineNames(measurement);
  const std::vector<LatencyGroup> groups = GroupsOf(measurement);
  const std::vector<Compared> compared = ComparedWithFirst(groups, engines.empty() ? "" : engines[0]);
  std::string out =
      "# Latency\n\nHow long the engines take to answer, as `plimsoll bench` measured it on one machine in one run. Times are those of this machine; another one's "
      "differ, and so will the ratios, somewhat.\n";
  out += InShort(compared, engines) + MachineSection(measurement) + MethodSection(engines.size(), compared.size());
  for (const LatencyGroup& group : groups) out += GroupSection(group, compared, engines, plots);
  out += GrowthSection(measurement, plots) + LoadSection(measurement, engines) + SaturationSection(measurement, plots);
  return out + StartSection(measurement, plots) + PeersSection(measurement) + TroubleSection(measurement);
}

}  // namespace plimsoll::report
