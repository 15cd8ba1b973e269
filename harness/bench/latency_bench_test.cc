// The bench against fake engines: turns, rounds, what is noted of a failure, what is left behind.
#include "bench/latency_bench.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "run/labels.h"
#include "testing/fake_engine.h"
#include "testing/temp_folder.h"

namespace plimsoll::bench {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::FakeEngine;
using testing::Reply;
using testing::SeenRequest;

class LatencyBenchTest : public ::testing::Test {
 protected:
  BenchedEngine Benched(const std::string& name, const FakeEngine& fake) const {
    BenchedEngine benched;
    benched.engine.name = name;
    benched.engine.endpoint = fake.endpoint();
    benched.engine.identity.api = "1.41";
    return benched;
  }
  // The same as an engine of ours: played by a script that starts nothing.
  BenchedEngine Ours(const std::string& name, const FakeEngine& fake) {
    const std::string tool = folder_.Write("tool", "#!/bin/sh\necho ready " + fake.endpoint().Text() + "\nread line\n");
    chmod(tool.c_str(), 0755);
    auto instance = engine::PrivateEngine::Start(tool, name);
    EXPECT_TRUE(instance) << instance.error().Text();
    BenchedEngine benched = Benched(name, fake);
    if (instance) benched.instance = instances_.emplace_back(std::move(*instance)).get();
    return benched;
  }
  std::unique_ptr<LatencyBench> Open(std::vector<std::string> operations, std::vector<BenchedEngine> engines,
                                     const LatencySizes& sizes = LatencySizes::Smallest()) const {
    LatencyOptions options;
    options.sizes = sizes;
    options.operations = std::move(operations);
    options.cancel = &cancel_;
    auto bench = LatencyBench::Open(std::move(engines), options);
    EXPECT_TRUE(bench) << bench.error().Text();
    return bench ? std::move(*bench) : nullptr;
  }
  // All items, in their order.
  static std::vector<latency::Series> MeasureAll(LatencyBench& bench) {
    for (size_t i = 0; i < bench.items().size(); ++i) bench.Measure(i);
    return bench.Everything().series;
  }

  testing::TempFolder folder_;
  FakeEngine a_, b_;
  std::vector<std::unique_ptr<engine::PrivateEngine>> instances_;
  engine::Bell cancel_;
};

TEST_F(LatencyBenchTest, LetsTheEnginesTakeTurns) {
  std::mutex mutex;
  std::string turns;  // without repetitions
  const auto noting = [&](char name) {
    return [&, name](const SeenRequest&) {
      const std::lock_guard lock(mutex);
      if (turns.empty() || turns.back() != name) turns += name;
      return Reply{200, "1", {}, nullptr};
    };
  };
  a_.On("GET /version", noting('A'));
  b_.On("GET /version", noting('B'));
  const auto bench = Open({"version"}, {Benched("a", a_), Benched("b", b_)});
  const auto series = MeasureAll(*bench);
  EXPECT_EQ(turns, "ABABA") << "once each to see that it works, then A B, then B A";
  ASSERT_THAT(series, SizeIs(2));
  for (const latency::Series& one : series) {
    EXPECT_EQ(one.trouble, "");
    ASSERT_THAT(one.rounds, SizeIs(2));
    for (const latency::Round& round : one.rounds) {
      EXPECT_THAT(round.nanos, AllOf(Not(IsEmpty()), Each(Gt(0))));
      EXPECT_FALSE(round.cost.known) << "no cgroup of this engine is known";
    }
    EXPECT_THAT(one.floor, SizeIs(6)) << "three in each round";
  }
}

TEST_F(LatencyBenchTest, MeasuresOnceHoweverOftenItIsAsked) {
  const auto bench = Open({"version"}, {Benched("a", a_)});
  const auto first = bench->Measure(0).front().AllNanos();
  EXPECT_EQ(bench->Measure(0).front().AllNanos(), first);
}

TEST_F(LatencyBenchTest, NamesTheCallTheStatusAndTheBodyOfAWrongAnswerAndGoesOnWithTheOther) {
  b_.On("POST /volumes/create", Reply::Error(500, "no space"));
  const auto bench = Open({"volume create"}, {Benched("a", a_), Benched("b", b_)});
  const auto series = MeasureAll(*bench);
  ASSERT_THAT(series, SizeIs(2));
  EXPECT_EQ(series[0].trouble, "");
  EXPECT_THAT(series[0].rounds, SizeIs(2));
  EXPECT_EQ(series[1].trouble, "POST /v1.41/volumes/create answered 500: {\"message\":\"no space\"}");
  EXPECT_THAT(series[1].rounds, IsEmpty());
}

TEST_F(LatencyBenchTest, LabelsWhatItMakesAndRemovesIt) {
  const auto bench = Open({"create", "volume", "network"}, {Benched("a", a_)});
  for (const latency::Series& one : MeasureAll(*bench)) EXPECT_EQ(one.trouble, "") << one.operation;
  size_t made = 0;
  for (const char* route : {"POST /containers/create", "POST /volumes/create", "POST /networks/create"}) {
    const auto requests = a_.Requests(route);
    EXPECT_GE(requests.size(), 3u) << route;
    for (const SeenRequest& request : requests) EXPECT_THAT(request.request.body, HasSubstr("\"plimsoll.run\":\""));
    made += requests.size();
  }
  std::set<std::string> removed;
  for (const SeenRequest& request : a_.Requests("DELETE *")) removed.insert(request.route);
  EXPECT_EQ(removed.size(), made) << "each of them";
}

TEST_F(LatencyBenchTest, DoesNotFillAnEngineThatIsNotOurs) {
  const auto bench = Open({"list"}, {Benched("a", a_)});
  const auto series = MeasureAll(*bench);
  ASSERT_THAT(series, SizeIs(12)) << "three kinds of list, four numbers of containers";
  for (const latency::Series& one : series) {
    EXPECT_THAT(one.trouble, HasSubstr("was not started by plimsoll"));
    EXPECT_THAT(one.rounds, IsEmpty());
  }
  EXPECT_THAT(a_.Requests("POST /containers/create"), IsEmpty());
  EXPECT_THAT(a_.Requests("GET /containers/json"), IsEmpty());
}

TEST_F(LatencyBenchTest, MeasuresStartsAndSaturationsBeforeEnginesAreFilled) {
  const auto bench = Open({"list$", "saturation"}, {Ours("docker-20.10", a_)});
  const auto series = MeasureAll(*bench);
  bench->MeasureTheRest();
  ASSERT_THAT(series, SizeIs(4));
  EXPECT_EQ(series.back().trouble, "");
  EXPECT_EQ(bench->Everything().saturations.size(), 1u) << "this fake has no containers that run, but it answers pings";
  const auto requests = a_.requests();
  const auto is_filling = [](const SeenRequest& seen) { return seen.request.body.find(kTenthLabel) != std::string::npos; };
  const auto is_ping = [](const SeenRequest& seen) { return seen.route == "GET /_ping"; };
  const auto filled = std::ranges::find_if(requests, is_filling);
  ASSERT_NE(filled, requests.end());
  EXPECT_GT(std::count_if(requests.begin(), filled, is_ping), 0);
  EXPECT_EQ(std::count_if(filled, requests.end(), is_ping), 0);
}

TEST_F(LatencyBenchTest, LetsTheEnginesTakeTurnsAtTheRatesOfASaturation) {
  std::mutex mutex;
  std::string turns;  // without repetitions
  const auto noting = [&](char name) {
    return [&, name](const SeenRequest&) {
      const std::lock_guard lock(mutex);
      if (turns.empty() || turns.back() != name) turns += name;
      return Reply{200, "OK", {}, nullptr};
    };
  };
  a_.On("GET /_ping", noting('A'));
  b_.On("GET /_ping", noting('B'));
  const auto bench = Open({"saturation"}, {Benched("a", a_), Benched("b", b_)});
  bench->MeasureTheRest();
  EXPECT_THAT(turns, ::testing::StartsWith("ABA")) << "A B, then B A";
  EXPECT_THAT(bench->Everything().saturations, SizeIs(2));
}

TEST_F(LatencyBenchTest, MeasuresTheFloorInEachRound) {
  LatencySizes sizes = LatencySizes::Smallest();
  sizes.rounds = 4;
  sizes.floor_calls = 7;
  const auto bench = Open({"version", "ping$"}, {Benched("a", a_)}, sizes);
  for (const latency::Series& one : MeasureAll(*bench)) {
    EXPECT_THAT(one.floor, SizeIs(28)) << one.Name();
    EXPECT_THAT(one.floor, Each(Gt(0))) << one.Name();
  }
}

// All calls are answered when the stall is over, those too that could not begin since all connections had calls under way: what is
// counted from their sending would be short.
TEST_F(LatencyBenchTest, CountsTheOpenLoopFromWhenEachCallWasToBegin) {
  std::mutex mutex;
  int pings = 0;
  TimePoint end_of_stall{};
  a_.On("GET /_ping", [&](const SeenRequest&) {
    constexpr int kThatTryItOut = 4;
    TimePoint until;
    {
      const std::lock_guard lock(mutex);
      if (++pings == kThatTryItOut + 1) end_of_stall = Now() + std::chrono::milliseconds(500);
      until = end_of_stall;
    }
    std::this_thread::sleep_until(until);
    return Reply{200, "OK", {}, nullptr};
  });
  LatencySizes sizes = LatencySizes::Smallest();
  sizes.budget = std::chrono::milliseconds(600);
  const auto bench = Open({"ping"}, {Benched("a", a_)}, sizes);
  const auto is_open = [](const Item& item) { return item.loop == latency::Loop::kOpen; };
  const auto item = std::ranges::find_if(bench->items(), is_open) - bench->items().begin();
  const latency::Series& series = bench->Measure(static_cast<size_t>(item)).front();
  EXPECT_EQ(series.trouble, "");
  ASSERT_THAT(series.rounds, SizeIs(2));
  ASSERT_THAT(series.rounds[0].nanos, SizeIs(120)) << "200 a second for 600 ms";
  const auto late = std::ranges::count_if(series.rounds[0].nanos, [](int64_t nanos) { return nanos > 20'000'000; });
  EXPECT_GE(late, 90) << "those that were due in the first 480 ms; with 64 connections no more than 64 had been sent";
}

TEST_F(LatencyBenchTest, MeasuresPingsOfSeveralClientsAndOfAnOpenLoop) {
  const auto bench = Open({"ping"}, {Benched("a", a_)});
  const auto series = MeasureAll(*bench);
  const auto open = std::ranges::find(series, latency::Loop::kOpen, &latency::Series::loop);
  ASSERT_NE(open, series.end());
  EXPECT_EQ(open->rate, 200);
  EXPECT_EQ(open->trouble, "");
  EXPECT_THAT(open->rounds, SizeIs(2));
  const auto crowd = std::ranges::find(series, 2, &latency::Series::clients);
  ASSERT_NE(crowd, series.end());
  EXPECT_EQ(crowd->trouble, "");
}

TEST_F(LatencyBenchTest, SaysWhatThereIsWhereNothingHasTheName) {
  LatencyOptions options;
  options.operations = {"pong"};
  const auto bench = LatencyBench::Open({Benched("a", a_)}, options);
  ASSERT_FALSE(bench);
  EXPECT_EQ(bench.error().what, "no operation is called pong");
  EXPECT_THAT(bench.error().hint, HasSubstr("there are: ping, version, info, create, "));
}

TEST_F(LatencyBenchTest, StopsInOrderWhenItIsInterrupted) {
  const auto bench = Open({"version", "info", "volume create"}, {Benched("a", a_)});
  bench->Measure(0);
  cancel_.Ring();
  const auto series = MeasureAll(*bench);
  ASSERT_THAT(series, SizeIs(3));
  EXPECT_EQ(series[0].trouble, "");
  EXPECT_EQ(series[1].trouble, "interrupted");
  EXPECT_EQ(series[2].trouble, "interrupted");
  EXPECT_TRUE(bench->Close()) << "what was made is looked for all the same";
  EXPECT_THAT(a_.Requests("GET /containers/json"), SizeIs(1));
}

TEST(OperationsTest, HaveNamesOfTheirOwnAndSayWhatIsTimed) {
  std::set<std::string> names;
  bool large = false;
  for (const Operation& operation : Operations()) {
    EXPECT_TRUE(names.insert(operation.Name()).second) << operation.Name();
    EXPECT_NE(operation.timed, "") << operation.Name();
    EXPECT_TRUE(operation.call) << operation.Name();
    EXPECT_TRUE(!large || !operation.containers.empty()) << "those that want containers come last";
    large = large || !operation.containers.empty();
  }
}

TEST_F(LatencyBenchTest, TakesNoEventOfTheFutureForASample) {
  a_.On("POST /volumes/create", [this](const SeenRequest& seen) {
    const std::string name = GetString(Json::parse(seen.request.body), "Name");
    a_.Emit({{"Type", "volume"}, {"Action", "create"}, {"Actor", {{"ID", name}}}, {"timeNano", int64_t{4'000'000'000'000'000'000}}});
    return Reply::Of(201, {{"Name", name}});
  });
  const auto bench = Open({"events"}, {Benched("a", a_)});
  const auto series = MeasureAll(*bench);
  ASSERT_THAT(series, SizeIs(1));
  EXPECT_EQ(series[0].trouble, "the event of a new volume: it has a time stamp of the future");
  EXPECT_THAT(series[0].AllNanos(), IsEmpty());
}

// An engine of whose containers the first `early` end before anybody waits for them.
class WaitDelayTest : public LatencyBenchTest {
 protected:
  void EndBeforeWait(int early) {
    a_.On("POST /containers/*/wait", [this, early](const SeenRequest& seen) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));  // so that the client has noted by then when it sent this
      const std::lock_guard lock(mutex_);
      ended_[seen.Part(2)] = ++waits_ <= early ? 1 : Nanos(Now());
      return Reply::Of(200, {{"StatusCode", 0}});
    });
    a_.On("GET /containers/*/logs", [this](const SeenRequest& seen) {
      const std::lock_guard lock(mutex_);
      return Reply{200, fmt::format("{{\"probe\":\"exit\",\"at\":{}}}", ended_[seen.Part(2)]), {}, nullptr};
    });
  }
  // How long the processes were to live, in the order in which they were created.
  std::vector<std::string> Lives() const {
    std::vector<std::string> lives;
    for (const SeenRequest& seen : a_.Requests("POST /containers/create")) {
      lives.push_back(Json::parse(seen.request.body).at("Cmd").back().get<std::string>());
    }
    return lives;
  }

  std::mutex mutex_;
  std::map<std::string, int64_t> ended_;
  int waits_ = 0;
};

TEST_F(WaitDelayTest, TakesALongerLifeWhereTheProcessHadEndedBeforeWaitWasCalled) {
  EndBeforeWait(1);
  const auto bench = Open({"wait delay"}, {Benched("a", a_)});
  const auto series = MeasureAll(*bench);
  ASSERT_THAT(series, SizeIs(1));
  EXPECT_EQ(series[0].trouble, "");
  EXPECT_THAT(series[0].rounds, SizeIs(2));
  EXPECT_THAT(Lives(), ElementsAre("300", "1000", "300", "300")) << "tried out, again, and a round each";
  EXPECT_THAT(series[0].AllNanos(), Each(::testing::AllOf(Gt(0), ::testing::Lt(1'000'000'000))));
}

TEST_F(WaitDelayTest, HasNoSamplesWhereEachProcessHadEnded) {
  EndBeforeWait(1000);
  const auto bench = Open({"wait delay"}, {Benched("a", a_)});
  const auto series = MeasureAll(*bench);
  ASSERT_THAT(series, SizeIs(1));
  EXPECT_EQ(series[0].trouble, "the process had ended each time before wait was called, although it lived for 5 s");
  EXPECT_THAT(series[0].rounds, IsEmpty());
}

// One that makes the calls of a life as fast as they are answered.
TEST_F(LatencyBenchTest, TakesALifeFromTheFirstCallToTheLastAnswer) {
  a_.On("POST /containers/*/wait", Reply::Of(200, {{"StatusCode", 0}}));
  a_.On("GET /containers/*/json", Reply::Of(200, Json::object()));
  const auto bench = Open({"life$"}, {Benched("a", a_)});
  const auto series = MeasureAll(*bench);
  ASSERT_FALSE(series.empty());
  EXPECT_EQ(series[0].trouble, "");
  std::vector<std::string> routes;
  for (const std::string& route : a_.routes()) {
    if (route.find("/containers/") != std::string::npos) routes.push_back(route.substr(0, route.find(' ')) + route.substr(route.rfind('/')));
  }
  routes.resize(5);
  EXPECT_THAT(routes, ElementsAre("POST/create", "POST/start", "POST/wait", "GET/json", HasSubstr("DELETE/")));
}

}  // namespace
}  // namespace plimsoll::bench
