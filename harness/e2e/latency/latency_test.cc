// plimsoll bench on real engines, in its smallest size: everything is measured; how long it took is no matter here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <set>

#include "base/json.h"
#include "e2e/process.h"
#include "e2e/workplace.h"

namespace plimsoll::e2e {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class LatencyTest : public LiveTest {};

Json Parsed(const std::string& path) {
  const auto text = ReadFile(path);
  EXPECT_TRUE(text) << text.error().what;
  return Json::parse(text.value_or("{}"));
}

bool HasSamples(const Json& series) {
  return std::ranges::any_of(series.at("rounds"), [](const Json& round) { return !round.at("nanos").empty(); });
}

// The first of an operation.
Json SeriesOf(const Json& result, const std::string& operation) {
  for (const Json& series : result.at("series")) {
    if (series.at("operation") == operation) return series;
  }
  return {{"rounds", Json::array()}};
}

// Operation -> the engines that have samples of it.
std::map<std::string, std::set<std::string>> Measured(const Json& result) {
  std::map<std::string, std::set<std::string>> measured;
  for (const Json& series : result.at("series")) {
    EXPECT_EQ(GetString(series, "trouble"), "") << series.at("operation");
    auto& engines = measured[series.at("operation")];
    if (HasSamples(series)) engines.insert(series.at("engine"));
  }
  return measured;
}

TEST_F(LatencyTest, MeasuresEverythingOnBothEngines) {
  StopLiveEngines();  // the program has its own
  TemporaryFolder folder;
  Process bench({PLIMSOLL_PROGRAM, "bench", "--smallest", "--engine", "docker-20.10,podman-4.3", "--out", folder / "result.json",
                 "--benchmark_out=" + folder / "google.json", "--reports", folder / "reports"});
  ASSERT_EQ(bench.Wait(), 0) << bench.Output();

  const Json result = Parsed(folder / "result.json");
  const auto measured = Measured(result);
  for (const char* operation : {"ping", "version", "info", "list", "create", "start", "stop", "kill", "wait", "inspect", "remove", "exec",
                                "attach", "logs", "events", "images", "network create", "network remove", "volume create", "volume remove",
                                "life"}) {
    ASSERT_TRUE(measured.contains(operation)) << operation;
    EXPECT_THAT(measured.at(operation), UnorderedElementsAre("docker-20.10", "podman-4.3")) << operation;
  }
  EXPECT_EQ(result.at("saturations").size(), 4u) << "two operations, two engines";
  std::set<std::string> taken_apart;
  for (const Json& start : result.at("starts")) {
    if (start.at("first_instruction") > 0 && start.at("events").contains("start")) taken_apart.insert(start.at("engine"));
  }
  EXPECT_THAT(taken_apart, UnorderedElementsAre("docker-20.10", "podman-4.3"));

  const Json google = Parsed(folder / "google.json");
  std::set<std::string> names;
  for (const Json& run : google.at("benchmarks")) {
    names.insert(run.at("name"));
    if (run.at("run_type") != "iteration") continue;
    for (const char* counter : {"p50", "p90", "p99", "max", "per_second", "cpu_ms"}) EXPECT_GT(run.value(counter, 0.0), 0) << run.at("name") << counter;
  }
  EXPECT_THAT(names, Contains(HasSubstr("list/docker-20.10/iterations:1/manual_time_BigO")));
  EXPECT_TRUE(ReadFile(folder / "reports/latency.md"));
}

// Lists are not measured there, and of a family whose runs all fail Google Benchmark would die (bench/google.cc).
TEST_F(LatencyTest, LeavesAnEngineAsItWasThatIsNotOurs) {
  const engine::Endpoint& endpoint = TheLiveEngines().list.front().endpoint;
  const auto before = Holdings(endpoint);
  TemporaryFolder folder;
  Process bench({PLIMSOLL_PROGRAM, "bench", "--smallest", "--engine", endpoint.Text(), "--operations", "ping$,life$,list", "--out", folder / "result.json",
                 "--benchmark_out=" + folder / "google.json"});
  EXPECT_EQ(bench.Wait(), 0) << bench.Output();
  EXPECT_THAT(bench.Output(), HasSubstr("which does not fill it with containers"));
  EXPECT_EQ(Holdings(endpoint), before);
  EXPECT_TRUE(HasSamples(SeriesOf(Parsed(folder / "result.json"), "life")));
  EXPECT_FALSE(HasSamples(SeriesOf(Parsed(folder / "result.json"), "list")));
  const Json google = Parsed(folder / "google.json");
  for (const Json& run : google.at("benchmarks")) {
    if (!run.at("name").get<std::string>().starts_with("list")) continue;
    EXPECT_THAT(run.value("error_message", run.value("label", "")), HasSubstr("not started by plimsoll")) << run;
  }
}

TEST_F(LatencyTest, KeepsWhatWasMeasuredUntilItIsInterrupted) {
  const engine::Endpoint& endpoint = TheLiveEngines().list.front().endpoint;
  const auto before = Holdings(endpoint);
  TemporaryFolder folder;
  Process bench({PLIMSOLL_PROGRAM, "bench", "--engine", endpoint.Text(), "--operations", "ping$,life$,list", "--out", folder / "result.json"});
  ASSERT_TRUE(Eventually([&] { return bench.Output().find("\nlife") != std::string::npos; })) << bench.Output();
  bench.Signal(SIGINT);
  EXPECT_EQ(bench.Wait(), 130) << bench.Output();
  EXPECT_EQ(Holdings(endpoint), before);
  EXPECT_TRUE(HasSamples(SeriesOf(Parsed(folder / "result.json"), "ping")));
}

TEST_F(LatencyTest, SaysWhatMovedSinceAnEarlierResult) {
  StopLiveEngines();
  TemporaryFolder folder;
  Process first({PLIMSOLL_PROGRAM, "bench", "--smallest", "--engine", "podman-4.3", "--operations", "ping$,images", "--out", folder / "old.json"});
  ASSERT_EQ(first.Wait(), 0) << first.Output();
  // What a busy machine did to one of the two rounds is not the matter here: five that differ by a hundredth each.
  Json steady = Parsed(folder / "old.json");
  for (Json& series : steady["series"]) {
    const Json round = series["rounds"].at(0);
    series["rounds"] = Json::array();
    for (int64_t hundredths = 100; hundredths < 105; ++hundredths) {
      Json& one = series["rounds"].emplace_back(round);
      for (Json& nanos : one["nanos"]) nanos = nanos.get<int64_t>() * hundredths / 100;
    }
  }
  Write(folder / "old.json", steady.dump());
  Process again({PLIMSOLL_PROGRAM, "bench", "--from", folder / "old.json", "--against", folder / "old.json"});
  EXPECT_EQ(again.Wait(), 0) << again.Output();
  Json slower = Parsed(folder / "old.json");
  for (Json& series : slower["series"]) {
    for (Json& round : series["rounds"]) {
      for (Json& nanos : round["nanos"]) nanos = nanos.get<int64_t>() * 2;
    }
  }
  Write(folder / "new.json", slower.dump());
  Process moved({PLIMSOLL_PROGRAM, "bench", "--from", folder / "new.json", "--against", folder / "old.json"});
  EXPECT_EQ(moved.Wait(), 1) << moved.Output();
  EXPECT_THAT(moved.Output(), HasSubstr("images"));
  Json failing = Parsed(folder / "old.json");
  failing["series"][0]["rounds"] = Json::array();
  failing["series"][0]["trouble"] = "answered 500";
  Write(folder / "failing.json", failing.dump());
  Process failed({PLIMSOLL_PROGRAM, "bench", "--from", folder / "failing.json", "--against", folder / "old.json"});
  EXPECT_EQ(failed.Wait(), 1) << failed.Output();
  EXPECT_THAT(failed.Output(), HasSubstr("failed  ping on podman-4.3: answered 500"));
  slower["machine"]["id"] = "another";
  Write(folder / "elsewhere.json", slower.dump());
  Process elsewhere({PLIMSOLL_PROGRAM, "bench", "--from", folder / "elsewhere.json", "--against", folder / "old.json"});
  EXPECT_EQ(elsewhere.Wait(), 2) << elsewhere.Output();
  EXPECT_THAT(elsewhere.Output(), HasSubstr("--another-machine"));
}

}  // namespace
}  // namespace plimsoll::e2e
