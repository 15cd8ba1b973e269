// The bench against fake engines: turns, rounds, what is noted of a failure, what is left behind.
#include "bench/latency_bench.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "run/labels.h"
#include "testing/fake_engine.h"

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
  std::unique_ptr<LatencyBench> Open(std::vector<std::string> operations, std::vector<BenchedEngine> engines) const {
    LatencyOptions options;
    options.sizes = LatencySizes::Smallest();
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

  FakeEngine a_, b_;
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
    EXPECT_THAT(one.floor, SizeIs(5));
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

TEST_F(LatencyBenchTest, CountsTheOpenLoopFromWhenEachCallWasToBegin) {
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
