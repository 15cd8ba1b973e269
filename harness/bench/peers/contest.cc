#include "bench/peers/contest.h"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::bench::peers {
namespace {

// How much one client does in a turn. Its first turn, which warms up it and the engine, tells what a ping takes.
Result<int64_t> WarmUp(Client& client, const Discipline& discipline) {
  const bool pings = discipline.task == Task::kPing || discipline.task == Task::kTcpPing;
  const int64_t first = pings ? std::min<int64_t>(discipline.amount, 3)
                              : discipline.task == Task::kAttach ? std::min<int64_t>(discipline.amount, 1 << 20) : 1;
  const auto seconds = client.Do(discipline.task, first);
  if (!seconds) return tl::make_unexpected(seconds.error());
  if (!pings) return discipline.amount;
  const auto fitting = static_cast<int64_t>(discipline.turn * static_cast<double>(first) / std::max(*seconds, 1e-6));
  return std::clamp<int64_t>(fitting, 1, discipline.amount);
}

// One client with what it has done so far.
struct Entrant {
  Client& client;
  latency::PeerSeries& series;
  int64_t amount = 0;

  bool Out() const { return !series.trouble.empty(); }
  void Begin(const Discipline& discipline) {
    series.trouble = client.Missing();
    if (Out()) return;
    const auto warmed = WarmUp(client, discipline);
    if (warmed) amount = *warmed;
    if (!warmed) series.trouble = warmed.error().what;
  }
  void TakeTurn(const Discipline& discipline) {
    if (Out()) return;
    const auto seconds = client.Do(discipline.task, amount);
    if (seconds) series.rounds.push_back(discipline.PerUnit(*seconds, amount));
    if (!seconds) series.trouble = seconds.error().what;
  }
};

std::string TimeText(double seconds) {
  if (seconds >= 1) return fmt::format("{:.2f} s", seconds);
  return seconds >= 0.1e-2 ? Millis(seconds * 1e9) : Micros(seconds * 1e9);
}

// Round by round, as far as both have come.
std::vector<double> RatiosOf(const std::vector<double>& of, const std::vector<double>& to) {
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(of.size(), to.size()); ++i) ratios.push_back(of[i] / to[i]);
  return ratios;
}

}  // namespace

std::vector<Discipline> Disciplines(Size size) {
  const bool small = size == Size::kSmallest;
  const int64_t gib = int64_t{1} << 30;
  return {
      // Short turns and many: on which processor the kernel has engine and client meet makes half of a ping's time, changes now and
      // then, and should be the same for those that are compared. wrk measures no less than a second.
      {Task::kPing, "ping", "ping", small ? 1 : 300, small ? 20 : 2'000, 1, 0.005},
      {Task::kTcpPing, "tcp", "ping over TCP", small ? 1 : 25, small ? 20 : 10'000, 1, 0.2},
      {Task::kLife, "life", "life", small ? 1 : 9, small ? 1 : 2, 1},
      {Task::kLives, "lives", fmt::format("{} lives", kInFlight), small ? 1 : 6, small ? kInFlight : 2 * kInFlight, 1},
      {Task::kAttach, "attach", "1 GiB", small ? 1 : 4, small ? gib / 64 : gib, static_cast<double>(gib)},
  };
}

// Forwards, then backwards, then from the next one on: nobody always comes behind the same one, who leaves the engine and the
// machine as his own work has made them.
std::vector<size_t> OrderOf(int round, size_t clients) {
  std::vector<size_t> order(clients);
  for (size_t i = 0; i < clients; ++i) order[i] = (static_cast<size_t>(round / 2) + i) % clients;
  if (round % 2 != 0) std::ranges::reverse(order);
  return order;
}

std::vector<latency::PeerSeries> Compete(Clients& clients, const Discipline& discipline, const std::string& engine) {
  std::vector<latency::PeerSeries> all;
  std::vector<Entrant> entrants;
  all.reserve(clients.size());  // the entrants refer to them
  for (const auto& client : clients) {
    if (!client->Can(discipline.task)) continue;
    all.push_back({discipline.name, client->name(), client->version(), engine, {}, ""});
    entrants.push_back({*client, all.back()});
    entrants.back().Begin(discipline);
  }
  for (int round = 0; round < discipline.rounds; ++round) {
    for (const size_t turn : OrderOf(round, entrants.size())) entrants[turn].TakeTurn(discipline);
  }
  return all;
}

std::vector<Figure> FiguresOf(const std::vector<latency::PeerSeries>& series) {
  std::vector<Figure> figures;
  if (series.empty()) return figures;
  const latency::PeerSeries& ours = series.front();
  for (size_t i = 1; i < series.size(); ++i) {
    const latency::PeerSeries& peer = series[i];
    Figure figure{.name = peer.task};
    if (!ours.rounds.empty()) figure.measured = TimeText(Median(ours.rounds));
    figure.compared_with = peer.client + (peer.version.empty() ? "" : " " + peer.version);
    if (!peer.rounds.empty()) figure.compared_with += ": " + TimeText(Median(peer.rounds));
    figure.ratios = RatiosOf(ours.rounds, peer.rounds);
    figure.limit = peer.client == "bare loop" ? 1.1 : 1.0;
    figure.noise = Noise::kCounts;
    figure.trouble = ours.trouble.empty() ? peer.trouble : ours.trouble;
    figures.push_back(std::move(figure));
  }
  return figures;
}

}  // namespace plimsoll::bench::peers
