// The contest: every client at every task, in turns. Within a round each of them has one turn, and the order changes from round to
// round, so that neither a drift of the machine nor what the one before has left behind is always the same one's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/figures.h"
#include "bench/peers/client.h"
#include "latency/measurement.h"

namespace plimsoll::bench::peers {

struct Discipline {
  Task task = Task::kPing;
  std::string word;    // of --tasks: "attach"
  std::string name;    // "1 GiB"
  int rounds = 1;
  // In a turn. Of pings the most: as many as take about `turn`.
  int64_t amount = 1;
  double unit = 1;     // what the times are of: a ping, a life, 2^30 bytes
  double turn = 0.05;  // seconds

  double PerUnit(double seconds, int64_t done) const { return seconds * unit / static_cast<double>(done); }
};
enum class Size { kUsual, kSmallest };
std::vector<Discipline> Disciplines(Size size);

// A series for every client that can do the task, in their order. What one of them cannot have or cannot do is in its
// `trouble`, and the others go on. `engine` is for the series.
std::vector<latency::PeerSeries> Compete(Clients& clients, const Discipline& discipline, const std::string& engine);

// How plimsoll (the first) does against each of the others, round by round: at most as long, and at most 1.1 times
// as long as the bare loop. REQUIRES: of one task and one engine.
std::vector<Figure> FiguresOf(const std::vector<latency::PeerSeries>& series);

}  // namespace plimsoll::bench::peers
