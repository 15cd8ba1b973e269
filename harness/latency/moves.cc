#include "latency/moves.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/duration.h"
#include "base/text.h"

namespace plimsoll::latency {
namespace {

using Key = std::pair<std::string, std::string>;  // of Name() and engine

std::map<Key, const Series*> ByName(const Measurement& measurement) {
  std::map<Key, const Series*> all;
  for (const Series& series : measurement.series) {
    const bool any = std::ranges::any_of(series.rounds, [](const Round& round) { return !round.nanos.empty(); });
    if (any) all.emplace(Key(series.Name(), series.engine), &series);
  }
  return all;
}

std::string Gibibytes(int64_t bytes) { return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1 << 30)); }

std::string Changed(std::string_view what, std::string_view before, std::string_view now) {
  return fmt::format("{}: before {}, now {}", what, before, now);
}

// In what two machines differ; empty where they are one.
std::vector<std::string> WhatDiffers(const Machine& before, const Machine& now) {
  std::vector<std::string> all;
  if (before.processor != now.processor) all.push_back(Changed("processor", before.processor, now.processor));
  if (before.cores != now.cores) all.push_back(Changed("cores", std::to_string(before.cores), std::to_string(now.cores)));
  // What a kernel keeps for itself varies from version to version.
  const auto memory = static_cast<double>(before.memory_bytes);
  if (std::abs(memory - static_cast<double>(now.memory_bytes)) > 0.05 * memory) {
    all.push_back(Changed("memory", Gibibytes(before.memory_bytes), Gibibytes(now.memory_bytes)));
  }
  if (all.empty() && before.id != now.id) all.push_back("they are alike, but /etc/machine-id is not the same");
  return all;
}

const EngineInfo* EngineOf(const Measurement& measurement, const std::string& name) {
  const auto found = std::ranges::find(measurement.engines, name, &EngineInfo::name);
  return found == measurement.engines.end() ? nullptr : &*found;
}

std::vector<std::string> WhatElseChanged(const Measurement& before, const Measurement& now) {
  std::vector<std::string> all;
  if (before.plimsoll != now.plimsoll) all.push_back(Changed("plimsoll", before.plimsoll, now.plimsoll));
  if (before.machine.kernel != now.machine.kernel) all.push_back(Changed("the kernel", before.machine.kernel, now.machine.kernel));
  for (const EngineInfo& engine : now.engines) {
    const EngineInfo* old = EngineOf(before, engine.name);
    if (old == nullptr) continue;
    for (const char* what : {"version", "runtime", "storage_driver"}) {
      const std::string was = GetString(old->identity, what), is = GetString(engine.identity, what);
      if (was != is) all.push_back(Changed(fmt::format("{} of {}", what, engine.name), was, is));
    }
  }
  return all;
}

std::string On(const Key& key) { return fmt::format("{} on {}", key.first, key.second); }

int64_t MedianIn(const Series& series) { return Summarize(series).p50; }

// Sorts into moved and unmoved.
void TellApart(std::vector<Move> compared, Moves& moves) {
  constexpr double kWrong = 0.05;
  std::vector<double> chances;
  for (const Move& move : compared) chances.push_back(move.ratio.chance);
  const double counts = LargestChanceThatCounts(std::move(chances), kWrong);
  for (Move& move : compared) {
    const bool moved = !move.ratio.no_difference && move.ratio.chance <= counts;
    (moved ? moves.moved : moves.unmoved).push_back(std::move(move));
  }
}

// Of a series that was measured in part.
std::string CutShort(const Key& key, std::string_view when, const Series& series) {
  return fmt::format("{}: {} measured in part only: {}", On(key), when, series.trouble);
}

void SortBySize(std::vector<Move>& moves) {
  std::ranges::stable_sort(moves, [](const Move& a, const Move& b) { return a.ratio.value > b.ratio.value; });
}

// Three digits: more would be noise.
std::string ShortTime(int64_t nanos) {
  int64_t grain = 1;
  while (nanos / grain >= 1000) grain *= 10;
  return FormatDuration(Duration((nanos + grain / 2) / grain * grain));
}

std::string Times(double ratio) { return ratio < 0.0995 ? fmt::format("{:.2g}", ratio) : fmt::format("{:.2f}", ratio); }

std::string_view WordOfUnmoved(const Move& move) {
  if (move.ratio.TooLittle()) return "unknown";
  return move.ratio.no_difference ? "same" : "perhaps";
}

std::string CertaintyOf(const Ratio& ratio) {
  if (ratio.TooLittle()) return "too little measured: less than two rounds";
  return fmt::format("95 %: {} to {}", Times(ratio.interval.low), Times(ratio.interval.high));
}

std::string LineOf(const Move& move, std::string_view word) {
  return fmt::format("{:<8}{} on {}: {} -> {}, x{} ({})\n", word, move.series, move.engine, ShortTime(move.before),
                     ShortTime(move.now), Times(move.ratio.value), CertaintyOf(move.ratio));
}

std::string EngineNames(const Measurement& measurement) {
  std::vector<std::string> names;
  for (const EngineInfo& engine : measurement.engines) names.push_back(engine.name);
  return names.empty() ? "no engine" : fmt::format("{}", fmt::join(names, ", "));
}

// Why not, of what was measured before and has no samples now; "" where it was not tried.
std::string TroubleOf(const Measurement& now, const Key& key) {
  const auto tried = std::ranges::find_if(now.series, [&](const Series& series) { return Key(series.Name(), series.engine) == key; });
  return tried == now.series.end() ? "" : tried->trouble;
}

Status AnythingCompared(const Moves& moves, const Measurement& before, const Measurement& now) {
  const bool known = std::ranges::any_of(moves.unmoved, [](const Move& move) { return !move.ratio.TooLittle(); });
  if (known || !moves.moved.empty() || !moves.failed.empty()) return {};
  if (!moves.unmoved.empty()) return Fail("nothing can be compared: each series has less than two rounds", "measure with --rounds 5");
  return Fail("nothing can be compared: the two measurements have no series in common",
              fmt::format("the earlier one is of {}, this one of {}; see --engine and --operations", EngineNames(before), EngineNames(now)));
}

}  // namespace

Status Comparable(const Machine& before, const Machine& now, OtherMachine other_machine) {
  const std::vector<std::string> differs = WhatDiffers(before, now);
  if (differs.empty() || other_machine == OtherMachine::kAllow) return {};
  return Fail(fmt::format("the two measurements are of different machines: {}", fmt::join(differs, "; ")),
              "times of one machine say nothing of another; --another-machine compares them all the same");
}

Result<Moves> Compare(const Measurement& before, const Measurement& now, OtherMachine other_machine) {
  if (auto comparable = Comparable(before.machine, now.machine, other_machine); !comparable) return tl::make_unexpected(comparable.error());
  Moves moves;
  moves.also = WhatDiffers(before.machine, now.machine);
  for (std::string& what : WhatElseChanged(before, now)) moves.also.push_back(std::move(what));
  const auto old = ByName(before), current = ByName(now);
  for (const auto& [key, series] : old) {
    if (current.contains(key)) continue;
    const std::string trouble = TroubleOf(now, key);
    if (trouble.empty()) moves.only_before.push_back(On(key));
    else moves.failed.push_back(fmt::format("{}: {}", On(key), trouble));
  }
  std::vector<Move> compared;
  for (const auto& [key, series] : current) {
    const auto was = old.find(key);
    if (was == old.end()) {
      moves.only_now.push_back(On(key));
      continue;
    }
    if (!was->second->trouble.empty()) moves.also.push_back(CutShort(key, "before", *was->second));
    if (!series->trouble.empty()) moves.also.push_back(CutShort(key, "now", *series));
    compared.push_back({key.first, key.second, MedianIn(*was->second), MedianIn(*series), CompareMedians(*series, *was->second, 1, Rounds::kApart)});
  }
  TellApart(std::move(compared), moves);
  if (auto any = AnythingCompared(moves, before, now); !any) return tl::make_unexpected(any.error());
  SortBySize(moves.moved);
  SortBySize(moves.unmoved);
  return moves;
}

std::string TextOf(const Moves& moves) {
  std::string out;
  for (const std::string& what : moves.also) out += fmt::format("{:<8}{}\n", "changed", what);
  for (const std::string& what : moves.failed) out += fmt::format("{:<8}{}\n", "failed", Printable(what));
  for (const Move& move : moves.moved) out += LineOf(move, move.ratio.value > 1 ? "slower" : "faster");
  for (const Move& move : moves.unmoved) out += LineOf(move, WordOfUnmoved(move));
  for (const std::string& name : moves.only_before) out += fmt::format("{:<8}{}: measured before only\n", "gone", name);
  for (const std::string& name : moves.only_now) out += fmt::format("{:<8}{}: not measured before\n", "new", name);
  const auto unknown = std::ranges::count_if(moves.unmoved, [](const Move& move) { return move.ratio.TooLittle(); });
  if (!moves.failed.empty()) out += fmt::format("{} failed, ", moves.failed.size());
  out += fmt::format("{} slower, {} faster, {} without a difference seen{}\n",
                     std::ranges::count_if(moves.moved, [](const Move& move) { return move.ratio.value > 1; }),
                     std::ranges::count_if(moves.moved, [](const Move& move) { return move.ratio.value <= 1; }),
                     static_cast<std::ptrdiff_t>(moves.unmoved.size()) - unknown, unknown > 0 ? fmt::format(", {} unknown", unknown) : "");
  return out;
}

}  // namespace plimsoll::latency
