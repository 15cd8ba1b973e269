// What `plimsoll trace` costs a client: calls and streams straight to the engine, through the recording proxy, and through socat,
// which passes bytes on and does nothing else.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <filesystem>

#include "base/child.h"
#include "bench/bare_attach.h"
#include "bench/bare_client.h"
#include "bench/benches.h"
#include "base/temporary_folder.h"
#include "relay/relay.h"

namespace plimsoll::bench {
namespace {

constexpr std::string_view kUnix = "unix://";

// One way to the engine.
struct Way {
  std::string name;
  std::string socket;
  std::vector<double> pings;   // p50 of each round, ns
  std::vector<double> speeds;  // bytes a second of each round
};

// The three ways; the last one where there is a socat.
class Ways {
 public:
  static Result<std::unique_ptr<Ways>> Open(const EngineBed& bed) {
    auto ways = std::unique_ptr<Ways>(new Ways());
    auto relay = relay::Relay::Start(bed.engine().endpoint);
    if (!relay) return tl::make_unexpected(relay.error());
    ways->relay_ = std::move(*relay);
    ways->list = {{"direct", bed.socket_path(), {}, {}}, {"plimsoll trace", ways->relay_->address().substr(kUnix.size()), {}, {}}};
    const std::string socket = ways->folder_.File("socat.sock");
    auto socat = Child::Start({"socat", "UNIX-LISTEN:" + socket + ",fork", "UNIX-CONNECT:" + bed.socket_path()}, {});
    if (!socat) return ways;
    ways->socat_ = std::move(*socat);
    if (!Appears(socket)) return Fail("socat does not listen");
    ways->list.push_back({"socat", socket, {}, {}});
    return ways;
  }
  ~Ways() {
    if (relay_) relay_->Stop();
  }

  std::vector<Way> list;

 private:
  Ways() = default;

  // A child's socket tells nobody that it is there.
  static bool Appears(const std::string& socket) {
    const TimePoint deadline = Now() + std::chrono::seconds(5);
    while (!BareClient::Connect(socket)) {
      if (Now() > deadline) return false;
    }
    return true;
  }

  const TemporaryFolder folder_;
  std::unique_ptr<relay::Relay> relay_;
  std::unique_ptr<Child> socat_;
};

// Takes turns, call by call; each in turn goes first.
Status PingByAll(std::vector<Way>& ways, int count) {
  const std::string wire = http::Serialize({"GET", "/_ping", {}, ""});
  std::vector<std::unique_ptr<BareClient>> clients;
  for (const Way& way : ways) {
    auto client = BareClient::Connect(way.socket);
    if (!client) return tl::make_unexpected(client.error());
    if (StatusOf((*client)->Exchange(wire)) != 200) return Fail(way.name + ": a ping was not answered");
    clients.push_back(std::move(*client));
  }
  std::vector<std::vector<double>> nanos(ways.size());
  for (int i = 0; i < count; ++i) {
    for (size_t turn = 0; turn < ways.size(); ++turn) {
      const size_t way = (turn + static_cast<size_t>(i)) % ways.size();
      const TimePoint begun = Now();
      if (clients[way]->Exchange(wire).empty()) return Fail(ways[way].name + ": a ping was not answered");
      nanos[way].push_back(static_cast<double>((Now() - begun).count()));
    }
  }
  for (size_t way = 0; way < ways.size(); ++way) ways[way].pings.push_back(Median(std::move(nanos[way])));
  return {};
}

Status StreamByAll(std::vector<Way>& ways, const EngineBed& bed, uint64_t bytes, size_t round) {
  const auto image = std::ranges::find(bed.images(), "probe", &run::ImageTar::key);
  const Json body = {{"Image", image->reference},
                     {"Cmd", {"write", "--bytes", std::to_string(bytes)}},
                     {"AttachStdout", true},
                     {"HostConfig", {{"LogConfig", {{"Type", "none"}}}}}};
  for (size_t turn = 0; turn < ways.size(); ++turn) {
    Way& way = ways[(turn + round) % ways.size()];
    const auto seconds = AttachAndDrain({way.socket, "/v" + bed.engine().identity.api, body, bytes});
    if (!seconds) return Fail(way.name + ": " + seconds.error().what);
    way.speeds.push_back(static_cast<double>(bytes) / *seconds);
  }
  return {};
}

std::string SpeedText(const Way& way) { return fmt::format("{} {:.0f} MiB/s", way.name, Median(way.speeds) / (1 << 20)); }

// What a way adds to the direct one, in each round.
std::vector<double> Added(const Way& way, const Way& direct) {
  std::vector<double> added;
  for (size_t i = 0; i < way.pings.size(); ++i) added.push_back(way.pings[i] - direct.pings[i]);
  return added;
}

Figure PingFigure(const std::vector<Way>& ways) {
  constexpr double kMostAdded = 60'000;
  Figure figure{.name = "p50 that trace adds to a call"};
  const std::vector<double> added = Added(ways[1], ways[0]);
  figure.measured = Micros(Median(added));
  figure.compared_with = "60 us";
  if (ways.size() > 2) figure.compared_with += "; socat adds " + Micros(Median(Added(ways[2], ways[0])));
  for (const double nanos : added) figure.ratios.push_back(nanos / kMostAdded);
  figure.limit = 1;
  return figure;
}

Figure StreamFigure(const std::vector<Way>& ways) {
  Figure figure{.name = "an attached stream through trace"};
  figure.measured = SpeedText(ways[1]);
  figure.compared_with = SpeedText(ways[0]);
  if (ways.size() > 2) figure.compared_with += "; " + SpeedText(ways[2]);
  for (size_t i = 0; i < ways[1].speeds.size(); ++i) figure.ratios.push_back(ways[1].speeds[i] / ways[0].speeds[i]);
  figure.goal = Goal::kAtLeast;
  figure.limit = 0.9;
  return figure;
}

void Relayed(benchmark::State& state, const Sizes& sizes, const EngineBed& bed, std::vector<Figure>& figures) {
  auto ways = Ways::Open(bed);
  if (!ways) return state.SkipWithError(ways.error().what.c_str());
  size_t round = 0;
  for (auto _ : state) {
    auto measured = PingByAll((*ways)->list, sizes.pings);
    if (measured) measured = StreamByAll((*ways)->list, bed, sizes.relay_bytes, round++);
    if (!measured) return state.SkipWithError(measured.error().what.c_str());
    state.SetIterationTime((*ways)->list[1].pings.back() / 1e9);
  }
  figures.push_back(PingFigure((*ways)->list));
  figures.push_back(StreamFigure((*ways)->list));
}

}  // namespace

void RegisterRelay(const Sizes& sizes, EngineBed& bed, std::vector<Figure>& figures) {
  benchmark::RegisterBenchmark("relay", [&](benchmark::State& state) { Relayed(state, sizes, bed, figures); })
      ->UseManualTime()
      ->Iterations(sizes.relay_rounds)
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace plimsoll::bench
