// What cases share (`given`), as a run makes and removes it.
#include "run/given.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "run/test_run.h"

namespace plimsoll::run {
namespace {

using journal::CaseOutcome;
using testing::Reply;
using testing::SeenRequest;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kGiven = R"(
matrix: {n: [1, 2, 3]}
given:
  - {call: POST /containers/create, as: box, query: {name: "${case.name}"}, body: {Image: i}}
steps:
  - {call: "GET /n/${n}/${box.body.Id}/${case.name}", as: got}
observe: {x: "${got.status}", y: "${box.status}"}
)";

class GivenTest : public EngineGoesAway {
 protected:
  GivenTest() {
    fake_.On("GET /n/*/*", [this](const SeenRequest& seen) { return Answer(seen); });
    fake_.On("POST /containers/create", [this](const SeenRequest&) { return Make(); });
  }
  Reply Answer(const SeenRequest& seen) {
    if (harmful_ && seen.Part(2) == "2" && !was_gone_.exchange(true)) gone_ = true;
    return gone_ ? Reply::CloseAtOnce() : Reply::Of(200, Json::object());
  }
  Reply Make() { return gone_ ? Reply::CloseAtOnce() : Reply::Of(201, {{"Id", FakeId(++made_)}}); }
  static size_t Created(testing::FakeEngine& engine) { return engine.Requests("POST /containers/create").size(); }

  bool harmful_ = false;  // case 2 ends the engine
  std::atomic<int> made_ = 0;
};

TEST_F(GivenTest, IsMadeOnceForAllCasesAndRemovedAfterTheLast) {
  ASSERT_TRUE(Run(PlanOf({kGiven}), {.jobs = 3}));
  EXPECT_EQ(Created(fake_), 1u);
  EXPECT_THAT(fake_.Requests("DELETE /containers/" + FakeId(1)), SizeIs(1));
  const auto cases = Recorded();
  ASSERT_THAT(cases, SizeIs(3));
  for (const auto& record : cases) {
    EXPECT_EQ(record.outcome, CaseOutcome::kCompleted);
    EXPECT_EQ(record.container_name, cases[0].container_name);
    ASSERT_THAT(record.exchanges, SizeIs(2));
    EXPECT_EQ(record.exchanges[0].step, "given[0]");
    EXPECT_EQ(record.exchanges[0].times.started, cases[0].exchanges[0].times.started) << "the same exchange";
    EXPECT_EQ(record.exchanges[1].target,
              fmt::format("/v1.41/n/{}/{}/{}", record.parameters["n"].get<int>(), FakeId(1), record.container_name));
    ASSERT_THAT(record.clean_up, SizeIs(1)) << "for who repeats the case alone";
    EXPECT_THAT(record.clean_up[0].target, HasSubstr("/containers/" + FakeId(1)));
    EXPECT_FALSE(record.clean_up[0].head);
  }
}

TEST_F(GivenTest, IsRemovedOnlyWhenNoCaseUsesItAnyMore) {
  std::atomic<int> under_way = 0;
  std::atomic<bool> removed_too_soon = false;
  fake_.On("GET /n/*/*", [&](const SeenRequest& seen) {
    ++under_way;
    if (!fake_.Requests("DELETE /containers/" + FakeId(1)).empty()) removed_too_soon = true;
    return Answer(seen);
  });
  ASSERT_TRUE(Run(PlanOf({kGiven}), {.jobs = 1}));
  EXPECT_EQ(under_way, 3);
  EXPECT_FALSE(removed_too_soon);
}

TEST_F(GivenTest, IsMadeAnewForOtherValuesOfWhatItUsesAndForEachRepetition) {
  const std::string yaml = R"(
matrix: {kind: [a, b], n: [1, 2]}
given:
  - {call: POST /containers/create, as: box, body: {Image: "${kind}"}}
steps:
  - {call: "GET /n/${n}/x", as: got}
observe: {x: "${got.status}", y: "${box.status}"}
)";
  const auto scenario = LoadForTest(yaml, "area/s0.yaml");
  EXPECT_THAT(scenario->given_parameters, ::testing::ElementsAre("kind"));
  ASSERT_TRUE(Run(plan::MakePlan({scenario}, {{"docker-20.10"}, 2, {}, 1, 1}), {.jobs = 3}));
  EXPECT_EQ(Created(fake_), 4u);
  for (int i = 1; i <= 4; ++i) EXPECT_THAT(fake_.Requests("DELETE /containers/" + FakeId(i)), SizeIs(1));
  for (const auto& record : Recorded()) {
    EXPECT_THAT(record.exchanges.at(0).request_body.kept, HasSubstr(record.parameters["kind"].get<std::string>()));
  }
}

TEST_F(GivenTest, DependsOnWhatItsStepsAreConditionedOn) {
  const auto scenario = LoadForTest(R"(
matrix: {a: [1, 2], b: [1, 2], c: [1, 2]}
given:
  - {call: GET /_ping, as: ping, when: {b: 1}}
steps:
  - {call: "GET /n/${a}/${c}", as: got}
observe: {x: "${got.status}"}
)");
  EXPECT_THAT(scenario->given_parameters, ::testing::ElementsAre("b"));
}

TEST_F(GivenTest, ThatTakesTooLongIsTheVerdictOfAllItsCases) {
  fake_.On("POST /containers/create", Reply::Hang());
  ASSERT_TRUE(Run(PlanOf({"deadline: 300ms\n" + std::string(kGiven)}), {.jobs = 3}));
  const auto cases = Recorded();
  ASSERT_THAT(cases, SizeIs(3));
  for (const auto& record : cases) EXPECT_EQ(record.outcome, CaseOutcome::kTimedOut) << record.reason;
  EXPECT_THAT(fake_.Requests("GET /n/*/*"), IsEmpty());
}

TEST_F(GivenTest, IsRemovedWhenTheRunIsInterrupted) {
  fake_.On("GET /n/*/*", [this](const SeenRequest&) {
    cancel_.Ring();
    return Reply::Hang();
  });
  const auto summary = Run(PlanOf({kGiven}), {.jobs = 1});
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->interrupted);
  EXPECT_THAT(fake_.Requests("DELETE /containers/" + FakeId(1)), SizeIs(1));
}

TEST_F(GivenTest, ThatCannotBeRemovedIsToldOf) {
  fake_.On("DELETE /containers/*", Reply::Error(403, "it stays"));
  const auto summary = Run(PlanOf({kGiven}), {.jobs = 2});
  ASSERT_TRUE(summary);
  ASSERT_THAT(summary->leftovers, SizeIs(1));
  EXPECT_THAT(summary->leftovers[0], HasSubstr("area/s0 given {}@docker-20.10: container " + FakeId(1).substr(0, 10)));
}

TEST_F(GivenTest, IsMadeAnewWhereItsEngineWentAway) {
  harmful_ = true;
  ASSERT_TRUE(Run(PlanOf({kGiven}), {.jobs = 1}));
  const auto cases = ByN();
  ASSERT_THAT(cases, SizeIs(3));
  for (const auto& [n, record] : cases) EXPECT_EQ(record.outcome, CaseOutcome::kCompleted) << n << ": " << record.reason;
  EXPECT_THAT(cases.at(1).exchanges.at(1).target, HasSubstr(FakeId(1)));
  EXPECT_THAT(cases.at(3).exchanges.at(1).target, HasSubstr(FakeId(2))) << "the engine came back, what it had may not";
  EXPECT_THAT(cases.at(2).exchanges.at(1).target, ::testing::Not(HasSubstr(FakeId(1))));
  EXPECT_NE(cases.at(3).container_name, cases.at(1).container_name) << "the first may still be there";
  EXPECT_NE(cases.at(2).container_name, cases.at(1).container_name) << "and still when case 2 is run again";
  EXPECT_NE(cases.at(2).container_name, cases.at(3).container_name);
  for (int i = 1; i <= made_; ++i) EXPECT_THAT(fake_.Requests("DELETE /containers/" + FakeId(i)), SizeIs(1)) << i;
}

TEST_F(GivenTest, ThatCannotBeRemovedAfterItsEngineWentAwayIsTriedOnceMoreAtTheEnd) {
  harmful_ = true;
  std::atomic<int> tries = 0;
  fake_.On("DELETE /containers/" + FakeId(1), [&](const SeenRequest&) { return ++tries == 1 ? Reply::Error(403, "not yet") : Reply{204, "", {}, nullptr}; });
  fake_.On("GET /containers/json", Reply::Of(200, Json::array({{{"Id", FakeId(1)}, {"Labels", {{"plimsoll.run", "run1"}}}}})));
  const auto summary = Run(PlanOf({kGiven}), {.jobs = 1});
  ASSERT_TRUE(summary);
  EXPECT_GE(tries, 2);
  EXPECT_THAT(summary->leftovers, IsEmpty());
}

// Nobody was there to notice it.
TEST_F(GivenTest, IsMadeAnewWhereItsEngineWentAwayBetweenTwoCases) {
  engine::Bell stop;
  fake_.On("GET /events", Reply{200, "", {}, [&](testing::Peer& peer) {
                                  peer.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                                  peer.AwaitBell(stop);
                                  stop.Quiet();
                                  return false;
                                }});
  const plan::Plan plan = PlanOf({kGiven});
  const std::shared_ptr<EngineSession> session = *EngineSession::Open(EngineForTest(fake_, harm_), {}, "run1");
  Givens givens;
  givens.Expect({&plan.cases[0], &plan.cases[1]});
  const journal::RunRecord run = RunForTest();
  const auto make = [&](plan::Case of) {
    auto given = std::make_shared<Given>(std::move(of), session);
    given->runner = std::make_unique<CaseRunner>(given->of, *session, run, &cancel_);
    given->runner->RunGiven();
    return given;
  };
  const auto first = givens.For(plan.cases[0], *session, make);
  EXPECT_EQ(givens.For(plan.cases[1], *session, make), first);
  stop.Ring();
  while (session->LossesNow() != 1) std::this_thread::yield();
  EXPECT_NE(givens.For(plan.cases[1], *session, make)->of.id, first->of.id);
  EXPECT_EQ(made_, 2);
  std::vector<const EngineSession*> asked_again;
  const auto more = [&](const EngineSession& of) { asked_again.push_back(&of); };
  fake_.On("DELETE /containers/" + FakeId(1), Reply::Error(403, "not yet"));
  EXPECT_THAT(givens.Ended(plan.cases[0], more), IsEmpty());
  EXPECT_THAT(fake_.Requests("DELETE *"), IsEmpty());
  EXPECT_THAT(givens.Ended(plan.cases[1], more), ::testing::ElementsAre(HasSubstr("container " + FakeId(1))));
  EXPECT_THAT(asked_again, ::testing::ElementsAre(session.get()));
  for (const int i : {1, 2}) EXPECT_THAT(fake_.Requests("DELETE /containers/" + FakeId(i)), SizeIs(1)) << i;
}

// What a case makes beside its given has the name that all of them have: whose it is cannot be told before the end.
TEST_F(GivenTest, ImagesThatACaseLostAreRemovedWithTheGiven) {
  const std::string yaml = R"(
matrix: {n: [1, 2, 3]}
given:
  - {call: POST /containers/create, as: box, body: {Image: i}}
steps:
  - {call: "GET /n/${n}/${case.name}", as: got}
  - {call: "POST /build?t=plimsoll.test/${case.name}:1", when: {n: 1}, tar: []}
observe: {x: "${got.status}", y: "${box.status}"}
)";
  fake_.On("POST /build", Reply::CloseAtOnce());
  fake_.On("GET /images/json", [this](const SeenRequest&) {
    const auto cases = fake_.Requests("GET /n/*");
    if (cases.empty() || !fake_.Requests("DELETE /images/*").empty()) return Reply::Of(200, Json::array());
    return Reply::Of(200, Json::array({{{"RepoTags", Json::array({"plimsoll.test/" + cases[0].Part(3) + ":1"})}}}));
  });
  ASSERT_TRUE(Run(PlanOf({yaml}), {.jobs = 1}));
  const auto routes = fake_.routes();
  const auto is = [](std::string_view start) { return [start](const std::string& route) { return route.starts_with(start); }; };
  ASSERT_EQ(std::ranges::count_if(routes, is("DELETE /images/")), 1);
  const auto removed = std::ranges::find_if(routes, is("DELETE /images/"));
  EXPECT_EQ(std::count_if(routes.begin(), removed, is("GET /n/")), 3);
}

// The volume that a case's container is to have carries the given's name, too, and no label.
TEST_F(GivenTest, VolumesThatACaseNamedAreRemovedWithTheGiven) {
  const std::string yaml = R"(
matrix: {n: [1, 2]}
given:
  - {call: GET /_ping, as: ping}
steps:
  - {call: POST /containers/create, body: {Image: i, HostConfig: {Binds: ["${case.name}-v:/v"]}}}
  - {call: "GET /n/${n}/${case.name}", as: got}
observe: {x: "${got.status}", y: "${ping.status}"}
)";
  fake_.On("GET /volumes", [this](const SeenRequest&) {
    const auto cases = fake_.Requests("GET /n/*");
    if (cases.empty()) return Reply::Of(200, {{"Volumes", nullptr}});
    return Reply::Of(200, {{"Volumes", {{{"Name", "theirs"}}, {{"Name", cases[0].Part(3) + "-v"}}}}});
  });
  ASSERT_TRUE(Run(PlanOf({yaml}), {.jobs = 1}));
  const auto removed = fake_.Requests("DELETE /volumes/*");
  ASSERT_THAT(removed, SizeIs(1));
  EXPECT_EQ(removed[0].Part(2), fake_.Requests("GET /n/*")[0].Part(3) + "-v");
  EXPECT_EQ(fake_.routes().back(), removed[0].route);
}

// As with a case: what it asked for may come later than its clean-up.
TEST_F(GivenTest, WhatCameAfterItsRemovalIsRemovedAfterTheLastCase) {
  fake_.On("POST /containers/create", Reply::CloseAtOnce());
  fake_.On("GET /containers/json", [](const SeenRequest& seen) {
    const bool in_clean_up = seen.request.target.find("filters=") != std::string::npos;
    return Reply::Of(200, in_clean_up ? Json::array() : Json::array({{{"Id", FakeId(9)}, {"Labels", {{"plimsoll.run", "run1"}}}}}));
  });
  ASSERT_TRUE(Run(PlanOf({kGiven}), {.jobs = 1}));
  EXPECT_THAT(fake_.Requests("DELETE /containers/" + FakeId(9)), SizeIs(1));
}

TEST_F(GivenTest, IsMadeOnTheEngineThatReplacesOurs) {
  harmful_ = true;
  private_name_ = "docker-20.10";
  harm_ = Harm::kDisposable;
  pings_until_back_ = -1;
  UseTool("echo ready " + fresh_.endpoint().Text() + "\nread line\n");
  fresh_.On("GET /n/*/*", Reply::Of(200, Json::object()));
  ASSERT_TRUE(Run(PlanOf({kGiven}), {.jobs = 1}));
  for (const auto& [n, record] : ByN()) EXPECT_EQ(record.outcome, CaseOutcome::kCompleted) << n << ": " << record.reason;
  EXPECT_GE(Created(fresh_), 1u);
  EXPECT_THAT(fresh_.Requests("GET /n/*/*"), SizeIs(2));
}

}  // namespace
}  // namespace plimsoll::run
