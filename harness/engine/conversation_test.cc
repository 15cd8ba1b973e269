// Connection, Conversation and Loop against a server that does what no honest engine does.
#include "engine/conversation.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "engine/loop.h"
#include "testing/scripted_server.h"

namespace plimsoll::engine {
namespace {

using http::Outcome;
using testing::ScriptedServer;
using testing::Scripts;
using ::testing::HasSubstr;
using ::testing::StartsWith;

using testing::Await;
using testing::AwaitHalfClose;
using testing::ExpectHead;
using testing::ExpectText;
using testing::Ring;
using testing::Send;

// Far beyond what any test takes: where it passes, something hangs.
TimePoint Limit() { return Now() + std::chrono::seconds(20); }

const std::string kGet = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";

// One conversation with what its sink was told.
class Talk {
 public:
  explicit Talk(const ScriptedServer& server, std::string wire = kGet, std::string_view method = "GET")
      : Talk(Open(server), std::move(wire), method) {}

  Talk(std::unique_ptr<Connection> connection, std::string wire, std::string_view method = "GET")
      : conversation(std::move(connection), std::move(wire), method, {}, SinkHere()) {
    loop.Add(&conversation);
    conversation.Pump();
  }

  static std::unique_ptr<Connection> Open(const ScriptedServer& server) {
    auto connection = Connection::Open(server.endpoint(), Limit());
    if (!connection) ADD_FAILURE() << connection.error().text;
    return connection ? std::move(*connection) : nullptr;
  }

  Outcome ToEnd() {
    EXPECT_EQ(loop.Wait([this] { return conversation.done(); }, Limit()), Loop::Woke::kCondition);
    return conversation.outcome();
  }
  void Until(const std::string& text) {
    EXPECT_EQ(loop.Wait([&] { return received.find(text) != received.npos; }, Limit()), Loop::Woke::kCondition)
        << text << " did not come, but " << received;
  }

  std::string received, sent;
  std::vector<int64_t> times;
  int half_closes = 0;
  Loop loop{nullptr};
  Conversation conversation;

 private:
  Conversation::Sink SinkHere() {
    return {[this](std::string_view bytes, int64_t at) { received += bytes, times.push_back(at); },
            [this](std::string_view bytes, int64_t at) { sent += bytes, times.push_back(at); },
            [this](int64_t at) { ++half_closes, times.push_back(at); }};
  }
};

Scripts One(testing::Script script) {
  Scripts scripts;
  scripts.push_back(std::move(script));
  return scripts;
}

TEST(Conversation, BringsAnAnswerOfStatedLength) {
  ScriptedServer server(One({ExpectHead(), Send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), AwaitHalfClose()}));
  Talk talk(server);
  EXPECT_EQ(talk.ToEnd(), Outcome::kAnswered);
  EXPECT_EQ(talk.received, "hello");
  EXPECT_EQ(talk.conversation.parser().head().status, 200);
  EXPECT_EQ(talk.conversation.error(), "");
  const auto& times = talk.conversation.times();
  EXPECT_GT(times.sent, 0);
  EXPECT_LE(times.sent, times.first_byte);
  EXPECT_LE(times.first_byte, times.head);
  EXPECT_LE(times.head, times.ended);
}

TEST(Conversation, SendsExactlyTheBytesOfTheRequest) {
  ScriptedServer server(One({ExpectText("end")}));
  Talk talk(server, "BREW /pot HTCPCP/1.0\r\nbroken header\r\n\r\n\r\nend");
  talk.ToEnd();
  EXPECT_EQ(server.Received(0), "BREW /pot HTCPCP/1.0\r\nbroken header\r\n\r\n\r\nend");
}

TEST(Conversation, TakesTheChunksAwayHoweverTheyAreCut) {
  const Bell next;
  ScriptedServer server(One({ExpectHead(), Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"),
                             Await(next), Send("lo\r\n1"), Send("\r\n \r\n5;x=y\r\nworld\r\n0\r\n\r\n"), AwaitHalfClose()}));
  Talk talk(server);
  talk.Until("hel");
  next.Ring();
  EXPECT_EQ(talk.ToEnd(), Outcome::kAnswered);
  EXPECT_EQ(talk.received, "hello world");
}

TEST(Conversation, EndsABodyOfNoStatedLengthWithTheConnection) {
  ScriptedServer server(One({ExpectHead(), Send("HTTP/1.1 200 OK\r\n\r\nall of it")}));
  Talk talk(server);
  EXPECT_EQ(talk.ToEnd(), Outcome::kAnswered);
  EXPECT_EQ(talk.received, "all of it");
  EXPECT_EQ(talk.conversation.TakeConnection(), nullptr);
}

TEST(Conversation, CarriesAHijackedStreamBothWaysAndBeyondTheHalfClose) {
  ScriptedServer server(One({ExpectHead(), Send("HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\nready"), ExpectText("ping"),
                             Send("pong"), AwaitHalfClose(), Send("after the end")}));
  Talk talk(server, "POST /attach HTTP/1.1\r\nUpgrade: tcp\r\n\r\n", "POST");
  talk.Until("ready");
  talk.conversation.Queue("ping");
  talk.Until("pong");
  EXPECT_FALSE(talk.conversation.done());
  talk.conversation.HalfClose();
  EXPECT_EQ(talk.ToEnd(), Outcome::kAnswered);
  EXPECT_EQ(talk.received, "readypongafter the end");
  EXPECT_EQ(talk.sent, "ping") << "the request itself is no stream";
  EXPECT_EQ(talk.half_closes, 1);
  EXPECT_TRUE(std::ranges::is_sorted(talk.times));
}

TEST(Conversation, SendsNothingAfterItsHalfClose) {
  ScriptedServer server(One({ExpectHead(), Send("HTTP/1.1 101 UPGRADED\r\n\r\n"), AwaitHalfClose()}));
  Talk talk(server);
  talk.loop.Wait([&] { return talk.conversation.has_head(); }, Limit());
  talk.conversation.Queue("before");
  talk.conversation.HalfClose();
  talk.conversation.HalfClose();
  talk.conversation.Queue("after");
  talk.ToEnd();
  EXPECT_EQ(server.Received(0), kGet + "before");
  EXPECT_EQ(talk.half_closes, 1);
}

// More than the socket's buffers hold, while the peer reads nothing at first.
TEST(Conversation, HalfClosesOnlyAfterAllThatWasQueuedIsSent) {
  const Bell read;
  const std::string much(4 << 20, 'x');
  ScriptedServer server(One({ExpectHead(), Send("HTTP/1.1 101 UPGRADED\r\n\r\ngo"), Await(read), AwaitHalfClose(), Send("done")}));
  Talk talk(server);
  talk.Until("go");
  talk.conversation.Queue(much);
  talk.conversation.HalfClose();
  EXPECT_EQ(talk.half_closes, 0);
  EXPECT_FALSE(talk.conversation.queue_empty());
  read.Ring();
  EXPECT_EQ(talk.ToEnd(), Outcome::kAnswered);
  EXPECT_EQ(talk.received, "godone");
  EXPECT_EQ(talk.sent.size(), much.size());
  EXPECT_EQ(server.Received(0).size(), kGet.size() + much.size());
}

struct Lie {
  std::string name;
  std::string bytes;
  Outcome outcome;
  std::string error;
  std::string body;
};

class LyingEngine : public ::testing::TestWithParam<Lie> {};

TEST_P(LyingEngine, IsRecordedWithWhatItDid) {
  ScriptedServer server(One({ExpectHead(), Send(GetParam().bytes)}));
  Talk talk(server);
  EXPECT_EQ(talk.ToEnd(), GetParam().outcome);
  EXPECT_THAT(talk.conversation.error(), HasSubstr(GetParam().error));
  EXPECT_EQ(talk.received, GetParam().body);
  EXPECT_GT(talk.conversation.times().ended, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Table, LyingEngine,
    ::testing::Values(Lie{"Silent", "", Outcome::kClosed, "closed without an answer", ""},
                      Lie{"TornStatusLine", "HTTP/1.", Outcome::kClosed, "", ""},
                      Lie{"TornHead", "HTTP/1.1 200 OK\r\nContent-Le", Outcome::kClosed, "", ""},
                      Lie{"ShortBody", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", Outcome::kClosed,
                          "closed after 4 of 100 bytes of the body", "half"},
                      Lie{"TornChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhalf", Outcome::kClosed,
                          "", "half"},
                      Lie{"NoHttp", "SSH-2.0-OpenSSH_9.2\r\n\r\n", Outcome::kMalformed, "", ""},
                      Lie{"BadChunkSize", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                          Outcome::kMalformed, "", ""},
                      Lie{"EndlessHead", "HTTP/1.1 200 OK\r\nX: " + std::string(300 * 1024, 'a'), Outcome::kMalformed,
                          "", ""}),
    [](const auto& lie) { return lie.param.name; });

TEST(Conversation, TakesAnAnswerThatCameBeforeItsRequestWasRead) {
  ScriptedServer server(One({ExpectHead(), Send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!"), testing::Close()}));
  Talk talk(server, "POST /build HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n" + std::string(9'000'000, 'x'), "POST");
  EXPECT_EQ(talk.ToEnd(), Outcome::kAnswered) << talk.conversation.error();
  EXPECT_EQ(talk.conversation.parser().head().status, 413);
  EXPECT_EQ(talk.received, "no!");
  EXPECT_EQ(talk.conversation.TakeConnection(), nullptr) << "half a request is still in it";
}

TEST(Conversation, TellsAResetFromAnEnd) {
  const Bell read;
  ScriptedServer server(One({ExpectHead(), Send("HTTP/1.1 101 UPGRADED\r\n\r\n"), Await(read), testing::Reset()}));
  Talk talk(server);
  talk.loop.Wait([&] { return talk.conversation.has_head(); }, Limit());
  talk.conversation.Queue("never read");
  read.Ring();
  EXPECT_EQ(talk.ToEnd(), Outcome::kClosed);
  EXPECT_EQ(talk.conversation.error(), "the connection broke: Connection reset by peer");
}

TEST(Conversation, IsStoppedFromOurSideOnlyOnce) {
  ScriptedServer server(One({AwaitHalfClose()}));
  Talk talk(server);
  talk.conversation.Stop(Outcome::kTimedOut, "too late");
  talk.conversation.Stop(Outcome::kOpen, "again");
  EXPECT_EQ(talk.conversation.outcome(), Outcome::kTimedOut);
  EXPECT_EQ(talk.conversation.error(), "too late");
  EXPECT_EQ(talk.conversation.PollEvents(), 0);
  server.Received(0);  // comes back: the connection is closed
}

TEST(Conversation, GivesItsConnectionToTheNext) {
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
  ScriptedServer server(One({ExpectHead(), Send(answer + "a."), ExpectText("GET /second"), Send(answer + "b."), AwaitHalfClose()}));
  Talk first(server);
  first.ToEnd();
  auto connection = first.conversation.TakeConnection();
  ASSERT_NE(connection, nullptr);
  Talk second(std::move(connection), "GET /second HTTP/1.1\r\n\r\n");
  EXPECT_EQ(second.ToEnd(), Outcome::kAnswered);
  EXPECT_EQ(second.received, "b.");
  EXPECT_EQ(server.connections(), 1u);
}

TEST(Conversation, GivesNobodyAConnectionOnWhichMoreCameThanWasAsked) {
  ScriptedServer server(One({ExpectHead(), Send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 500 Un"), AwaitHalfClose()}));
  Talk talk(server);
  EXPECT_EQ(talk.ToEnd(), Outcome::kAnswered);
  EXPECT_EQ(talk.received, "a");
  EXPECT_EQ(talk.conversation.TakeConnection(), nullptr);
}

TEST(Conversation, KeepsAConnectionToItselfThatTheEngineWillClose) {
  ScriptedServer server(One({ExpectHead(), Send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")}));
  Talk talk(server);
  EXPECT_EQ(talk.ToEnd(), Outcome::kAnswered);
  EXPECT_EQ(talk.conversation.TakeConnection(), nullptr);
}

TEST(Connection, ToNobodyIsRefusedWithTheAddress) {
  Endpoint nowhere;
  nowhere.path = "/nonexistent/engine.sock";
  const auto connection = Connection::Open(nowhere, Limit());
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().outcome, Outcome::kRefused);
  EXPECT_THAT(connection.error().text, StartsWith("cannot connect to unix:///nonexistent/engine.sock: "));
}

// Or a client that leaves would not have left for as long as an engine runs that was started meanwhile.
TEST(Connection, IsNotInheritedByAProgramThatIsStartedMeanwhile) {
  ScriptedServer server(One({AwaitHalfClose()}));
  const auto connection = Talk::Open(server);
  EXPECT_EQ(fcntl(connection->fd(), F_GETFD), FD_CLOEXEC);
}

TEST(Loop, EndsAtItsDeadline) {
  ScriptedServer server(One({AwaitHalfClose()}));
  Talk talk(server);
  const TimePoint deadline = Now() + std::chrono::milliseconds(5);
  EXPECT_EQ(talk.loop.Wait([&] { return talk.conversation.done(); }, deadline), Loop::Woke::kDeadline);
  EXPECT_GE(Now(), deadline);
}

TEST(Loop, LooksAtItsConditionFirst) {
  const Bell cancel;
  cancel.Ring();
  Loop loop(&cancel);
  EXPECT_EQ(loop.Wait([] { return true; }, Now() - std::chrono::seconds(1)), Loop::Woke::kCondition);
}

TEST(Loop, IsWokenByTheCancelBellFromAnotherThread) {
  const Bell cancel, waiting;
  Loop loop(&cancel);
  std::jthread ringer([&] {
    Loop here(&waiting);
    here.Wait([] { return false; }, Limit());
    cancel.Ring();
  });
  const auto woke = loop.Wait(
      [&] {
        waiting.Ring();
        return false;
      },
      Limit());
  EXPECT_EQ(woke, Loop::Woke::kCancelled);
  EXPECT_EQ(loop.Wait([] { return false; }, Limit()), Loop::Woke::kCancelled) << "it stays rung";
  loop.IgnoreCancel();
  EXPECT_EQ(loop.Wait([] { return false; }, Now() + std::chrono::milliseconds(1)), Loop::Woke::kDeadline);
}

TEST(Loop, LooksAgainWhenItsBellRings) {
  const Bell bell;
  Loop loop(nullptr);
  loop.Listen(&bell);
  std::atomic<bool> ready = false;
  std::jthread ringer([&] {
    ready = true;
    bell.Ring();
  });
  EXPECT_EQ(loop.Wait([&] { return ready.load(); }, Limit()), Loop::Woke::kCondition);
}

TEST(Loop, WaitsInTheReadOfAnAnswerNoLongerThanAnInterruptMayTake) {
  ScriptedServer server(Scripts{{ExpectHead(), AwaitHalfClose()}});
  Talk talk(server);
  EXPECT_TRUE(talk.conversation.just_asked());
  talk.conversation.AwaitAnswer();  // returns, although no answer comes
  EXPECT_FALSE(talk.conversation.just_asked()) << "once";
  EXPECT_FALSE(talk.conversation.done());
}

TEST(Loop, ReadsTheAnswerThatCameWhileItWaitedInTheRead) {
  ScriptedServer server(Scripts{{ExpectHead(), Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")}});
  Talk talk(server);
  for (int i = 0; i < 1000 && !talk.conversation.done(); ++i) talk.conversation.AwaitAnswer();
  EXPECT_EQ(talk.conversation.outcome(), Outcome::kAnswered);
  EXPECT_EQ(talk.received, "ok");
}

TEST(Loop, DoesNotReadWhatCameOfARequestOnceItIsCancelled) {
  const Bell cancel, answered;
  ScriptedServer server(Scripts{{ExpectHead(), Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), Ring(answered), AwaitHalfClose()}});
  Talk talk(server);
  Loop until_answered(nullptr);
  bool there = false;
  until_answered.Listen(&answered);
  until_answered.Wait([&] { return std::exchange(there, true); }, Limit());
  Loop loop(&cancel);
  loop.Add(&talk.conversation);
  cancel.Ring();
  EXPECT_EQ(loop.Wait([&] { return talk.conversation.done(); }, Limit()), Loop::Woke::kCancelled);
  EXPECT_FALSE(talk.conversation.done());
}

TEST(Loop, KeepsToADeadlineThatIsShorterThanAReadMayWait) {
  ScriptedServer server(Scripts{{ExpectHead(), AwaitHalfClose()}});
  Talk talk(server);
  EXPECT_EQ(talk.loop.Wait([&] { return talk.conversation.done(); }, Now() + std::chrono::milliseconds(1)), Loop::Woke::kDeadline);
  EXPECT_TRUE(talk.conversation.just_asked()) << "it did not wait in the read";
}

TEST(Loop, PumpsAllConversationsWhileItWaitsForOne) {
  const Bell first_read;
  ScriptedServer server(Scripts{{ExpectHead(), Send("HTTP/1.1 101 UPGRADED\r\n\r\nfirst"), AwaitHalfClose()},
                         {ExpectHead(), Await(first_read), Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")}});
  Talk first(server);
  Talk second(server);
  Loop loop(nullptr);
  loop.Add(&first.conversation);
  loop.Add(&second.conversation);
  const auto condition = [&] {
    if (first.received == "first") first_read.Ring();
    return second.conversation.done();
  };
  EXPECT_EQ(loop.Wait(condition, Limit()), Loop::Woke::kCondition);
  EXPECT_EQ(first.received, "first");
}

}  // namespace
}  // namespace plimsoll::engine
