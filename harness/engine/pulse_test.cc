#include "engine/pulse.h"

#include <gtest/gtest.h>
#include <poll.h>

#include "testing/scripted_server.h"

namespace plimsoll::engine {
namespace {

using testing::Await;
using testing::ExpectHead;
using testing::ScriptedServer;
using testing::Scripts;
using testing::Send;

constexpr auto kLongEnough = std::chrono::milliseconds(50);
const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";

// Nothing rings when a silence has become long.
bool Becomes(const std::function<bool()>& condition) {
  const TimePoint limit = Now() + std::chrono::seconds(20);
  while (!condition() && Now() < limit) poll(nullptr, 0, 5);
  return condition();
}

TEST(Pulse, NotesNothingOfAnEngineThatAnswers) {
  const TimePoint begun = Now();
  const Bell asked_twice;
  ScriptedServer server(Scripts{{ExpectHead(), Send(kOk)}, {ExpectHead(), Ring(asked_twice), Send(kOk)}});
  const Pulse pulse(server.endpoint());
  Loop loop(nullptr);
  bool again = false;
  loop.Listen(&asked_twice);
  loop.Wait([&] { return std::exchange(again, true); }, Now() + std::chrono::seconds(20));
  EXPECT_EQ(pulse.LongestSilence(begun), Duration::zero());
}

TEST(Pulse, NotesASilenceWhileItLastsAndForWhatBeganBeforeItsEnd) {
  const TimePoint begun = Now();
  const Bell thaw;
  ScriptedServer server(Scripts{{ExpectHead(), Await(thaw), Send(kOk)}, {ExpectHead(), Send(kOk)}});
  const Pulse pulse(server.endpoint(), kLongEnough);
  EXPECT_TRUE(Becomes([&] { return pulse.LongestSilence(begun) >= kLongEnough; }));
  thaw.Ring();
  EXPECT_TRUE(Becomes([&] { return pulse.LongestSilence(Now()) == Duration::zero(); }));
  EXPECT_GE(pulse.LongestSilence(begun), kLongEnough);
}

TEST(Pulse, TakesAnEngineThatIsNotThereForSilent) {
  const TimePoint begun = Now();
  const testing::TempFolder folder;
  const Pulse pulse(*ParseEndpoint("unix://" + folder.File("no.sock"), {}), kLongEnough);
  EXPECT_TRUE(Becomes([&] { return pulse.LongestSilence(begun) >= kLongEnough; }));
}

TEST(Pulse, EndsWhileAPingIsUnanswered) {
  const Bell asked, never;
  ScriptedServer server(Scripts{{ExpectHead(), Ring(asked), Await(never)}});
  auto pulse = std::make_unique<Pulse>(server.endpoint());
  Loop loop(nullptr);
  bool again = false;
  loop.Listen(&asked);
  EXPECT_EQ(loop.Wait([&] { return std::exchange(again, true); }, Now() + std::chrono::seconds(20)), Loop::Woke::kCondition);
  pulse.reset();  // or the test hangs
}

}  // namespace
}  // namespace plimsoll::engine
