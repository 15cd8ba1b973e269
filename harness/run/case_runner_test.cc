// The frame around the steps: set-up, deadlines, interruption, connections, and what is left alone.
#include "run/case_runner.h"

#include <gmock/gmock.h>

#include <atomic>

#include "run/test_case.h"

namespace plimsoll::run {
namespace {

using journal::CaseOutcome;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using testing::Reply;
using testing::SeenRequest;

class CaseRunnerTest : public CaseTest {};

TEST_F(CaseRunnerTest, RecordsWhatWasAskedAndAnswered) {
  const auto record = Run(kCreate);
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted);
  EXPECT_EQ(record.id, "area/test@docker-20.10");
  EXPECT_EQ(record.scenario, "area/test");
  EXPECT_THAT(record.container_name, StartsWith("plimsoll-run1-"));
  ASSERT_EQ(record.exchanges.size(), 1u);
  const auto& box = record.exchanges[0];
  EXPECT_EQ(box.step, "steps[0]");
  EXPECT_EQ(box.method, "POST");
  EXPECT_EQ(box.target, "/v1.41/containers/create");
  EXPECT_EQ(Status(box), 201);
  EXPECT_EQ(box.response_body.kept, "{\"Id\":\"" + FakeId(1) + "\"}");
  EXPECT_EQ(box.outcome, http::Outcome::kAnswered);
}

TEST_F(CaseRunnerTest, StampsAnExchangeInTheOrderOfItsParts) {
  const auto record = Run(kCreate);
  const auto times = Named(record, "box").times;
  EXPECT_GT(times.started, 0);
  EXPECT_LE(record.started, times.started);
  EXPECT_LE(times.started, times.connected);
  EXPECT_LE(times.connected, times.sent);
  EXPECT_LE(times.sent, times.first_byte);
  EXPECT_LE(times.first_byte, times.head);
  EXPECT_LE(times.head, times.ended);
  EXPECT_LE(times.ended, record.ended);
}

TEST_F(CaseRunnerTest, EndsTheCaseAtItsDeadlineAndCleansUpAllTheSame) {
  fake_.On("GET /info", Reply::Hang());
  const auto record = Run(
      "  - {call: POST /networks/create, body: {}}\n"
      "  - {call: POST /containers/create, body: {}}\n"
      "  - {call: GET /info, as: info, within: 1m}\n"
      "  - {call: GET /_ping, as: never}\n",
      "deadline: 400ms\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kTimedOut);
  EXPECT_EQ(record.reason, "the case took longer than its deadline");
  const auto info = Named(record, "info");
  EXPECT_EQ(info.outcome, http::Outcome::kTimedOut);
  EXPECT_EQ(info.error, "no answer within its deadline");
  EXPECT_EQ(record.exchanges.size(), 3u) << "no step follows a deadline";
  EXPECT_THAT(Targets(record.clean_up),
              ElementsAre("DELETE /containers/" + FakeId(2) + "?force=1&v=1", "DELETE /networks/" + FakeId(1)));
}

TEST_F(CaseRunnerTest, InterruptsTheStepsButNotTheCleanUp) {
  fake_.On("GET /info", [this](const SeenRequest&) {
    cancel_.Ring();
    return Reply::Hang();
  });
  const auto record = Run(std::string(kCreate) + "  - {call: GET /info, as: info}\n  - {call: GET /_ping, as: never}\n");
  EXPECT_TRUE(cancelled_);
  EXPECT_EQ(Named(record, "info").outcome, http::Outcome::kCancelled);
  EXPECT_EQ(Named(record, "info").error, "the run was interrupted");
  EXPECT_EQ(record.exchanges.size(), 2u);
  EXPECT_EQ(fake_.Requests("DELETE /containers/*").size(), 1u);
  EXPECT_THAT(record.leftovers, IsEmpty());
}

TEST_F(CaseRunnerTest, DropsARecordWhoseLastEventsWereInterrupted) {
  fake_.On("POST /volumes/create", [this](const SeenRequest&) {
    cancel_.Ring();
    return Reply::Error(500, "no volumes today");
  });
  RunYaml("steps:\n" + std::string(kCreate) + "observe: {x: \"${events.actions}\"}\n");
  EXPECT_TRUE(cancelled_);
  EXPECT_EQ(fake_.Requests("DELETE /containers/*").size(), 1u);
}

TEST_F(CaseRunnerTest, LabelsWhatItCreatesAndNothingElse) {
  const auto record = Run(std::string(kCreate) + "  - {call: \"POST /containers/${box.body.Id}/start\", body: {a: 1}}\n");
  const auto created = ParseJson(fake_.Requests("POST /containers/create")[0].request.body);
  EXPECT_EQ((*created)["Labels"]["plimsoll.run"], "run1");
  EXPECT_EQ(fake_.Requests("POST /containers/*/start")[0].request.body, "{\"a\":1}");
}

TEST_F(CaseRunnerTest, UsesAConnectionAgainWhileTheEngineKeepsIt) {
  Run(std::string(kCreate) + "  - call: GET /_ping\n  - call: GET /version\n");
  const auto create = fake_.Requests("POST /containers/create").at(0).connection;
  EXPECT_EQ(fake_.Requests("GET /_ping").at(0).connection, create);
  EXPECT_EQ(fake_.Requests("GET /version").at(0).connection, create);
  EXPECT_EQ(fake_.Requests("DELETE /containers/*").at(0).connection, create);
}

TEST_F(CaseRunnerTest, SaysOfAReusedConnectionThatNoneWasMade) {
  const auto record = Run("  - {call: GET /_ping, as: a}\n  - {call: GET /_ping, as: b}\n");
  EXPECT_GT(Named(record, "a").times.connected, 0);
  EXPECT_EQ(Named(record, "b").times.connected, 0);
}

TEST_F(CaseRunnerTest, AsksAgainWhereAKeptConnectionClosesUnderARequestThatChangesNothing) {
  std::atomic<size_t> kept = 0;
  fake_.On("GET /_ping", [&](const SeenRequest& seen) {
    kept = seen.connection;
    return Reply{200, "OK", {}, nullptr};
  });
  const auto lost_once = [&](const SeenRequest& seen) {
    return seen.connection == kept ? Reply::CloseAtOnce() : Reply::Of(200, Json::object());
  };
  fake_.On("GET /n/*", lost_once);
  fake_.On("POST /n/*", lost_once);
  const auto get = Run("  - {call: GET /_ping}\n  - {call: GET /n/1, as: b}\n");
  EXPECT_EQ(Status(Named(get, "b")), 200);
  EXPECT_EQ(get.exchanges.size(), 2u) << "what was lost is no exchange";
  ASSERT_EQ(get.marks.size(), 1u) << "and is told";
  EXPECT_EQ(get.marks[0].what, "asked again: a kept connection closed under the request");
  EXPECT_EQ(fake_.Requests("GET /n/1").size(), 2u);
  const auto post = Run("  - {call: GET /_ping}\n  - {call: POST /n/1, as: b}\n");
  EXPECT_EQ(fake_.Requests("POST /n/1").size(), 1u) << "whoever knows what became of the first";
}

TEST_F(CaseRunnerTest, ForgetsAConnectionThatTheEngineClosedAndKeepsTheNext) {
  // Answers, and closes without having said so.
  const engine::Bell closed;
  fake_.On("GET /info", [&](const SeenRequest&) {
    Reply reply;
    reply.takeover = [&](testing::Peer& peer) {
      peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
      peer.Close();
      closed.Ring();
      return false;
    };
    return reply;
  });
  // Its answer comes when the first connection is closed for certain.
  fake_.On("GET /version", [&](const SeenRequest&) {
    Reply reply;
    reply.takeover = [&](testing::Peer& peer) {
      return peer.AwaitBell(closed) && peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    };
    return reply;
  });
  const auto record = Run(
      "  - {call: GET /info, as: a}\n"
      "  - {call: GET /version, as: between, background: true}\n"
      "  - join: between\n"
      "  - {call: GET /_ping, as: b}\n"
      "  - {call: GET /_ping, as: c}\n");
  EXPECT_EQ(Status(Named(record, "b")), 200);
  EXPECT_GT(Named(record, "b").times.connected, 0) << "the first connection is gone";
  EXPECT_EQ(Named(record, "c").times.connected, 0) << "the second was kept";
}

TEST_F(CaseRunnerTest, DoesNotBeginWhatTheEngineLacks) {
  const auto record = Run(kCreate, "needs: [{api: '>=1.45'}]\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kUnsupported);
  EXPECT_THAT(record.reason, HasSubstr("needs API 1.45 or later, the engine speaks 1.41"));
  EXPECT_THAT(fake_.Requests("POST /containers/create"), IsEmpty());
}

TEST_F(CaseRunnerTest, KeepsTheCasesOwnEventsUpToItsFence) {
  fake_.On("GET /info", [this](const SeenRequest&) {
    fake_.Emit({{"Type", "container"}, {"Action", "die"}, {"Actor", {{"ID", FakeId(999)}}}});  // a stranger's
    const Json start = {{"Type", "container"}, {"Action", "start"}, {"timeNano", 7}, {"Actor", {{"ID", FakeId(1)}}}};
    fake_.Emit(start);
    fake_.Emit(start);  // not a second start
    return Reply::Of(200, Json::object());
  });
  const auto record = RunYaml("steps:\n" + std::string(kCreate) +
                              "  - call: GET /info\nobserve: {x: \"${events.actions}\"}\n");
  EXPECT_TRUE(record.wants_events);
  EXPECT_TRUE(record.events_complete);
  ASSERT_EQ(record.events.size(), 3u);
  EXPECT_EQ(record.events[0].body["Action"], "create");
  EXPECT_EQ(record.events[1].body["Action"], "start");
  EXPECT_FALSE(record.events[1].again);
  EXPECT_TRUE(record.events[2].again);
  EXPECT_EQ(fake_.Requests("DELETE /volumes/*").size(), 1u) << "the fence is removed";
}

TEST_F(CaseRunnerTest, KnowsItsFenceByTheNameThatPodmanTellsInPlaceOfAnId) {
  fake_.On("POST /volumes/create", [this](const SeenRequest& seen) {
    const Json name = Json::parse(seen.request.body)["Name"];
    fake_.Emit({{"Type", "volume"}, {"Action", "create"}, {"Actor", {{"ID", ""}, {"Attributes", {{"name", name}}}}}});
    return Reply::Of(201, {{"Name", name}});
  });
  const auto record = RunYaml("steps:\n" + std::string(kCreate) + "observe: {x: \"${events.actions}\"}\n");
  EXPECT_TRUE(record.events_complete);
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted);
}

TEST_F(CaseRunnerTest, CountsForNothingWhereItBeganWhileTheEngineWasGone) {
  std::atomic<bool> back = false;
  const engine::Bell subscribed;
  fake_.On("GET /events", [&](const SeenRequest&) {
    if (!back) return Reply::CloseAtOnce();
    subscribed.Ring();
    return Reply::Hang();
  });
  fake_.On("GET /info", [&](const SeenRequest&) {
    back = true;
    Reply reply;
    reply.takeover = [&](testing::Peer& peer) {
      return peer.AwaitBell(subscribed) && peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    };
    return reply;
  });
  auto session = EngineSession::Open(EngineForTest(fake_, harm_), {}, "run1");
  ASSERT_TRUE(session);
  const TimePoint limit = Now() + std::chrono::seconds(20);
  while ((*session)->events().subscribed() && Now() < limit) std::this_thread::yield();
  const plan::Case plan_case{"area/test@docker-20.10", LoadForTest("steps:\n  - call: GET /info\nobserve: {x: \"${case.name}\"}\n"),
                             "docker-20.10", 0, Json::object()};
  CaseRunner runner(plan_case, **session, RunForTest(), &cancel_);
  const auto record = runner.Run();
  EXPECT_TRUE(runner.engine_was_gone());
  EXPECT_EQ(record.outcome, CaseOutcome::kHarnessError);
  EXPECT_THAT(record.reason, HasSubstr("the engine was gone for a time"));
}

TEST_F(CaseRunnerTest, CountsForNothingWhereTheEndOfItsEventsCannotBeSeen) {
  fake_.On("POST /volumes/create", Reply::Error(500, "no volumes today"));
  const auto record = RunYaml("steps:\n  - call: GET /info\nobserve: {x: \"${events.actions}\"}\n");
  EXPECT_FALSE(record.events_complete);
  EXPECT_EQ(record.outcome, CaseOutcome::kHarnessError);
  EXPECT_THAT(record.reason, HasSubstr("the volume that marks it could not be created: answered 500: no volumes today"));
}

// An engine that somebody else uses: only what the case made itself may be changed.
class NotOurEngine : public CaseTest {
 protected:
  NotOurEngine() { harm_ = Harm::kNotOurs; }

  // Expects that `call` is refused before it is sent.
  void ExpectRefused(const std::string& call, const std::string& body = "{}") {
    const auto record = Run("  - call: " + call + "\n    body: " + body + "\n  - {call: GET /_ping, as: never}\n");
    const size_t space = call.find(' ');
    const std::string path(PathOf(call.substr(space + 1)));
    EXPECT_EQ(record.outcome, CaseOutcome::kUnsupported) << call;
    EXPECT_EQ(record.reason, call.substr(0, space) + " " + path +
                                 " would change what this run did not create: only against an engine that plimsoll "
                                 "started itself");
    EXPECT_THAT(fake_.Requests("POST *"), IsEmpty()) << call;
    EXPECT_THAT(fake_.Requests("DELETE *"), IsEmpty()) << call;
    EXPECT_THAT(record.exchanges, IsEmpty()) << call;
  }
};

TEST_F(NotOurEngine, KeepsAContainerThatTheCaseDidNotCreate) {
  fake_.On("GET /containers/theirs/json", Reply::Of(200, {{"Id", FakeId(5)}, {"Config", {{"Labels", {{"a", "b"}}}}}}));
  ExpectRefused("POST /containers/theirs/stop");
  ExpectRefused("DELETE /containers/theirs?force=1");
  ExpectRefused("POST /v1.24/containers/theirs/exec");
}

TEST_F(NotOurEngine, IsSparedActsOnTheWholeOfIt) {
  ExpectRefused("POST /containers/prune");
  ExpectRefused("POST /images/prune?filters=x");
  ExpectRefused("POST /swarm/init");
  ExpectRefused("POST /plugins/pull?remote=x");
  ExpectRefused("POST /secrets/create");
}

TEST_F(NotOurEngine, KeepsNetworksAndVolumesThatTheCaseDidNotCreate) {
  fake_.On("GET /networks/bridge", Reply::Of(200, {{"Id", FakeId(6)}, {"Labels", Json::object()}}));
  fake_.On("GET /volumes/data", Reply::Of(200, {{"Name", "data"}, {"Labels", nullptr}}));
  ExpectRefused("DELETE /networks/bridge");
  ExpectRefused("POST /networks/bridge/connect");
  ExpectRefused("DELETE /volumes/data");
}

TEST_F(NotOurEngine, KeepsImagesWhoseNamesHaveSeveralParts) {
  fake_.On("GET /images/library/debian:12/json", Reply::Of(200, {{"Id", "sha256:1"}}));
  fake_.On("GET /images/debian/json", Reply::Of(200, {{"Id", "sha256:1"}}));
  ExpectRefused("DELETE /images/library/debian:12");
  ExpectRefused("DELETE /images/debian");
  ExpectRefused("POST /images/library/debian:12/push");
}

TEST_F(NotOurEngine, KeepsImagesWhoseNamesWouldMove) {
  fake_.On("GET /images/theirs:1/json", Reply::Of(200, {{"Id", "sha256:1"}}));
  fake_.On("GET /containers/theirs/json", Reply::Of(200, {{"Id", "c1"}}));
  ExpectRefused("POST /images/create?fromImage=theirs&tag=1");
  ExpectRefused("POST /images/x/tag?repo=theirs&tag=1");
  ExpectRefused("POST /build?t=theirs:1");
  ExpectRefused("POST /images/load");
  ExpectRefused("POST /build?t=new:1&pull=1");
  ExpectRefused("POST /images/create?fromImage=new");
  ExpectRefused("POST /images/create?fromImage=theirs&tag=1&repo=new");
  ExpectRefused("POST /images/create?fromSrc=-&repo=theirs:1&tag=2");
  ExpectRefused("POST /commit?container=theirs");
}

TEST_F(NotOurEngine, GetsImagesOfNewNames) {
  const auto record = Run("  - {call: \"POST /images/create?fromImage=new&tag=1\", as: x}\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted) << record.reason;
  EXPECT_EQ(fake_.Requests("POST /images/create").size(), 1u);
}

TEST_F(NotOurEngine, IsSparedThroughTheOtherApiOfPodmanToo) {
  fake_.On("GET /containers/theirs/json", Reply::Of(200, {{"Id", FakeId(5)}}));
  ExpectRefused("POST /v4.0.0/libpod/containers/theirs/stop");
  ExpectRefused("DELETE /libpod/pods/theirs");
  ExpectRefused("POST /libpod/pods/prune");
  ExpectRefused("POST /libpod/containers/create");
  ExpectRefused("POST /libpod/build");
  ExpectRefused("DELETE /libpod/images/remove");
}

TEST_F(NotOurEngine, StopsAndRemovesWhatTheCaseCreated) {
  const auto record = Run(
      "  - {call: \"POST /containers/create?name=box-of-mine\", as: box, body: {}}\n"
      "  - {call: \"POST /containers/${box.body.Id}/stop\", as: by-id}\n"
      "  - {call: POST /containers/box-of-mine/start, as: by-name}\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted) << record.reason;
  EXPECT_EQ(Status(Named(record, "by-id")), 204);
  EXPECT_EQ(Status(Named(record, "by-name")), 204);
}

TEST_F(NotOurEngine, IsAskedAboutWhatDoesNotExist) {
  const auto record = Run("  - {call: POST /containers/nobody/wait, as: wait}\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted);
  EXPECT_EQ(Status(Named(record, "wait")), 404);
}

TEST_F(NotOurEngine, IsAskedAgainWhoseSomethingIs) {
  std::atomic<int> asked = 0;
  fake_.On("GET /containers/older/json", [&](const SeenRequest&) {
    return ++asked < 3 ? Reply::Error(500, "container state improper") : Reply::Of(200, {{"Config", {{"Labels", {{"plimsoll.run", "run0"}}}}}});
  });
  EXPECT_EQ(Run("  - call: POST /containers/older/stop\n").outcome, CaseOutcome::kCompleted);
  EXPECT_EQ(asked, 3);
}

// That it was not sent says nothing of what the engine supports.
TEST_F(NotOurEngine, ThatDoesNotSayWhoseSomethingIsMakesNoFinding) {
  fake_.On("GET /containers/theirs/json", Reply::Error(500, "broken"));
  const auto record = Run("  - call: POST /containers/theirs/stop\n", "deadline: 300ms\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kHarnessError);
  EXPECT_THAT(record.reason, HasSubstr("whose container theirs is cannot be asked: GET /containers/theirs/json: "));
  EXPECT_THAT(fake_.Requests("POST *"), IsEmpty());
}

TEST_F(NotOurEngine, IsAskedForAnImageUnderANameThatNoneCanHave) {
  fake_.On("GET /images/*/json", Reply::Error(500, "normalizing image: normalizing name for compat API: repository name must be lowercase"));
  EXPECT_EQ(Run("  - {call: \"POST /images/x/tag?repo=UPPER\", as: tag}\n").outcome, CaseOutcome::kCompleted);
}

TEST_F(NotOurEngine, GivesUpWhatCarriesOurLabel) {
  fake_.On("GET /containers/older/json",
           Reply::Of(200, {{"Config", {{"Labels", {{"plimsoll.run", "run0"}}}}}}));
  EXPECT_EQ(Run("  - call: POST /containers/older/stop\n").outcome, CaseOutcome::kCompleted);
}

// POST /volumes/create answers 201 for a volume that existed before, with all the data in it; so do some podmans for networks.
TEST_F(NotOurEngine, KeepsNamesThatAreTaken) {
  fake_.On("GET /volumes/data", Reply::Of(200, {{"Name", "data"}, {"Labels", {{"owner", "somebody"}}}}));
  fake_.On("GET /networks/lan", Reply::Of(200, {{"Name", "lan"}, {"Labels", nullptr}}));
  ExpectRefused("POST /volumes/create", "{Name: data}");
  ExpectRefused("POST /volumes/create", "{name: data}");
  ExpectRefused("POST /networks/create", "{Name: lan}");
}

TEST_F(NotOurEngine, KeepsAVolumeThatAppearedJustBefore) {
  std::atomic<int> asked = 0;
  fake_.On("GET /volumes/data", [&](const SeenRequest&) {
    return ++asked == 1 ? Reply::Error(404, "no such volume") : Reply::Of(200, {{"Name", "data"}, {"Labels", {{"owner", "somebody"}}}});
  });
  const auto record = Run("  - {call: POST /volumes/create, body: {Name: data}}\n");
  EXPECT_THAT(fake_.Requests("DELETE /volumes/*"), IsEmpty());
  EXPECT_THAT(record.leftovers, ElementsAre("volume data: left alone, it was not made by this run"));
}

TEST_F(CaseRunnerTest, DoesToADisposableEngineWhatItLikes) {
  fake_.On("POST /containers/theirs/stop", Reply{204, "", {}, nullptr});
  const auto record = Run("  - {call: POST /containers/theirs/stop, as: stop}\n");
  EXPECT_EQ(Status(Named(record, "stop")), 204);
}

}  // namespace
}  // namespace plimsoll::run
