#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "latency/statistics.h"
#include "report/escape.h"
#include "report/latency_data.h"
#include "report/latency_text.h"
#include "report/prose.h"

namespace plimsoll::report {
namespace {

using latency::Measurement;
using latency::PeerSeries;
using latency::Saturation;

std::string Time(int64_t nanos) { return ShownTime(static_cast<double>(nanos)); }

// -- Growth ---------------------------------------------------------------------------------------------------------------

// "0.31 ms and 10.2 µs a container"
std::string GrowthCell(const latency::Growth& growth) {
  const std::string constant = ShownTime(growth.constant), slope = ShownTime(growth.coefficient);
  if (growth.order == "O(1)") return constant;
  if (growth.order == "O(n)") return fmt::format("{} and {} a container", constant, slope);
  const std::string of = growth.order.substr(2, growth.order.size() - 3);
  return fmt::format("{} and {} × {}", constant, slope, of == "n^2" ? "n²" : of);
}

std::string OrderText(const std::string& order) { return order == "O(n^2)" ? "O(n²)" : order; }

// -- Saturation -------------------------------------------------------------------------------------------------------------

const Saturation::Step* HighestHeld(const Saturation& saturation) {
  const Saturation::Step* best = nullptr;
  for (const Saturation::Step& step : saturation.steps) {
    if (step.held && (best == nullptr || step.rate > best->rate)) best = &step;
  }
  return best;
}

const Saturation::Step* LowestFailed(const Saturation& saturation) {
  const Saturation::Step* best = nullptr;
  for (const Saturation::Step& step : saturation.steps) {
    if (!step.held && (best == nullptr || step.rate < best->rate)) best = &step;
  }
  return best;
}

std::string FailedCell(const Saturation& saturation) {
  const Saturation::Step* failed = LowestFailed(saturation);
  if (failed == nullptr) return "none tried was too high";
  if (failed->p99_nanos >= saturation.bound_nanos) return fmt::format("{}: p99 {}", ShownNumber(failed->rate), Time(failed->p99_nanos));
  return fmt::format("{}: only {} were answered in a second", ShownNumber(failed->rate), ShownNumber(failed->achieved));
}

std::string StepsTable(const std::vector<Saturation>& saturations) {
  std::vector<std::vector<std::string>> rows;
  for (const Saturation& one : saturations) {
    for (const Saturation::Step& step : one.steps) {
      rows.push_back({MdCode(one.operation), MdText(one.engine), ShownNumber(step.rate), ShownNumber(step.achieved), Time(step.p99_nanos), step.held ? "yes" : "no"});
    }
  }
  return LatencyTable({"Operation", "Engine", "Asked for, a second:", "Answered, a second:", "p99:", "Held"}, rows);
}

// -- Peers --------------------------------------------------------------------------------------------------------------------

constexpr std::string_view kOurselves = "plimsoll", kBareLoop = "bare loop";

struct PeerTask {
  std::string task, engine;
  std::vector<const PeerSeries*> clients;
};

std::vector<PeerTask> PeerTasks(const Measurement& measurement) {
  std::vector<PeerTask> tasks;
  for (const PeerSeries& peer : measurement.peers) {
    const auto found = std::ranges::find_if(tasks, [&](const PeerTask& one) { return one.task == peer.task && one.engine == peer.engine; });
    PeerTask& task = found != tasks.end() ? *found : tasks.emplace_back(PeerTask{peer.task, peer.engine, {}});
    task.clients.push_back(&peer);
  }
  return tasks;
}

// Round by round, since the clients took turns: a moment when the machine was slow is in both.
std::vector<double> RatiosOf(const PeerSeries& ours, const PeerSeries& theirs) {
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(ours.rounds.size(), theirs.rounds.size()); ++i) {
    if (theirs.rounds[i] > 0) ratios.push_back(ours.rounds[i] / theirs.rounds[i]);
  }
  return ratios;
}

constexpr double kEqual = 1.00, kGoalBesideBareLoop = 1.10;

// Between two that are equally fast the median is on either side of 1 by chance.
std::string GoalText(double ratio, double goal, const latency::Interval& interval) {
  const bool unsure = interval.Holds(goal);
  if (unsure && goal == kEqual) return fmt::format("{:.2f}: no difference seen", goal);
  return fmt::format("{:.2f}: {}{}", goal, ratio <= goal ? "met" : "**missed**", unsure ? ", as far as the rounds can tell" : "");
}

std::vector<std::string> PeerRow(const PeerTask& task, const PeerSeries& peer, const PeerSeries* ours) {
  std::vector<std::string> cells = {MdText(task.task), MdText(peer.version.empty() ? peer.client : fmt::format("{} ({})", peer.client, peer.version)), "-", "-", "-"};
  if (peer.rounds.empty()) {
    cells[2] = peer.trouble.empty() ? "not measured" : MdText(Abridged(peer.trouble, 200));
    return cells;
  }
  cells[2] = ShownTime(latency::Median(peer.rounds) * 1e9);
  if (!peer.trouble.empty()) cells[2] += fmt::format(" ({}; then: {})", Counted(peer.rounds.size(), "round"), MdText(Abridged(peer.trouble, 200)));
  if (ours == nullptr || &peer == ours) return cells;
  const std::vector<double> ratios = RatiosOf(*ours, peer);
  if (ratios.empty()) return cells;
  const double ratio = latency::Median(ratios);
  const latency::Interval interval = latency::MedianInterval(ratios);
  cells[3] = fmt::format("{:.2f} ({:.2f} to {:.2f})", ratio, interval.low, interval.high);
  cells[4] = GoalText(ratio, peer.client == kBareLoop ? kGoalBesideBareLoop : kEqual, interval);
  return cells;
}

std::string PeerTable(const std::vector<PeerTask>& tasks, const std::string& engine) {
  std::vector<std::vector<std::string>> rows;
  for (const PeerTask& task : tasks) {
    if (task.engine != engine) continue;
    const auto ours = std::ranges::find(task.clients, kOurselves, &PeerSeries::client);
    for (const PeerSeries* peer : task.clients) rows.push_back(PeerRow(task, *peer, ours == task.clients.end() ? nullptr : *ours));
  }
  return LatencyTable({"Task", "Client", "Time for one:", "plimsoll / client:", "Goal"}, rows);
}

}  // namespace

std::string GrowthSection(const Measurement& measurement, const std::set<std::string>& plots) {
  const std::vector<GrowthCurve> curves = GrowthCurves(measurement);
  if (curves.empty()) return "";
  std::set<int64_t> numbers;
  for (const GrowthCurve& curve : curves) {
    for (const auto& point : curve.points) numbers.insert(point.containers);
  }
  std::vector<std::string> columns = {"Operation", "Engine"};
  for (const int64_t number : numbers) columns.push_back(fmt::format("{}:", ShownCount(static_cast<size_t>(number))));
  columns.insert(columns.end(), {"Order", "That is about"});
  std::vector<std::vector<std::string>> rows;
  for (const GrowthCurve& curve : curves) {
    std::vector<std::string> cells = {MdCode(curve.name), MdText(curve.engine)};
    for (const int64_t number : numbers) {
      const auto found = std::ranges::find(curve.points, number, &GrowthCurve::Point::containers);
      cells.push_back(found == curve.points.end() ? "-" : Time(found->p50));
    }
    cells.insert(cells.end(), {OrderText(curve.growth.order), fmt::format("{} (off by {:.0f} %)", GrowthCell(curve.growth), 100 * curve.growth.rms)});
    rows.push_back(std::move(cells));
  }
  return "\n## Growth with the number of containers\n" + PlotImage(plots, "growth", "Medians over the number of containers") +
         "\nMedians with so many containers (n) on the engine, and the simplest order that fits them nearly as well as any does: a constant, and a part that grows.\n\n" +
         LatencyTable(columns, rows);
}

std::string SaturationSection(const Measurement& measurement, const std::set<std::string>& plots) {
  if (measurement.saturations.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const Saturation& one : measurement.saturations) {
    const Saturation::Step* held = HighestHeld(one);
    rows.push_back({MdCode(one.operation), MdText(one.engine), Time(one.bound_nanos), one.highest > 0 ? ShownNumber(one.highest) : "none",
                    held == nullptr ? "-" : Time(held->p99_nanos), FailedCell(one)});
  }
  return "\n## Saturation\n" + PlotImage(plots, "saturation", "p99 over the rate of an open loop") +
         "\nThe highest rate of an open loop, of those tried, at which p99 stayed under the bound and the engine kept up.\n\n" +
         LatencyTable({"Operation", "Engine", "Bound on p99:", "Calls a second:", "p99 there:", "Lowest that was too high"}, rows) +
         "\n<details><summary>All rates, in the order in which they were tried</summary>\n\n" + StepsTable(measurement.saturations) + "\n</details>\n";
}

std::string StartSection(const Measurement& measurement, const std::set<std::string>& plots) {
  std::string tables;
  for (const StartBreakdown& one : StartBreakdowns(measurement)) {
    if (one.moments.empty()) continue;
    std::vector<std::vector<std::string>> rows;
    int64_t before = 0;
    for (const StartMoment& moment : one.moments) {
      rows.push_back({MdText(Capitalised(moment.name)), Time(moment.median), "+ " + Time(moment.median - before), fmt::format("{} to {}", Time(moment.low), Time(moment.high))});
      before = moment.median;
    }
    tables += fmt::format("\n### {}\n\n{}{}.\n\n", MdText(one.engine), one.starts > 1 ? "Medians of " : "", Counted(one.starts, "start")) +
              LatencyTable({"Moment", "After the request began:", "After the moment before:", "Middle half:"}, rows);
  }
  if (tables.empty()) return "";
  return "\n## Where the time of a start goes\n" + PlotImage(plots, "start", "Parts of a start, one after the other, on each engine") +
         "\n`POST /containers/ID/start` on a connection of its own, taken apart by what three see by the same clock: the client (connected, sent, answered), the engine "
         "(the time stamps of its events), and the process in the container, which reads the clock as the first thing it does. The moments stand in the order in "
         "which they came; the answer need not be the last.\n" +
         tables;
}

std::string PeersSection(const Measurement& measurement) {
  if (measurement.peers.empty()) return "";
  const std::vector<PeerTask> tasks = PeerTasks(measurement);
  std::vector<std::string> engines;
  for (const PeerTask& task : tasks) {
    if (std::ranges::count(engines, task.engine) == 0) engines.push_back(task.engine);
  }
  std::string out =
      "\n## plimsoll as a client, beside others\n\n"
      "The same tasks by other clients on the same engine, taking turns: `ping` (one after the other; `ping over TCP`: where wrk can take part), `life` (create, start, wait, inspect, remove a container), `8 lives` (eight "
      "of them in flight), `1 GiB` (what a process writes, through attach). The bare loop sends ready-made requests by plain system calls and looks at hardly more than where an answer ends: "
      "about the least that any client must do. Time is for one ping, one life, one GiB; a ratio below 1 means that plimsoll is faster. It is the median of the rounds' ratios, with the interval in which that lies with a certainty of 95 % (of fewer than "
      "six rounds: the lowest and the highest). Goal: 1.00 of each client, 1.10 of the bare loop.\n";
  for (const std::string& engine : engines) out += fmt::format("\n### On {}\n\n", MdText(engine)) + PeerTable(tasks, engine);
  return out;
}

std::string TroubleSection(const Measurement& measurement) {
  std::string out;
  for (const latency::Series& series : measurement.series) {
    if (series.trouble.empty()) continue;
    out += fmt::format("- {} on {}: {}\n", MdCode(series.Name()), MdText(series.engine), Stopped(MdText(Abridged(series.trouble, 500))));
  }
  return out.empty() ? "" : "\n## What could not be measured, or not as often\n\n" + out;
}

}  // namespace plimsoll::report
