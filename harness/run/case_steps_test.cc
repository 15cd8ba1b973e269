// What each kind of step does and writes down.
#include <gmock/gmock.h>

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>

#include "base/text.h"
#include "run/case_runner.h"
#include "run/test_case.h"
#include "testing/temp_folder.h"

namespace plimsoll::run {
namespace {

using journal::CaseOutcome;
using Direction = journal::Chunk::Direction;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Act;
using testing::Peer;
using testing::Reply;
using testing::SeenRequest;

std::string Frame(int stream, const std::string& payload) {
  return std::string({static_cast<char>(stream), 0, 0, 0, 0, 0, 0, static_cast<char>(payload.size())}) + payload;
}

const std::string kUpgraded =
    "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
    "Content-Type: application/vnd.docker.raw-stream\r\n\r\n";

class StepTest : public CaseTest {
 protected:
  // What `POST /attach` does with the connection once its head was read.
  void OnAttach(testing::Script script) {
    Reply reply;
    reply.takeover = [script = std::move(script)](Peer& peer) {
      for (const Act& act : script) {
        if (!act(peer)) return false;
      }
      return true;
    };
    fake_.On("POST /attach", std::move(reply));
  }

  static const journal::Mark& OnlyMark(const journal::CaseRecord& record) {
    EXPECT_EQ(record.marks.size(), 1u);
    static const journal::Mark none;
    return record.marks.empty() ? none : record.marks[0];
  }
};

TEST_F(StepTest, ACallSeesWhatCallsBeforeItGave) {
  const auto record = Run(
      "  - {call: POST /containers/create, as: box, body: {}}\n"
      "  - {call: \"POST /containers/${box.body.Id}/start\", as: start}\n");
  EXPECT_EQ(Named(record, "start").target, "/v1.41/containers/" + FakeId(1) + "/start");
  EXPECT_EQ(Status(Named(record, "start")), 204);
}

TEST_F(StepTest, ACallWhoseInputIsMissingIsSkippedAndTheNextIsMade) {
  fake_.On("POST /containers/create", Reply::Error(500, "no"));
  const auto record = Run(
      "  - {call: POST /containers/create, as: box, body: {}}\n"
      "  - {call: \"POST /containers/${box.body.Id}/start\", as: start}\n"
      "  - {call: GET /_ping, as: ping}\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted);
  EXPECT_EQ(record.exchanges.size(), 2u);
  EXPECT_EQ(Status(Named(record, "ping")), 200);
  const auto& mark = OnlyMark(record);
  EXPECT_EQ(mark.step, "steps[1]");
  EXPECT_EQ(mark.what, "skipped: ${box.body.Id} has no value here");
  EXPECT_FALSE(mark.found);
}

TEST_F(StepTest, AStepIsForTheParametersItNames) {
  const auto record = RunYaml(
      "matrix: {how: [a, b]}\n"
      "steps:\n"
      "  - {call: GET /_ping, when: {how: a}, as: one}\n"
      "  - {call: GET /_ping, when: {how: b}, as: two}\n"
      "observe: {x: \"${how}\"}\n",
      {{"how", "b"}});
  ASSERT_EQ(record.exchanges.size(), 1u);
  EXPECT_EQ(record.exchanges[0].name, "two");
}

TEST_F(StepTest, ACallWithoutAnAnswerInTimeIsDataAndTheNextIsMade) {
  fake_.On("GET /info", Reply::Hang());
  const auto record = Run("  - {call: GET /info, as: info, within: 20ms}\n  - {call: GET /_ping, as: ping}\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted);
  EXPECT_EQ(Named(record, "info").outcome, http::Outcome::kTimedOut);
  EXPECT_FALSE(Named(record, "info").head);
  EXPECT_EQ(Status(Named(record, "ping")), 200);
}

TEST_F(StepTest, AnEngineThatLiesIsRecorded) {
  Reply torn;
  torn.takeover = testing::Send("HTTP/1.1 OK 200\r\n\r\n");
  fake_.On("GET /info", std::move(torn));
  fake_.On("GET /version", Reply::CloseAtOnce());
  const auto record = Run("  - {call: GET /info, as: info}\n  - {call: GET /version, as: version}\n");
  EXPECT_EQ(Named(record, "info").outcome, http::Outcome::kMalformed);
  EXPECT_NE(Named(record, "info").error, "");
  EXPECT_EQ(Named(record, "version").outcome, http::Outcome::kClosed);
  EXPECT_EQ(Named(record, "version").error, "closed without an answer");
}

TEST_F(StepTest, PollingCallsUntilThePredicateHoldsAndKeepsTheLastAnswer) {
  auto asked = std::make_shared<int>(0);
  fake_.On("GET /containers/x/json", [asked](const SeenRequest&) {
    return Reply::Of(200, {{"State", {{"Status", ++*asked < 3 ? "running" : "exited"}}}});
  });
  const auto record = Run(
      "  - call: GET /containers/x/json\n    as: after\n"
      "    until: {value: \"${after.body.State.Status}\", equals: exited, every: 1ms}\n");
  ASSERT_EQ(record.exchanges.size(), 1u);
  EXPECT_THAT(record.exchanges[0].response_body.kept, HasSubstr("exited"));
  EXPECT_EQ(*asked, 3);
}

TEST_F(StepTest, PollingEndsWithTheLastAnswerAtItsDeadline) {
  fake_.On("GET /containers/x/json", Reply::Of(200, {{"State", "running"}}));
  const auto record = Run(
      "  - call: GET /containers/x/json\n    as: after\n    within: 30ms\n"
      "    until: {value: \"${after.body.State}\", equals: exited, every: 1ms}\n"
      "  - {call: GET /_ping, as: ping}\n");
  EXPECT_EQ(record.exchanges.size(), 2u);
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted);
}

TEST_F(StepTest, PollingAsksOnceMoreAtItsDeadlineHoweverLongThePause) {
  auto asked = std::make_shared<int>(0);
  fake_.On("GET /containers/x/json", [asked](const SeenRequest&) {
    return Reply::Of(200, {{"State", ++*asked < 2 ? "running" : "exited"}});
  });
  const auto record = Run(
      "  - call: GET /containers/x/json\n    as: after\n    within: 30ms\n"
      "    until: {value: \"${after.body.State}\", equals: exited, every: 1h}\n");
  EXPECT_THAT(Named(record, "after").response_body.kept, HasSubstr("exited"));
  EXPECT_EQ(*asked, 2);
}

TEST_F(StepTest, ABackgroundCallIsJoinedByItsName) {
  // Answers only when the call after it has come.
  const engine::Bell stopped;
  fake_.On("POST /containers/x/wait", [&](const SeenRequest&) {
    Reply reply;
    reply.takeover = [&](Peer& peer) {
      return peer.AwaitBell(stopped) && peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"StatusCode\":7}");
    };
    return reply;
  });
  fake_.On("POST /containers/x/stop", [&](const SeenRequest&) {
    stopped.Ring();
    return Reply{204, "", {}, nullptr};
  });
  const auto record = Run(
      "  - {call: POST /containers/x/wait, as: wait, background: true}\n"
      "  - {call: POST /containers/x/stop, as: stop}\n"
      "  - join: wait\n"
      "  - {call: \"GET /code/${wait.body.StatusCode}\", as: after}\n");
  EXPECT_EQ(Named(record, "wait").outcome, http::Outcome::kAnswered);
  EXPECT_EQ(Named(record, "after").target, "/v1.41/code/7");
  EXPECT_LE(Named(record, "wait").times.started, Named(record, "stop").times.started);
  EXPECT_GE(Named(record, "wait").times.ended, Named(record, "stop").times.sent);
}

TEST_F(StepTest, AHijackedStreamCarriesBothDirectionsAndTheHalfClose) {
  OnAttach({testing::Send(kUpgraded + Frame(1, "ready\n")), testing::ExpectText("hello\n"),
            testing::Send(Frame(1, "hello\n") + Frame(2, "oops\n")), testing::AwaitHalfClose(),
            testing::Send(Frame(1, "end-of-file\n"))});
  const auto record = Run(
      "  - {open: POST /attach, as: client}\n"
      "  - {read: client, until: {text: \"ready\\n\"}, as: ready}\n"
      "  - {send: client, text: \"hello\\n\"}\n"
      "  - {read: client, until: {bytes: 6}, as: echo}\n"
      "  - half-close: client\n"
      "  - {read: client, until: end, as: rest}\n");
  const auto client = Named(record, "client");
  EXPECT_TRUE(client.stream);
  EXPECT_TRUE(client.upgraded);
  EXPECT_EQ(Status(client), 101);
  EXPECT_EQ(client.outcome, http::Outcome::kAnswered) << client.error;
  EXPECT_EQ(client.sent.kept, "hello\n");
  EXPECT_EQ(client.response_body.kept,
            Frame(1, "ready\n") + Frame(1, "hello\n") + Frame(2, "oops\n") + Frame(1, "end-of-file\n"));
  ASSERT_EQ(record.readings.size(), 3u);
  EXPECT_EQ(record.readings[0].text, "ready\n");
  EXPECT_EQ(record.readings[0].why, "found");
  EXPECT_EQ(record.readings[1].text, "hello\n");
  EXPECT_EQ(record.readings[2].text, "oops\nend-of-file\n");
  EXPECT_EQ(record.readings[2].why, "end");
  EXPECT_TRUE(record.readings[2].found);
}

// Where memory is watched (the preset asan), this is what it watches.
TEST_F(StepTest, AStreamThatEndsWhileTheCaseIsElsewhereIsLetGoBeforeTheCleanUp) {
  OnAttach({testing::Send(kUpgraded + Frame(1, "bye\n"))});
  const auto record = Run(
      "  - {call: POST /containers/create, as: box, body: {Image: x}}\n"
      "  - {open: POST /attach, as: client}\n"
      "  - sleep: 50ms\n");
  EXPECT_EQ(Named(record, "client").response_body.kept, Frame(1, "bye\n"));
  EXPECT_EQ(record.clean_up.size(), 1u);
}

TEST_F(StepTest, AStreamsChunksAreInTheOrderOfTime) {
  OnAttach({testing::Send(kUpgraded), testing::ExpectText("hi"), testing::Send("raw"), testing::AwaitHalfClose()});
  const auto record = Run(
      "  - {open: POST /attach, as: client}\n"
      "  - {send: client, text: hi}\n"
      "  - {read: client, until: {text: raw}}\n"
      "  - half-close: client\n"
      "  - {read: client, until: end}\n");
  std::vector<Direction> directions;
  for (const auto& chunk : Named(record, "client").chunks) directions.push_back(chunk.direction);
  EXPECT_THAT(directions, ElementsAre(Direction::kSent, Direction::kReceived, Direction::kHalfClosed));
  EXPECT_TRUE(std::ranges::is_sorted(Named(record, "client").chunks, {}, &journal::Chunk::at));
}

TEST_F(StepTest, OpenAsksForTheUpgradeUnlessToldOtherwise) {
  OnAttach({testing::Send("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nout")});
  const auto record = Run(
      "  - {open: POST /attach, as: asked}\n"
      "  - {open: POST /attach, as: plain, upgrade: none}\n"
      "  - {read: plain, until: end, as: rest}\n");
  EXPECT_EQ(*http::FindHeader(Named(record, "asked").request_headers, "Upgrade"), "tcp");
  EXPECT_EQ(http::FindHeader(Named(record, "plain").request_headers, "Upgrade"), nullptr);
  EXPECT_FALSE(Named(record, "plain").upgraded);
  ASSERT_EQ(record.readings.size(), 1u);
  EXPECT_EQ(record.readings[0].text, "out");
}

const std::string kWebSocket = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n";

// The frames that the case has sent: "text:hello".
std::vector<std::string> SentFrames(const journal::Exchange& exchange) {
  http::WebSocketDecoder decoder(http::WebSocketDecoder::From::kClient);
  std::vector<std::string> frames;
  for (const http::WebSocketPiece& piece : decoder.Feed(exchange.sent.kept)) {
    if (piece.begins) frames.push_back(std::string(Name(piece.opcode)) + ":");
    frames.back() += piece.data;
  }
  decoder.End();
  EXPECT_EQ(decoder.malformed(), "");
  return frames;
}

TEST_F(StepTest, AWebSocketCarriesFramesBothWaysAndClosesWithOne) {
  using http::Opcode;
  using http::PlainFrame;
  Reply reply;
  reply.takeover = [](Peer& peer) {
    // The head is taken away before: six bytes of frame around each of ours.
    return peer.Send(kWebSocket + PlainFrame(Opcode::kBinary, "ready\n")) &&
           peer.ReadUntil([](const std::string& got) { return got.size() >= 6 + 6; }) &&
           peer.Send(PlainFrame(Opcode::kPing, "are you there")) &&
           peer.ReadUntil([](const std::string& got) { return got.size() >= 12 + 6 + 13; }) &&
           peer.Send(PlainFrame(Opcode::kText, "and ", http::Fin::kMore) + PlainFrame(Opcode::kContinuation, "more\n")) &&
           peer.ReadUntil([](const std::string& got) { return got.size() >= 12 + 19 + 9 + 8; }) &&
           peer.Send(PlainFrame(Opcode::kClose, http::ClosePayload(1000)));
  };
  fake_.On("GET /containers/x/attach/ws", std::move(reply));
  const auto record = Run(
      "  - {open: GET /containers/x/attach/ws, as: client, upgrade: websocket}\n"
      "  - {read: client, until: {text: \"ready\\n\"}}\n"
      "  - {send: client, text: \"hello\\n\"}\n"
      "  - {read: client, until: {text: \"and more\\n\"}, as: more}\n"
      "  - {send: client, bytes: AP8B}\n"
      "  - half-close: client\n"
      "  - {send: client, text: \"ignored after the close frame\"}\n"
      "  - {read: client, until: end, as: rest}\n");
  const auto client = Named(record, "client");
  EXPECT_EQ(client.outcome, http::Outcome::kAnswered) << client.error;
  ASSERT_EQ(record.readings.size(), 3u);
  EXPECT_EQ(record.readings[1].text, "and more\n");
  EXPECT_EQ(record.readings[2].why, "end");
  EXPECT_THAT(SentFrames(client), ElementsAre("text:hello\n", "pong:are you there", "binary:" + std::string("\0\xff\x01", 3),
                                              "close:" + http::ClosePayload(1000)));
  EXPECT_EQ(std::ranges::count(client.chunks, Direction::kHalfClosed, &journal::Chunk::direction), 1);
}

TEST_F(StepTest, ACloseFrameIsAnsweredWithItsCode) {
  Reply reply;
  reply.takeover = [](Peer& peer) {
    return peer.Send(kWebSocket + http::PlainFrame(http::Opcode::kClose, http::ClosePayload(1001, "going away"))) &&
           peer.ReadUntil([](const std::string& got) { return got.size() >= 8; });
  };
  fake_.On("GET /ws", std::move(reply));
  const auto record = Run(
      "  - {open: GET /ws, as: client, upgrade: websocket}\n"
      "  - {read: client, until: end}\n");
  EXPECT_THAT(SentFrames(Named(record, "client")), ElementsAre("close:" + http::ClosePayload(1001)));
}

TEST_F(StepTest, WhatIsSentOnAWebSocketIsTheFrameThatIsNamed) {
  Reply reply;
  reply.takeover = [](Peer& peer) {
    return peer.Send(kWebSocket) && peer.ReadUntil([](const std::string& got) { return got.size() >= 10; }) &&
           peer.Send(http::PlainFrame(http::Opcode::kPong, "ping"));
  };
  fake_.On("GET /ws", std::move(reply));
  const auto record = Run(
      "  - {open: GET /ws, as: client, upgrade: websocket}\n"
      "  - {send: client, text: ping, opcode: ping}\n"
      "  - {read: client, until: end}\n");
  EXPECT_THAT(SentFrames(Named(record, "client")), ElementsAre("ping:ping"));
}

TEST_F(StepTest, AnAnswerThatIsNoWebSocketIsAnotherStream) {
  OnAttach({testing::Send(kUpgraded), testing::ExpectText("hi"), testing::Send("raw")});
  const auto record = Run(
      "  - {open: POST /attach, as: client, upgrade: websocket}\n"
      "  - {send: client, text: hi}\n"
      "  - {read: client, until: end, as: rest}\n");
  EXPECT_EQ(Named(record, "client").sent.kept, "hi");
  ASSERT_EQ(record.readings.size(), 1u);
  EXPECT_EQ(record.readings[0].text, "raw");
}

TEST_F(StepTest, AReadFindsWhatComesOnStderrWhileItWaits) {
  OnAttach({testing::Send(kUpgraded + Frame(1, "out\n")), testing::ExpectText("hi"), testing::Send(Frame(2, "err\n") + Frame(1, "more\n")),
            testing::AwaitHalfClose()});
  const auto record = Run(
      "  - {open: POST /attach, as: client}\n"
      "  - {read: client, until: {text: out}}\n"
      "  - {send: client, text: hi}\n"
      "  - {read: client, until: {text: err}, within: 20s}\n"
      "  - {read: client, until: {text: more}, within: 20s}\n");
  ASSERT_EQ(record.readings.size(), 3u);
  EXPECT_EQ(record.readings[1].why, "found");
  EXPECT_EQ(record.readings[1].text, "\nerr");
  EXPECT_EQ(record.readings[2].text, "\nmore");
}

TEST_F(StepTest, AReadThatFindsNothingSaysWhy) {
  OnAttach({testing::Send(kUpgraded + "some"), testing::AwaitHalfClose()});
  const auto record = Run(
      "  - {open: POST /attach, as: client}\n"
      "  - {read: client, until: {text: some}}\n"
      "  - {read: client, until: {text: more}, within: 10ms, as: waiting}\n"
      "  - half-close: client\n"
      "  - {read: client, until: {text: more}, as: closed}\n");
  ASSERT_EQ(record.readings.size(), 3u);
  EXPECT_FALSE(record.readings[1].found);
  EXPECT_EQ(record.readings[1].why, "deadline");
  EXPECT_FALSE(record.readings[2].found);
  EXPECT_EQ(record.readings[2].why, "closed");
}

TEST_F(StepTest, AReadToTheEndOfAStreamThatStaysOpenFindsItNot) {
  OnAttach({testing::Send(kUpgraded + "so far"), testing::AwaitHalfClose()});
  const auto record = Run("  - {open: POST /attach, as: client}\n  - {read: client, until: end, within: 50ms}\n");
  ASSERT_EQ(record.readings.size(), 1u);
  EXPECT_FALSE(record.readings[0].found);
  EXPECT_EQ(record.readings[0].why, "deadline");
  EXPECT_EQ(record.readings[0].text, "so far");
  EXPECT_EQ(Named(record, "client").outcome, http::Outcome::kOpen) << "it was open when the case ended";
}

TEST_F(StepTest, SendTakesBytesAsTheyAre) {
  OnAttach({testing::Send(kUpgraded), testing::ExpectBytes(3), testing::Send("got it")});
  const auto record = Run(
      "  - {open: POST /attach, as: client}\n"
      "  - {send: client, bytes: " + Base64(std::string("\0\xff\n", 3)) + "}\n"
      "  - {read: client, until: end}\n");
  EXPECT_EQ(Named(record, "client").sent.kept, std::string("\0\xff\n", 3));
}

TEST_F(StepTest, CloseEndsAStreamFromOurSide) {
  OnAttach({testing::Send(kUpgraded), testing::AwaitHalfClose()});
  const auto record = Run("  - {open: POST /attach, as: client}\n  - close: client\n  - {call: GET /_ping, as: ping}\n");
  EXPECT_EQ(Named(record, "client").outcome, http::Outcome::kOpen);
  EXPECT_EQ(Named(record, "client").error, "");
  EXPECT_LE(Named(record, "client").times.ended, Named(record, "ping").times.started);
}

TEST_F(StepTest, StepsOnAStreamThatWasNeverOpenedAreSkipped) {
  const auto record = RunYaml(
      "matrix: {how: [a, b]}\n"
      "steps:\n"
      "  - {open: POST /attach, as: client, when: {how: b}}\n"
      "  - {send: client, text: hi}\n"
      "  - half-close: client\n"
      "  - {read: client, until: end}\n"
      "  - close: client\n"
      "observe: {x: \"${how}\"}\n",
      {{"how", "a"}});
  ASSERT_EQ(record.marks.size(), 4u);
  for (const auto& mark : record.marks) EXPECT_EQ(mark.what, "skipped: the stream client is not open");
  EXPECT_THAT(record.readings, IsEmpty());
}

TEST_F(StepTest, AnOpenThatIsRefusedIsAnAnswerLikeAnyOther) {
  fake_.On("POST /attach", Reply::Error(409, "not running"));
  const auto record = Run("  - {open: POST /attach, as: client}\n  - {read: client, until: end, as: rest}\n");
  EXPECT_EQ(Status(Named(record, "client")), 409);
  EXPECT_EQ(record.readings[0].text, "{\"message\":\"not running\"}");
}

TEST_F(StepTest, ASleepIsMarkedWithTheTimeItTook) {
  const auto record = Run("  - {sleep: 5ms}\n");
  const auto& mark = OnlyMark(record);
  EXPECT_EQ(mark.what, "sleep");
  EXPECT_GE(mark.ended - mark.started, 5'000'000);
}

TEST_F(StepTest, ASleepIsCutByTheCasesDeadline) {
  const auto record = Run("  - {sleep: 1h}\n", "deadline: 20ms\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kTimedOut);
  EXPECT_EQ(record.marks.size(), 1u);
}

TEST_F(StepTest, AnEventOfTheCaseIsAwaited) {
  fake_.On("POST /containers/*/start", [this](const SeenRequest& request) {
    fake_.Emit({{"Type", "container"}, {"Action", "die"}, {"Actor", {{"ID", FakeId(444)}}}});
    fake_.Emit({{"Type", "container"}, {"Action", "exec_die: sh"}, {"Actor", {{"ID", request.Part(2)}}}});
    fake_.Emit({{"Type", "container"}, {"Action", "die"}, {"Actor", {{"ID", request.Part(2)}}}});
    return Reply{204, "", {}, nullptr};
  });
  const auto record = Run(
      "  - {call: POST /containers/create, as: box, body: {}}\n"
      "  - {call: \"POST /containers/${box.body.Id}/start\"}\n"
      "  - {await-event: exec_die}\n"
      "  - {await-event: die}\n"
      "  - {await-event: die, count: 2, within: 10ms}\n");
  ASSERT_EQ(record.marks.size(), 3u);
  EXPECT_EQ(record.marks[0].what, "await-event exec_die");
  EXPECT_TRUE(record.marks[0].found);
  EXPECT_TRUE(record.marks[1].found);
  EXPECT_FALSE(record.marks[2].found) << "the stranger's does not count";
}

TEST_F(StepTest, ConcurrentCallsAreAllUnderWayBeforeAnyIsAnswered) {
  // Nobody is answered until three have come.
  const engine::Bell all_there;
  auto come = std::make_shared<std::atomic<int>>(0);
  fake_.On("GET /slow/*", [&, come](const SeenRequest& request) {
    if (++*come == 3) all_there.Ring();
    Reply reply;
    reply.takeover = [&, path = request.Part(2)](Peer& peer) {
      return peer.AwaitBell(all_there) && peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + path);
    };
    return reply;
  });
  const auto record = Run(
      "  - concurrently:\n"
      "      - {call: GET /slow/1, as: a}\n"
      "      - {call: GET /slow/2, as: b}\n"
      "      - {call: GET /slow/3, as: c}\n");
  EXPECT_EQ(Named(record, "a").response_body.kept, "1");
  EXPECT_EQ(Named(record, "b").response_body.kept, "2");
  EXPECT_EQ(Named(record, "c").response_body.kept, "3");
}

TEST_F(StepTest, AFloodIsRecordedByItsSizeAndItsBeginning) {
  constexpr size_t kSize = 3 << 20;
  Reply flood;
  flood.takeover = [](Peer& peer) {
    return peer.Send("HTTP/1.1 200 OK\r\n\r\n") && peer.Send(std::string(kSize, 'x'));
  };
  fake_.On("GET /flood", std::move(flood));
  const auto flooded = Named(Run("  - {call: GET /flood, as: flood}\n"), "flood");
  EXPECT_EQ(flooded.response_body.size, kSize);
  EXPECT_EQ(flooded.response_body.kept.size(), journal::kKeptBytes);
  EXPECT_EQ(flooded.outcome, http::Outcome::kAnswered);
}

// An engine of the case's own, whose tool is a script: it leads to the fake engine and notes what it is told.
class OwnEngineTest : public StepTest {
 protected:
  void SetUp() override {
    tool_ = folder_.Write("tool", "#!/bin/sh\ncase $1 in run) echo ready " + fake_.endpoint().Text() +
                                      "; cat;; start) echo no such luck; exit 1;; restart) sleep 60;;\n"
                                      "*) echo $1 $3 >> $0.told;; esac\n");
    chmod(tool_.c_str(), 0755);
    setenv("PLIMSOLL_ENGINE_TOOL", tool_.c_str(), 1);
  }
  void TearDown() override { unsetenv("PLIMSOLL_ENGINE_TOOL"); }

  journal::CaseRecord RunOnOwn(const std::string& steps, const std::string& head = "") {
    plan::Case plan_case{"area/test@docker-20.10",
                         LoadForTest("needs: [{disposable: true}]\n" + head + "steps:\n" + steps +
                                     "observe: {x: \"${events.actions}\"}\n"),
                         "docker-20.10", 0, Json::object()};
    if (!plan_case.scenario) return {};
    EngineUnderTest engine = EngineForTest(fake_, Harm::kDisposable);
    engine.private_name = "docker-20.10";
    auto session = EngineSession::OpenFresh(engine, {}, "run1", EngineUse::kOneCase, {.keep = true});
    if (!session) ADD_FAILURE() << session.error().Text();
    if (!session) return {};
    return CaseRunner(plan_case, **session, RunForTest(), &cancel_).Run();
  }

  testing::TempFolder folder_;
  std::string tool_;
};

TEST_F(OwnEngineTest, IsTreatedAsTheStepSays) {
  const auto record = RunOnOwn(
      "  - {engine: freeze}\n  - {engine: thaw}\n  - {engine: kill, as: killed}\n  - {engine: terminate}\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted) << record.reason;
  EXPECT_EQ(ReadFile(tool_ + ".told").value_or(""), "signal STOP\nsignal CONT\nend KILL\nend TERM\n");
  ASSERT_EQ(record.marks.size(), 4u);
  EXPECT_EQ(record.marks[2].what, "engine kill");
  EXPECT_EQ(record.marks[2].name, "killed");
  EXPECT_TRUE(record.marks[2].found);
}

TEST_F(OwnEngineTest, ThatTheCaseHasEndedIsNotAskedForEventsNorCleanedUp) {
  const auto record = RunOnOwn("  - {call: POST /containers/create, as: box, body: {}}\n  - {engine: kill}\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted) << record.reason;
  EXPECT_FALSE(record.events_complete);
  EXPECT_THAT(record.clean_up, IsEmpty());
  EXPECT_THAT(record.leftovers, IsEmpty());
}

TEST_F(OwnEngineTest, ThatWasThawedIsCleanedUpAsEver) {
  const auto record = RunOnOwn("  - {call: POST /containers/create, as: box, body: {}}\n  - {engine: freeze}\n  - {engine: thaw}\n");
  EXPECT_TRUE(record.events_complete);
  EXPECT_EQ(record.clean_up.size(), 1u);
}

TEST_F(OwnEngineTest, ThatDoesNotStartIsAHarnessErrorWithTheReason) {
  const auto record = RunOnOwn("  - {engine: kill}\n  - {engine: start, as: started}\n  - {call: GET /_ping, as: ping}\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kHarnessError);
  EXPECT_EQ(record.reason, "steps[1]: the engine could not start: no such luck");
  EXPECT_THAT(record.exchanges, IsEmpty());
}

TEST_F(OwnEngineTest, ThatTakesTooLongIsObservedAndTheNextStepIsTaken) {
  const auto record = RunOnOwn("  - {engine: restart, as: back, within: 20ms}\n  - {call: GET /_ping, as: ping}\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted) << record.reason;
  ASSERT_EQ(record.marks.size(), 1u);
  EXPECT_FALSE(record.marks[0].found);
  EXPECT_EQ(Status(Named(record, "ping")), 200);
}

}  // namespace
}  // namespace plimsoll::run
