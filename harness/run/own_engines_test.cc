// RunPlan where engines are started, and where they go away.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "base/text.h"
#include "run/test_run.h"

namespace plimsoll::run {
namespace {

using journal::CaseOutcome;
using testing::Reply;
using testing::SeenRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

TEST_F(DisposableCases, GetAnEngineEach) {
  UseTool("echo \"$@\" >> " + folder_.path() + "/started\necho ready " + fresh_.endpoint().Text() + "\nread line\n");
  const auto summary = Run(PlanOf({kHarmful}), {.jobs = 1});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_THAT(fake_.Requests("GET /n/*"), IsEmpty()) << "the shared engine is left alone";
  EXPECT_THAT(fresh_.Requests("GET /n/*"), SizeIs(3));
  const auto started = Split(Trim(*ReadFile(folder_.path() + "/started")), '\n');
  EXPECT_EQ(std::set<std::string>(started.begin(), started.end()).size(), 3u);
}

TEST_F(DisposableCases, FindTheImagesThatTheyNameInTheirEngine) {
  UseTool("echo ready " + fresh_.endpoint().Text() + "\nread line\n");
  images_ = {{"probe", "localhost/plimsoll/probe:run1", "[]", "x"}, {"shell", "localhost/plimsoll/shell:run1", "[]", "y"}};
  ASSERT_TRUE(Run(PlanOf({"needs: [{disposable: true}]\n"
                          "steps: [{call: GET /n, query: {image: \"${image.shell}\"}, as: got}]\nobserve: {x: \"${got.status}\"}\n"})));
  const auto loaded = fresh_.Requests("POST /images/create");
  ASSERT_THAT(loaded, SizeIs(1));
  EXPECT_EQ(loaded[0].request.body, "y");
}

TEST_F(DisposableCases, BeginWhenAllDurationsHaveBeenMeasured) {
  UseTool("echo ready " + fresh_.endpoint().Text() + "\nread line\n");
  ASSERT_TRUE(Run(PlanOf({kHarmful, kMeasuring, kMeasuring}), {.jobs = 1}));
  const auto position = [&](const std::string& what) { return std::ranges::find(observer_.told, what) - observer_.told.begin(); };
  for (const char* measured : {"ended area/s1@docker-20.10", "ended area/s2@docker-20.10"}) {
    for (const char* harmful : {"started area/s0[n=1]@docker-20.10", "started area/s0[n=3]@docker-20.10"}) {
      EXPECT_LT(position(measured), position(harmful)) << measured << ", " << harmful;
    }
  }
}

TEST_F(DisposableCases, ThatWantTheirEngineAloneHaveAFurtherInstanceBesideTheOthers) {
  UseTool("echo \"$@\" >> " + folder_.path() + "/started\necho ready " + fresh_.endpoint().Text() + "\nread line\n");
  const std::string alone = "alone: engine\nsteps: [{call: GET /alone, as: got}]\nobserve: {x: \"${got.status}\"}\n";
  ASSERT_TRUE(Run(PlanOf({alone, kThreeCases, alone}), {.jobs = 3}));
  EXPECT_THAT(fresh_.Requests("GET /alone"), SizeIs(2));
  EXPECT_THAT(fresh_.Requests("GET /n/*"), IsEmpty());
  EXPECT_THAT(fake_.Requests("GET /alone"), IsEmpty());
  EXPECT_THAT(Split(Trim(*ReadFile(folder_.path() + "/started")), '\n'), SizeIs(1));
}

// Of one engine those that measure are run with the others, and what starts engines waits for them: all three at once.
TEST_F(DisposableCases, HaveTheirEnginesBesideThoseThatWantOneAloneAndThoseThatMeasure) {
  UseTool("echo ready " + fresh_.endpoint().Text() + "\nread line\n");
  const std::string alone = "alone: engine\nsteps: [{call: GET /alone, as: got}]\nobserve: {x: \"${got.status}\"}\n";
  ASSERT_TRUE(Run(PlanOf({alone, kHarmful, kMeasuring, kThreeCases}), {.jobs = 3}));
  EXPECT_THAT(Recorded(), SizeIs(8));
}

TEST_F(DisposableCases, ThatWantTheirEngineAloneWaitForTheOthersWhereNoFurtherOneStarts) {
  UseTool("exit 1\n");
  const std::string alone = "alone: engine\nsteps: [{call: GET /alone, as: got}]\nobserve: {x: \"${got.status}\"}\n";
  ASSERT_TRUE(Run(PlanOf({alone, kThreeCases}), {.jobs = 3}));
  EXPECT_THAT(fake_.Requests("GET /alone"), SizeIs(1));
  EXPECT_EQ(observer_.told.back(), "ended area/s0@docker-20.10");
}

TEST_F(DisposableCases, WhoseEngineDoesNotStartAreOurFailure) {
  UseTool("exit 1\n");
  const auto summary = Run(PlanOf({kHarmful}), {.jobs = 1});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->done, 3u);
  for (const auto& record : Recorded()) {
    EXPECT_EQ(record.outcome, CaseOutcome::kHarnessError);
    EXPECT_EQ(record.reason, "the private engine docker-20.10 did not start");
    EXPECT_FALSE(record.id.empty());
    EXPECT_EQ(record.scenario, "area/s0");
  }
}

constexpr const char* kByEachWay = R"(matrix: {n: [unix, tcp, tls]}
through: ${n}
steps: [{call: "GET /n/${n}"}]
observe: {status: "${case.id}"}
)";

TEST_F(DisposableCases, GoThroughAnInstanceThatListensAsTheyWant) {
  UseTool("if [ $1 = can ]; then [ $4 = tcp ] || { echo x has no TLS; exit 1; }; exit 0; fi\necho \"$@\" >> " + folder_.path() +
          "/started\necho listening " + fresh_.endpoint().Text() + "\necho ready unix:///nowhere\nread line\n");
  ASSERT_TRUE(Run(PlanOf({kByEachWay}), {.jobs = 1}));
  EXPECT_THAT(fake_.Requests("GET /n/unix"), SizeIs(1)) << "the run's own engine";
  EXPECT_THAT(fresh_.Requests("GET /n/tcp"), SizeIs(1));
  EXPECT_THAT(*ReadFile(folder_.path() + "/started"), HasSubstr("--listen tcp"));
  for (const auto& record : Recorded()) {
    if (record.parameters["n"] != "tls") continue;
    EXPECT_EQ(record.outcome, CaseOutcome::kUnsupported);
    EXPECT_EQ(record.reason, "x has no TLS");
  }
}

TEST_F(DisposableCases, ByAnotherWayAreUnsupportedOnAUsersOwnEngine) {
  private_name_.clear();
  harm_ = Harm::kNotOurs;
  ASSERT_TRUE(Run(PlanOf({kByEachWay}), {.jobs = 1}));
  for (const auto& record : Recorded()) {
    const bool own_way = record.parameters["n"] == "unix";
    EXPECT_EQ(record.outcome, own_way ? CaseOutcome::kCompleted : CaseOutcome::kUnsupported);
    EXPECT_THAT(record.reason, own_way ? std::string() : "goes through " + record.parameters["n"].get<std::string>() +
                                                             ", and this engine is at " + fake_.endpoint().Text());
  }
}

TEST_F(EngineGoesAway, AndItsCasesAreRunAgainWhenItIsBack) {
  const auto summary = Run(PlanOf({kThreeCases}), {.jobs = 1});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_EQ(summary->done, 3u);
  const auto cases = ByN();
  ASSERT_THAT(cases, SizeIs(3));
  for (const auto& [n, record] : cases) {
    EXPECT_EQ(record.outcome, CaseOutcome::kCompleted) << n << ": " << record.reason;
    EXPECT_EQ(record.exchanges.at(0).outcome, http::Outcome::kAnswered);
  }
  EXPECT_THAT(fake_.Requests("GET /n/2"), SizeIs(2));
  const std::string again = "area/s0[n=2]@docker-20.10";
  EXPECT_EQ(std::ranges::count(observer_.told, "put off " + again), 1);
  EXPECT_EQ(std::ranges::count(observer_.told, "ended " + again), 1);
  EXPECT_THAT(observer_.told, SizeIs(8)) << "that one was started twice";
}

TEST_F(EngineGoesAway, AndWhatWasLeftOnItIsRemovedWhenItIsBack) {
  fake_.On("GET /containers/json", Reply::Of(200, Json::array({{{"Id", "left"}, {"Labels", {{"plimsoll.run", "run1"}}}},
                                                              {{"Id", "theirs"}, {"Labels", {{"plimsoll.run", "run0"}}}}})));
  fake_.On("GET /images/json", Reply::Of(200, Json::array({{{"Id", "ours"}, {"Labels", {{"plimsoll.run", "run1"}}}}})));
  bool in_the_way = false, lacks_images = false;
  fake_.On("GET /n/2", [&](const SeenRequest&) {
    if (!was_gone_.exchange(true)) {
      gone_ = true;
      return Reply::CloseAtOnce();
    }
    in_the_way = fake_.Requests("DELETE /containers/left").empty();
    lacks_images = !fake_.Requests("DELETE /images/ours").empty();
    return Reply::Of(200, Json::object());
  });
  const auto summary = Run(PlanOf({kThreeCases}), {.jobs = 1});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_THAT(summary->leftovers, IsEmpty());
  EXPECT_FALSE(in_the_way) << "of the case that is run again";
  EXPECT_FALSE(lacks_images) << "the run's own, of which cases make containers";
  EXPECT_THAT(fake_.Requests("DELETE /images/ours"), Not(IsEmpty())) << "in the end";
  EXPECT_THAT(fake_.Requests("DELETE /containers/left"), Not(IsEmpty()));
  EXPECT_THAT(fake_.Requests("DELETE /containers/theirs"), IsEmpty());
}

TEST_F(EngineGoesAway, WhileADurationIsMeasuredAgainAndItIsMeasuredOnceMore) {
  ProcessorTimes now{100, 1000};
  const auto busy = [&] {
    now.busy += 95;
    now.all += 100;
    return now;
  };
  std::atomic<int> come = 0;
  fake_.On("GET /measured", [&](const SeenRequest&) {
    if (++come == 2) gone_ = true;
    return gone_ ? Reply::CloseAtOnce() : Reply::Of(200, Json::object());
  });
  other_engines_ = {"podman-4.3"};
  const auto summary = Run(PlanOf({kMeasuring}), {.jobs = 1, .processor = busy});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_THAT(fake_.Requests("GET /measured"), SizeIs(3)) << "hurried, disturbed, well";
  const auto cases = Recorded();
  ASSERT_THAT(cases, SizeIs(1));
  EXPECT_EQ(cases[0].outcome, CaseOutcome::kCompleted) << cases[0].reason;
}

TEST_F(EngineGoesAway, ForEverAndNoCaseIsJudgedByIt) {
  pings_until_back_ = -1;
  const auto summary = Run(PlanOf({kThreeCases}), {.jobs = 1, .comeback = std::chrono::milliseconds(1)});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_EQ(summary->done, 3u);
  const auto cases = ByN();
  ASSERT_THAT(cases, SizeIs(3));
  EXPECT_EQ(cases.at(1).outcome, CaseOutcome::kCompleted);
  for (const int n : {2, 3}) {
    EXPECT_EQ(cases.at(n).outcome, CaseOutcome::kHarnessError);
    EXPECT_THAT(cases.at(n).reason, HasSubstr("the engine was gone: GET /_ping"));
  }
  EXPECT_THAT(fake_.Requests("GET /n/3"), IsEmpty()) << "given up: no case is tried on it";
}

TEST_F(EngineGoesAway, AndIsReplacedIfItIsOurs) {
  private_name_ = "docker-20.10";
  harm_ = Harm::kDisposable;
  pings_until_back_ = -1;
  UseTool("echo \"$@\" >> " + folder_.path() + "/started\necho ready " + fresh_.endpoint().Text() + "\nread line\n");
  fresh_.On("GET /n/*", Reply::Of(200, Json::object()));
  const auto summary = Run(PlanOf({kThreeCases}), {.jobs = 1});
  ASSERT_TRUE(summary) << summary.error().Text();
  for (const auto& [n, record] : ByN()) EXPECT_EQ(record.outcome, CaseOutcome::kCompleted) << n << ": " << record.reason;
  EXPECT_THAT(fresh_.Requests("GET /n/3"), SizeIs(1));
  EXPECT_THAT(fresh_.Requests("GET /n/2"), SizeIs(1)) << "the one that was there when the first ended";
  EXPECT_THAT(Split(Trim(*ReadFile(folder_.path() + "/started")), '\n'), SizeIs(1));
}

TEST_F(EngineGoesAway, WhatIsOnAnEngineThatIsReplacedIsNotToldAsLeft) {
  private_name_ = "docker-20.10";
  harm_ = Harm::kDisposable;
  pings_until_back_ = -1;
  UseTool("echo ready " + fresh_.endpoint().Text() + "\nread line\n");
  fresh_.On("GET /n/*", Reply::Of(200, Json::object()));
  fake_.On("DELETE /containers/*", Reply::CloseAtOnce());
  const std::string yaml = "matrix: {n: [2]}\nsteps:\n  - {call: POST /containers/create, as: box, body: {Image: i}}\n"
                           "  - {call: \"GET /n/${n}\", as: got}\nobserve: {x: \"${got.status}\"}\n";
  const auto summary = Run(PlanOf({yaml}), {.jobs = 1});
  ASSERT_TRUE(summary);
  EXPECT_THAT(summary->leftovers, IsEmpty());
}

}  // namespace
}  // namespace plimsoll::run
