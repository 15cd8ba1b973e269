// The client and the open calls against the server that is their floor, and against one that does not behave.
#include "bench/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/at_once.h"
#include "bench/open_calls.h"
#include "testing/scripted_server.h"

namespace plimsoll::bench {
namespace {

using ::testing::Each;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string Answer(const std::string& status, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::unique_ptr<AtOnce> Serving(std::vector<Canned> answers) {
  auto server = AtOnce::Start(std::move(answers));
  EXPECT_TRUE(server) << server.error().what;
  return std::move(*server);
}

TEST(ClientTest, GetsTheAnswersInTheirOrderAndThenFromTheFirstOn) {
  const auto server = Serving({{Answer("200 OK", "one")}, {Answer("201 Created", "two")}});
  Client client(server->endpoint(), nullptr);
  for (const char* body : {"one", "two", "one", "two"}) {
    const auto reply = client.Do({"POST", "/x", "{}", {}});
    ASSERT_TRUE(reply) << reply.error().what;
    EXPECT_EQ(reply->body, body);
    EXPECT_GT(reply->nanos(), 0);
  }
}

TEST(ClientTest, KeepsItsConnection) {
  const testing::ScriptedServer server(testing::Every{[](testing::Peer& peer) {
    for (;;) {
      if (!peer.ReadUntil([](const std::string& received) { return received.find("\r\n\r\n") != std::string::npos; })) return false;
      peer.Take(peer.received().size());
      if (!peer.Send("HTTP/1.1 204 No Content\r\n\r\n")) return false;
    }
  }});
  Client client(server.endpoint(), nullptr);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.Do({"GET", "/x", "", {}}));
  EXPECT_EQ(server.connections(), 1u);
  const auto anew = client.DoAnew({"GET", "/x", "", {}});
  ASSERT_TRUE(anew);
  EXPECT_GT(anew->times.connected, anew->began);
  EXPECT_EQ(server.connections(), 2u);
}

TEST(ClientTest, NamesTheCallTheStatusAndTheBodyOfAWrongAnswer) {
  const auto server = Serving({{Answer("409 Conflict", "{\"message\":\"in use\"}")}});
  Client client(server->endpoint(), nullptr);
  const auto refused = client.Do({"DELETE", "/containers/abc", "", {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, "DELETE /containers/abc answered 409: {\"message\":\"in use\"}");
  EXPECT_TRUE(client.Do({"DELETE", "/containers/abc", "", {204, 409}})) << "it is among those expected";
}

TEST(ClientTest, NamesTheCallThatGotNoAnswer) {
  const testing::ScriptedServer server(testing::Scripts{{testing::ExpectHead(), testing::Close()}});
  Client client(server.endpoint(), nullptr);
  const auto reply = client.Do({"GET", "/x", "", {}});
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().what, HasSubstr("GET /x: closed: "));
}

TEST(ClientTest, EndsItsWaitingWhenItIsInterrupted) {
  const engine::Bell never;
  const testing::ScriptedServer server(testing::Scripts{{testing::ExpectHead(), testing::Await(never)}});
  const engine::Bell cancel;
  cancel.Ring();
  Client client(server.endpoint(), &cancel);
  const auto reply = client.Do({"GET", "/x", "", {}});
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().what, HasSubstr("interrupted"));
}

TEST(ClientTest, AwaitsWhatACallMakesAlthoughItIsInterrupted) {
  const engine::Bell never;
  const testing::ScriptedServer server(
      testing::Scripts{{testing::ExpectHead(), testing::Send(Answer("201 Created", "{}")), testing::Await(never)}});
  const engine::Bell cancel;
  cancel.Ring();
  Client client(server.endpoint(), &cancel);
  const auto made = client.Do({"POST", "/v1.41/containers/create?name=x", "{}", {}});
  ASSERT_TRUE(made) << made.error().what;
  EXPECT_EQ(made->head.status, 201);
}

constexpr const char* kUpgraded = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
const std::string kFrame("\1\0\0\0\0\0\0\1x", 9);

TEST(StreamTest, CountsThePayloadAndEndsWithTheConnection) {
  const auto server = Serving({{kUpgraded + kFrame + kFrame, true}});
  Client client(server->endpoint(), nullptr);
  const auto stream = client.Open({"POST", "/attach", "", {}});
  ASSERT_TRUE(stream) << stream.error().what;
  ASSERT_TRUE((*stream)->AwaitEnd());
  EXPECT_EQ((*stream)->received(), 2u);
  EXPECT_EQ((*stream)->kept(), kFrame + kFrame);
  EXPECT_FALSE((*stream)->AwaitBytes(3)) << "there are no more to come";
}

TEST(StreamTest, ReturnsAByteThatWasSentThere) {
  const auto server = Serving({{kUpgraded, false, kFrame}});
  Client client(server->endpoint(), nullptr);
  const auto stream = client.Open({"POST", "/attach", "", {}});
  ASSERT_TRUE(stream) << stream.error().what;
  for (uint64_t i = 1; i <= 3; ++i) {
    (*stream)->Send("x");
    ASSERT_TRUE((*stream)->AwaitBytes(i));
    EXPECT_GT((*stream)->last_at(), 0);
  }
}

TEST(StreamTest, IsReadWhileItsClientWaitsForAnotherAnswer) {
  // The server does nothing else until all of it is taken.
  std::string much = kUpgraded;
  for (int i = 0; i < 1'000'000; ++i) much += kFrame;
  const auto server = Serving({{much, true}, {Answer("204 No Content", "")}});
  Client client(server->endpoint(), nullptr);
  const auto stream = client.Open({"POST", "/attach", "", {}});
  ASSERT_TRUE(stream) << stream.error().what;
  (*stream)->KeepNothing();
  ASSERT_TRUE(client.Do({"POST", "/start", "", {}}));
  ASSERT_TRUE((*stream)->AwaitEnd());
  EXPECT_EQ((*stream)->received(), 1'000'000u);
}

TEST(StreamTest, ThatWasRefusedSaysWhy) {
  const auto server = Serving({{Answer("404 Not Found", "no such container"), true}});
  Client client(server->endpoint(), nullptr);
  const auto stream = client.Open({"POST", "/attach", "", {}});
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().what, "POST /attach answered 404: no such container");
}

TEST(AnswerBytesTest, AreWhatCame) {
  http::ResponseHead head{"HTTP/1.1", 200, "OK", {{"Content-Length", "3"}}};
  EXPECT_EQ(AnswerBytes(head, "abc"), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
  head.headers = {{"Transfer-Encoding", "chunked"}};
  EXPECT_EQ(AnswerBytes(head, "abc"), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  EXPECT_EQ(AnswerBytes(head, ""), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
}

TEST(OpenCallsTest, AreAllAnsweredByTheServerThatAnswersAtOnce) {
  const auto server = Serving({{Answer("200 OK", "OK")}});
  OpenCalls calls(server->endpoint(), {"GET", "/_ping", "", {}}, nullptr);
  const auto run = RunOpenLoop(calls, {.rate = 5'000, .calls = 100});
  ASSERT_TRUE(run) << run.error().what;
  EXPECT_THAT(run->nanos, SizeIs(100));
  EXPECT_THAT(run->nanos, Each(Gt(0)));
}

TEST(OpenCallsTest, GoOnBesideOneThatIsNotAnswered) {
  const engine::Bell first, others;
  const testing::Act answer = testing::Send(Answer("200 OK", "OK"));
  // The first is answered when the second was.
  const testing::ScriptedServer server(testing::Scripts{{testing::ExpectHead(), testing::Await(others), answer, testing::Await(first)},
                                                        {testing::ExpectHead(), answer, testing::Ring(others), testing::Await(first)}});
  OpenCalls calls(server.endpoint(), {"GET", "/_ping", "", {}}, nullptr);
  const auto run = RunOpenLoop(calls, {.rate = 1'000, .calls = 2});
  ASSERT_TRUE(run) << run.error().what;
  EXPECT_THAT(run->nanos, SizeIs(2));
}

TEST(OpenCallsTest, NameTheCallThatFailed) {
  const auto server = Serving({{Answer("500 Oh", "no")}});
  OpenCalls calls(server->endpoint(), {"GET", "/_ping", "", {}}, nullptr);
  const auto run = RunOpenLoop(calls, {.rate = 1'000, .calls = 2});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().what, "GET /_ping answered 500: no");
}

}  // namespace
}  // namespace plimsoll::bench
