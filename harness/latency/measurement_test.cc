#include "latency/measurement.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <functional>

#include "base/text.h"

namespace plimsoll::latency {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Measurement WithEverything() {
  Measurement all{.plimsoll = "0.1", .started = "2026-11-26T04:00:00Z", .machine = {"0123456789abcdef", "Some CPU", 2, 8ll << 30, "Linux 6.1"}};
  all.engines = {{"docker-20.10", {{"product", "docker"}, {"version", "20.10.24"}}}};
  all.series = {{.operation = "list", .variant = "size=1", .engine = "docker-20.10", .timed = "GET /x", .containers = 100, .bytes = 7,
                 .rounds = {{{3, 1, 2}, 9, {5, 6, true, true}}, {{7}, 7, {8, 0, true, false}}, {{4}, 4, {}}}, .floor = {1, 1}, .trouble = "one round only"},
                {.operation = "ping", .engine = "docker-20.10", .loop = Loop::kOpen, .clients = 4, .rate = 12.5}};
  all.saturations = {{"ping", "docker-20.10", 1000, {{.rate = 10, .achieved = 9.5, .p99_nanos = 900, .held = true}}, 10}};
  all.starts = {{.engine = "docker-20.10", .connected = 1, .sent = 2, .first_instruction = 5, .events = {{"start", 4}}, .first_byte = 6, .last_byte = 7}, {.engine = "docker-20.10"}};
  all.peers = {{"ping", "bare loop", "1", "docker-20.10", {0.5, 0.25}, ""}, {"life", "dockerode", "", "docker-20.10", {}, "no node"}};
  return all;
}

TEST(Measurement, ReadsBackWhatItWrote) {
  const Json json = ToJson(WithEverything());
  const auto parsed = ParseJson(CompactJson(json));
  ASSERT_TRUE(parsed);
  const auto read = FromJson(*parsed);
  ASSERT_TRUE(read) << read.error().Text();
  EXPECT_EQ(CompactJson(ToJson(*read)), CompactJson(json));
  EXPECT_EQ(read->series[0].rounds[0].nanos, (std::vector<int64_t>{3, 1, 2}));
  EXPECT_TRUE(read->series[0].rounds[0].cost.known);
  EXPECT_TRUE(read->series[0].rounds[0].cost.peak_known);
  EXPECT_TRUE(read->series[0].rounds[1].cost.known);
  EXPECT_FALSE(read->series[0].rounds[1].cost.peak_known);
  EXPECT_FALSE(read->series[0].rounds[2].cost.known);
  EXPECT_EQ(read->series[1].containers, -1);
  EXPECT_EQ(read->series[1].loop, Loop::kOpen);
  EXPECT_EQ(read->starts[0].events.at("start"), 4);
  EXPECT_EQ(read->starts[1].first_instruction, -1);
  EXPECT_EQ(read->peers[1].trouble, "no node");
  EXPECT_EQ(read->machine, WithEverything().machine);
}

TEST(Measurement, LeavesOutWhatIsAsUsual) {
  EXPECT_EQ(CompactJson(ToJson(Measurement{.series = {{.operation = "ping", .engine = "e", .rounds = {{.nanos = {1, 2}, .wall_nanos = 3}}}}})["series"]),
            R"([{"engine":"e","operation":"ping","rounds":[{"nanos":[1,2],"wall_nanos":3}]}])");
}

TEST(Measurement, NamesThePlaceThatIsWrong) {
  struct {
    const char* what;
    std::function<void(Json&)> spoil;
    const char* error;
  } const kTable[] = {
      {"no object", [](Json& json) { json = Json::array(); }, "not a measurement: not an object"},
      {"no format", [](Json& json) { json.erase("format"); }, "not a measurement: format: missing"},
      {"newer", [](Json& json) { json["format"] = 2; }, "a measurement of format 2, but this plimsoll knows format 1 only"},
      {"no machine", [](Json& json) { json.erase("machine"); }, "not a measurement: machine: missing"},
      {"a number for a text", [](Json& json) { json["machine"]["kernel"] = 6; }, "not a measurement: machine.kernel: not a text"},
      {"rounds as an object", [](Json& json) { json["series"][1]["rounds"] = Json::object(); }, "not a measurement: series[1].rounds: not a list"},
      {"a text among the nanoseconds", [](Json& json) { json["series"][0]["rounds"][1]["nanos"] = {1, "2"}; },
       "not a measurement: series[0].rounds[1].nanos[1]: not a whole number of nanoseconds"},
      {"half a nanosecond", [](Json& json) { json["series"][0]["floor"] = {0.5}; }, "not a measurement: series[0].floor[0]: not a whole number of nanoseconds"},
      {"a negative time", [](Json& json) { json["series"][0]["floor"] = {-1}; }, "not a measurement: series[0].floor[0]: not a whole number of nanoseconds"},
      {"a time of 300 years and more", [](Json& json) { json["series"][0]["floor"] = {uint64_t{1} << 63}; }, "not a measurement: series[0].floor[0]: not a whole number of nanoseconds"},
      {"another loop", [](Json& json) { json["series"][0]["loop"] = "spiral"; }, "not a measurement: series[0].loop: neither \"open\" nor \"closed\""},
      {"a step without a verdict", [](Json& json) { json["saturations"][0]["steps"][0].erase("held"); }, "not a measurement: saturations[0].steps[0].held: missing"},
      {"an event at no time", [](Json& json) { json["starts"][0]["events"]["start"] = nullptr; }, "not a measurement: starts[0].events.start: not a whole number"},
      {"a peer's round", [](Json& json) { json["peers"][0]["rounds"][0] = nullptr; }, "not a measurement: peers[0].rounds[0]: not a number"},
      {"a series that is none", [](Json& json) { json["series"][1] = 3; }, "not a measurement: series[1]: not an object"},
  };
  for (const auto& [what, spoil, error] : kTable) {
    Json json = ToJson(WithEverything());
    spoil(json);
    const auto read = FromJson(json);
    ASSERT_FALSE(read) << what;
    EXPECT_EQ(read.error().what, error) << what;
    EXPECT_NE(read.error().hint, "") << what;
  }
}

TEST(Series, IsNamedByWhatTellsItFromOthers) {
  struct {
    Series series;
    const char* name;
  } const kTable[] = {
      {{.operation = "ping"}, "ping"},
      {{.operation = "list", .variant = "size=1", .containers = 100}, "list size=1 containers=100"},
      {{.operation = "list", .containers = 0}, "list containers=0"},
      {{.operation = "ping", .clients = 8}, "ping clients=8"},
      {{.operation = "ping", .loop = Loop::kOpen, .rate = 500}, "ping rate=500"},
      {{.operation = "ping", .loop = Loop::kOpen, .rate = 0.5}, "ping rate=0.5"},
  };
  for (const auto& [series, name] : kTable) EXPECT_EQ(series.Name(), name);
}

TEST(ThisMachine, IsTheSameEachTimeAndNamesNoHost) {
  const Machine machine = ThisMachine();
  EXPECT_EQ(machine, ThisMachine());
  EXPECT_GE(machine.cores, 1);
  EXPECT_GT(machine.memory_bytes, 1 << 20);
  EXPECT_NE(machine.processor, "");
  EXPECT_THAT(machine.kernel, HasSubstr("Linux"));
  char host[256] = {};
  ASSERT_EQ(gethostname(host, sizeof(host) - 1), 0);
  const std::string text = CompactJson(machine.ToJson());
  // A host may be called "x".
  if (std::string(host).size() > 6) {
    EXPECT_THAT(text, Not(HasSubstr(host)));
  }
  const std::string id(Trim(ReadFile("/etc/machine-id").value_or("")));
  if (!id.empty()) {
    EXPECT_THAT(text, Not(HasSubstr(id)));
  }
  EXPECT_EQ(machine.id.size(), 16u);
}

}  // namespace
}  // namespace plimsoll::latency
