// plimsoll_peers: plimsoll as a client beside other clients, on one engine, in turns. Prints a table; the exit status says
// nothing of the figures.
#include <CLI/CLI.hpp>
#include <curl/curl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "base/text.h"
#include "bench/peers/bare_loop.h"
#include "bench/peers/contest.h"
#include "bench/peers/curl_client.h"
#include "bench/peers/docker_cli.h"
#include "bench/peers/external_client.h"
#include "bench/peers/harness_client.h"
#include "bench/peers/wrk.h"
#include "run/labels.h"

namespace plimsoll::bench::peers {
namespace {

constexpr const char* kAbout =
    "How fast plimsoll is as a client, beside a bare loop of C calls, libcurl, the docker CLI, dockerode, docker-py and wrk,\n"
    "all on one private engine, in turns. A ratio is what plimsoll takes, divided by what the other takes, of the median\n"
    "round, with the lowest and the highest. The docker CLI's times hold the start of its process, as it has no other way;\n"
    "its ping is `docker version`. Where a client is not there, the table says what to install, and the others go on.";

struct Arguments {
  std::vector<std::string> engines{"docker-20.10"};
  std::vector<std::string> clients, tasks;  // empty: all
  int rounds = 0;                           // 0: as each task has them
  bool smallest = false;
  std::string json, docker;
};

void Describe(CLI::App& app, Arguments& arguments) {
  app.add_option("--engine", arguments.engines, "a private engine; may be repeated")->take_all()->capture_default_str();
  app.add_option("--clients", arguments.clients, "\"bare loop\",libcurl,\"docker CLI\",dockerode,docker-py,wrk (default: all)")
      ->delimiter(',');
  app.add_option("--tasks", arguments.tasks, "ping,tcp,life,lives,attach (default: all)")->delimiter(',');
  app.add_option("--rounds", arguments.rounds, "turns of each client at each task")->check(CLI::PositiveNumber);
  app.add_flag("--smallest", arguments.smallest, "one small round: to see that it works, not how fast");
  app.add_option("--json", arguments.json, "keep every round in this file, as plimsoll bench reads it");
  app.add_option("--docker", arguments.docker, "the docker CLI's program (default: that of the engines' root tree)");
}

template <class List, class Value>
bool Chosen(const List& list, const Value& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

// bookworm's runs on Debian 12, which this needs anyway, and speaks to all engines.
std::string DockerProgram() {
  const char* cache = std::getenv("PLIMSOLL_CACHE");
  return std::string(cache && *cache ? cache : "/var/cache/plimsoll") + "/roots/bookworm/usr/bin/docker";
}

Ground GroundOf(const EngineBed& bed, const Arguments& arguments) {
  Ground ground;
  ground.socket = bed.socket_path();
  ground.host = bed.listener().host;
  ground.port = bed.listener().port;
  ground.api = bed.engine().identity.api;
  ground.image = bed.run().options["images"]["probe"];
  Json labelled = Json::object();
  run::AddLabels(labelled, bed.run().run_id, "00000000");
  ground.labels = labelled["Labels"];
  ground.docker = arguments.docker.empty() ? DockerProgram() : arguments.docker;
  return ground;
}

// plimsoll first, which the others are compared with.
Result<Clients> MakeClients(EngineBed& bed, const Ground& ground, const Arguments& arguments) {
  Clients clients;
  auto harness = HarnessClient::Make(bed, ground);
  if (!harness) return tl::make_unexpected(harness.error());
  clients.push_back(std::move(*harness));
  const auto add = [&](const char* name, const auto& make) {
    if (Chosen(arguments.clients, name)) clients.push_back(make());
  };
  add("bare loop", [&] { return std::make_unique<BareLoop>(bed, ground); });
  add("libcurl", [&] { return std::make_unique<CurlClient>(ground); });
  add("docker CLI", [&] { return std::make_unique<DockerCli>(ground); });
  add("dockerode", [&] { return std::make_unique<ExternalClient>(Dockerode(), ground); });
  add("docker-py", [&] { return std::make_unique<ExternalClient>(DockerPy(), ground); });
  add("wrk", [&] { return std::make_unique<Wrk>(ground); });
  return clients;
}

Status MeetOn(const std::string& engine, const Arguments& arguments, latency::Measurement& measurement) {
  auto bed = EngineBed::Start(engine, {.listener = "tcp"});
  if (!bed) return tl::make_unexpected(bed.error());
  measurement.engines.push_back({engine, (*bed)->engine().identity.ToJson()});
  const Ground ground = GroundOf(**bed, arguments);
  auto clients = MakeClients(**bed, ground, arguments);
  if (!clients) return tl::make_unexpected(clients.error());
  std::vector<Figure> figures;
  for (Discipline& discipline : Disciplines(arguments.smallest ? Size::kSmallest : Size::kUsual)) {
    if (!Chosen(arguments.tasks, discipline.word)) continue;
    if (arguments.rounds > 0) discipline.rounds = arguments.rounds;
    const TimePoint begun = Now();
    const auto series = Compete(*clients, discipline, engine);
    fmt::print(stderr, "{}: {}: {:.0f} s\n", engine, discipline.name, static_cast<double>((Now() - begun).count()) / 1e9);
    for (Figure& figure : FiguresOf(series)) figures.push_back(std::move(figure));
    measurement.peers.insert(measurement.peers.end(), series.begin(), series.end());
  }
  fmt::print("\n{}\n\n{}", engine, TableOf(figures));
  return {};
}

int Main(const Arguments& arguments) {
  latency::Measurement measurement;
  measurement.plimsoll = PLIMSOLL_VERSION;
  measurement.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  measurement.machine = latency::ThisMachine();
  for (const std::string& engine : arguments.engines) {
    if (Status met = MeetOn(engine, arguments, measurement); !met) {
      fmt::print("no engine: {}\n", met.error().Text());
      return 3;
    }
  }
  if (arguments.smallest) fmt::print("\nIn the smallest sizes the figures show only that they can be taken.\n");
  if (arguments.json.empty()) return 0;
  const Status written = WriteFileWhole(arguments.json, PrettyJson(latency::ToJson(measurement)));
  if (!written) fmt::print(stderr, "{}\n", written.error().Text());
  return written ? 0 : 3;
}

}  // namespace
}  // namespace plimsoll::bench::peers

int main(int argc, char** argv) {
  using namespace plimsoll::bench::peers;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Arguments arguments;
  CLI::App app{kAbout, "plimsoll_peers"};
  Describe(app, arguments);
  CLI11_PARSE(app, argc, argv);
  return Main(arguments);
}
