#include "engine/event_stream.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/scripted_server.h"

namespace plimsoll::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Await;
using testing::AwaitHalfClose;
using testing::ExpectHead;
using testing::ScriptedServer;
using testing::Scripts;
using testing::Send;

const std::string kHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";

std::string Event(const std::string& action, int64_t nano = 0) {
  return fmt::format("{{\"Action\":\"{}\",\"timeNano\":{}}}\n", action, nano);
}

bool Any(const Json&) { return true; }

std::vector<std::string> Actions(const std::vector<ReceivedEvent>& events) {
  std::vector<std::string> actions;
  for (const ReceivedEvent& event : events) actions.push_back(GetString(event.body, "Action"));
  return actions;
}

// Waits until so many events fit; gives all of them.
std::vector<std::string> AwaitActions(const EventStream::Listening& listening, size_t count,
                                      const std::function<bool(const Json&)>& wanted = Any) {
  const Bell bell;
  Loop loop(nullptr);
  loop.Listen(&bell);
  EventStream::Watch watch(listening, wanted, &bell);
  const auto woke = loop.Wait([&] { return watch.Count() >= count; },
                              Now() + std::chrono::minutes(2));
  EXPECT_EQ(woke, Loop::Woke::kCondition);
  return Actions(listening.Matching(wanted));
}

TEST(EventStream, JoinsLinesThatComeInPieces) {
  const Bell listens, next;
  ScriptedServer server(Scripts{{ExpectHead(), Await(listens), Send(kHead + "{\"Action\":\"cre"), Await(next),
                          Send("ate\"}\n\n{\"Action\":\"start\"}\r\nrubbish\n[1]\n{\"Action\":\"die\"}\n{\"Acti"),
                          AwaitHalfClose()}});
  EventStream stream(server.endpoint());
  const EventStream::Listening listening(&stream);
  listens.Ring();
  next.Ring();
  EXPECT_THAT(AwaitActions(listening, 3), ElementsAre("create", "start", "die"));
}

TEST(EventStream, StampsEventsAsTheyCome) {
  const Bell listens;
  ScriptedServer server(Scripts{{ExpectHead(), Await(listens), Send(kHead + Event("a") + Event("b")), AwaitHalfClose()}});
  EventStream stream(server.endpoint());
  const EventStream::Listening listening(&stream);
  const int64_t before = Nanos(Now());
  listens.Ring();
  AwaitActions(listening, 2);
  for (const ReceivedEvent& event : listening.Matching(Any)) {
    EXPECT_GE(event.received, before);
    EXPECT_LE(event.received, Nanos(Now()));
  }
}

TEST(EventStream, GivesAListenerItsOwnEventsSinceItCame) {
  const Bell first, second;
  ScriptedServer server(Scripts{{ExpectHead(), Await(first), Send(kHead + Event("old")), Await(second), Send(Event("new")),
                          AwaitHalfClose()}});
  EventStream stream(server.endpoint());
  const EventStream::Listening before(&stream);
  first.Ring();
  AwaitActions(before, 1);
  const EventStream::Listening after(&stream);
  second.Ring();
  EXPECT_THAT(AwaitActions(after, 1), ElementsAre("new"));
  EXPECT_THAT(AwaitActions(before, 2), ElementsAre("old", "new"));
  const auto is_old = [](const Json& body) { return GetString(body, "Action") == "old"; };
  EXPECT_THAT(Actions(before.Matching(is_old)), ElementsAre("old"));
  EXPECT_THAT(Actions(after.Matching(is_old)), IsEmpty());
}

TEST(EventStream, WakesOnlyWhoWatchesAndLooksAtEachEventOnce) {
  const Bell first, second, watched, idle;
  ScriptedServer server(Scripts{{ExpectHead(), Await(first), Send(kHead + Event("a") + Event("b")), Await(second), Send(Event("a")),
                          AwaitHalfClose()}});
  EventStream stream(server.endpoint());
  const EventStream::Listening listening(&stream);
  size_t looks = 0;
  const auto is_a = [&](const Json& event) {
    ++looks;
    return GetString(event, "Action") == "a";
  };
  Loop loop(nullptr);
  loop.Listen(&watched);
  EventStream::Watch watch(listening, is_a, &watched);
  { const EventStream::Watch over(listening, Any, &idle); }
  const auto limit = Now() + std::chrono::minutes(2);
  first.Ring();
  EXPECT_EQ(loop.Wait([&] { return watch.Count() == 1; }, limit), Loop::Woke::kCondition);
  second.Ring();
  EXPECT_EQ(loop.Wait([&] { return watch.Count() == 2; }, limit), Loop::Woke::kCondition);
  EXPECT_EQ(looks, 3U);
  EXPECT_FALSE(idle.rung());
  EXPECT_EQ(EventStream::Watch(listening, Any, &idle).Count(), 3U) << "what came before it counts, too";
}

TEST(EventStream, SubscribesAgainFromTheLastEventAndRepeatsNone) {
  const Bell listens;
  ScriptedServer server(Scripts{{ExpectHead(), Await(listens), Send(kHead + Event("a", 7'000'000'001) + Event("b", 7'000'000'002))},
                         {ExpectHead(), Send(kHead + Event("b", 7'000'000'002) + Event("c", 7'000'000'003)), AwaitHalfClose()}});
  {
    EventStream stream(server.endpoint());
    const EventStream::Listening listening(&stream);
    listens.Ring();
    EXPECT_THAT(AwaitActions(listening, 3), ElementsAre("a", "b", "c"));
  }
  EXPECT_THAT(server.Received(0), HasSubstr("GET /events?since="));
  EXPECT_THAT(server.Received(1), HasSubstr("GET /events?since=7.000000002 HTTP/1.1\r\n"));
}

// As podman does when it cuts the file of its events.
TEST(EventStream, DoesNotCountWhatIsToldAgain) {
  const Bell listens, watched;
  const std::string create = Event("create", 1), start = Event("start", 2);
  ScriptedServer server(Scripts{{ExpectHead(), Await(listens), Send(kHead + create + start + Event("die")),
                          Send(create + start + Event("start", 3) + Event("die") + start), AwaitHalfClose()}});
  EventStream stream(server.endpoint());
  const EventStream::Listening listening(&stream);
  listens.Ring();
  Loop loop(nullptr);
  loop.Listen(&watched);
  EventStream::Watch watch(listening, [](const Json& event) { return GetString(event, "Action") == "start"; }, &watched);
  const auto all_came = [&] { return listening.Matching(Any).size() == 8; };
  EXPECT_EQ(loop.Wait(all_came, Now() + std::chrono::minutes(2)), Loop::Woke::kCondition);
  EXPECT_EQ(watch.Count(), 2U);
  std::vector<bool> again;
  for (const ReceivedEvent& event : listening.Matching(Any)) again.push_back(event.again);
  EXPECT_THAT(again, ElementsAre(false, false, false, true, true, false, false, true));
}

TEST(EventStream, ForgetsTheLineThatAnEndedStreamLeftUnfinished) {
  const Bell listens;
  ScriptedServer server(Scripts{{ExpectHead(), Await(listens), Send(kHead + Event("a", 1) + "{\"Action\":")},
                         {ExpectHead(), Send(kHead + Event("b", 2)), AwaitHalfClose()}});
  EventStream stream(server.endpoint());
  const EventStream::Listening listening(&stream);
  listens.Ring();
  EXPECT_THAT(AwaitActions(listening, 2), ElementsAre("a", "b"));
}

TEST(EventStream, SaysWhereMoreCameThanIsKept) {
  const Bell listens;
  std::string flood;
  for (int i = 0; i < 10; ++i) flood += "{\"Action\":\"pull\",\"x\":\"" + std::string(1'000'000, 'x') + "\"}\n";
  ScriptedServer server(Scripts{
      {ExpectHead(), Await(listens), Send(kHead + Event("create") + flood + Event("die")), AwaitHalfClose()}});
  EventStream stream(server.endpoint());
  const EventStream::Listening listening(&stream);
  EXPECT_TRUE(listening.complete());
  listens.Ring();
  const auto is_die = [](const Json& event) { return GetString(event, "Action") == "die"; };
  EXPECT_THAT(AwaitActions(listening, 1, is_die), ElementsAre("die"));
  EXPECT_FALSE(listening.complete());
  EXPECT_THAT(Actions(listening.Matching(Any)), ::testing::Not(::testing::Contains("create")));
  const EventStream::Listening later(&stream);
  EXPECT_TRUE(later.complete()) << "nothing that it could have heard is lost";
}

TEST(EventStream, EndsAtOnceWhateverTheEngineDoes) {
  ScriptedServer silent(Scripts{{AwaitHalfClose()}});
  { EventStream stream(silent.endpoint()); }
  Endpoint nowhere;
  nowhere.path = "/nonexistent/engine.sock";
  { EventStream stream(nowhere); }
}

}  // namespace
}  // namespace plimsoll::engine
