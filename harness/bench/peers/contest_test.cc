// Who has which turn, and what is said of the times.
#include "bench/peers/contest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/child.h"
#include "bench/peers/external_client.h"
#include "bench/peers/stopwatch.h"

namespace plimsoll::bench::peers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Takes as long as it is told, and writes down its turns.
class Scripted : public Client {
 public:
  Scripted(std::string name, double seconds, std::vector<std::string>& turns)
      : name_(std::move(name)), seconds_(seconds), turns_(turns) {}
  std::string name() const override { return name_; }
  std::string version() const override { return "1"; }
  std::string Missing() const override { return missing; }
  bool Can(Task task) const override { return task != Task::kTcpPing || name_ == "wrk"; }
  Result<double> Do(Task, int64_t amount) override {
    turns_.push_back(name_);
    amounts.push_back(amount);
    if (--good < 0) return Fail(name_ + " fell over");
    return seconds_ * static_cast<double>(amount);
  }

  std::string missing;
  int good = 1'000;  // turns, then it fails
  std::vector<int64_t> amounts;

 private:
  std::string name_;
  double seconds_;
  std::vector<std::string>& turns_;
};

class Contest : public ::testing::Test {
 protected:
  Scripted& Add(const std::string& name, double seconds) {
    auto client = std::make_unique<Scripted>(name, seconds, turns_);
    Scripted& added = *client;
    clients_.push_back(std::move(client));
    return added;
  }
  std::vector<std::string> turns_;
  Clients clients_;
};

TEST_F(Contest, LetsNobodyAlwaysComeBehindTheSameOne) {
  Add("a", 1);
  Add("b", 2);
  Add("c", 3);
  const auto series = Compete(clients_, {Task::kLife, "life", "life", 3, 2, 1}, "engine");
  EXPECT_THAT(turns_, ElementsAre("a", "b", "c",  // to get warm
                                  "a", "b", "c", "c", "b", "a", "b", "c", "a"));
  ASSERT_THAT(series, SizeIs(3));
  EXPECT_THAT(series[1].rounds, ElementsAre(2, 2, 2)) << "seconds for one life, not for the turn's two";
}

TEST_F(Contest, GivesASlowClientFewerPingsInATurn) {
  Scripted& fast = Add("fast", 1e-9);
  Scripted& slow = Add("slow", 0.0099);
  Scripted& slowest = Add("slowest", 3);
  Compete(clients_, {Task::kPing, "ping", "ping", 1, 2'000, 1}, "engine");
  EXPECT_THAT(fast.amounts, ElementsAre(3, 2'000));
  EXPECT_THAT(slow.amounts, ElementsAre(3, 5));
  EXPECT_THAT(slowest.amounts, ElementsAre(3, 1));
}

TEST_F(Contest, GoesOnWithoutAClientThatIsMissingOrFails) {
  Add("a", 1);
  Add("b", 1).missing = "not installed: apt-get install b";
  Add("c", 1).good = 2;
  const auto series = Compete(clients_, {Task::kLife, "life", "life", 3, 1, 1}, "engine");
  EXPECT_EQ(series[0].trouble, "");
  EXPECT_THAT(series[0].rounds, SizeIs(3));
  EXPECT_EQ(series[1].trouble, "not installed: apt-get install b");
  EXPECT_THAT(series[1].rounds, IsEmpty());
  EXPECT_EQ(series[2].trouble, "c fell over");
  EXPECT_THAT(series[2].rounds, SizeIs(1));
}

TEST_F(Contest, LeavesOutWhoCannotDoTheTask) {
  Add("a", 1);
  Add("wrk", 1);
  EXPECT_THAT(Compete(clients_, {Task::kTcpPing, "tcp", "ping over TCP", 1, 1, 1}, "engine"), SizeIs(1));
}

TEST(FiguresOfPeers, AllowTheBareLoopATenthAndTheOthersNothing) {
  const std::vector<latency::PeerSeries> series{
      {"ping", "plimsoll", "1", "e", {1.05e-4, 1.05e-4, 1.05e-4}, ""},
      {"ping", "bare loop", "C calls", "e", {1e-4, 1e-4, 1e-4}, ""},
      {"ping", "libcurl", "7", "e", {1e-4, 1e-4, 1e-4}, ""},
      {"ping", "dockerode", "5", "e", {1e-3, 1.1e-4, 1e-4}, ""},
      {"ping", "docker-py", "6", "e", {}, "not installed"}};
  EXPECT_EQ(TableOf(FiguresOf(series)),
            "| figure | measured      | compared with               | ratio                  | goal    | met          |\n"
            "|--------|---------------|-----------------------------|------------------------|---------|--------------|\n"
            "| ping   | 105.0 us      | bare loop C calls: 100.0 us | 1.050 (1.050 to 1.050) | <= 1.10 | yes          |\n"
            "| ping   | 105.0 us      | libcurl 7: 100.0 us         | 1.050 (1.050 to 1.050) | <= 1.00 | NO           |\n"
            "| ping   | 105.0 us      | dockerode 5: 110.0 us       | 0.955 (0.105 to 1.050) | <= 1.00 | yes          |\n"
            "| ping   | not installed | docker-py 6                 | -                      | <= 1.00 | not measured |\n");
}

TEST(FiguresOfPeers, CallNoDifferenceWhatTheRoundsDoNotAgreeOn) {
  const std::vector<latency::PeerSeries> series{{"life", "plimsoll", "1", "e", {1.01, 1.02, 0.99}, ""},
                                                {"life", "libcurl", "7", "e", {1, 1, 1}, ""}};
  EXPECT_THAT(TableOf(FiguresOf(series)), HasSubstr("| no difference seen |"));
}

TEST(InFlightLives, AreAsManyAsWereAskedForAndEndWithTheFirstError) {
  std::atomic<int> lived{0};
  EXPECT_TRUE(InFlight(4, 10, [&](size_t) -> Status { return ++lived, Status(); }));
  EXPECT_EQ(lived, 10);
  const auto failed = InFlight(2, 5, [&](size_t) -> Status { return Fail("it died"); });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, "it died");
}

// A child that speaks as clients/*.js and *.py do.
Program Shell(const std::string& script) {
  return {.name = "shell", .command = {"sh", "-c", script}, .variables = {}, .remedy = "install a shell"};
}

TEST(ExternalClientTest, AsksAndTakesTheSecondsItIsTold) {
  ExternalClient client(Shell("echo ready 1.2; while read name amount; do echo 0.5 $amount; done"), {});
  EXPECT_EQ(client.Missing(), "");
  EXPECT_EQ(client.version(), "1.2");
  const auto seconds = client.Do(Task::kPing, 20);
  ASSERT_TRUE(seconds) << seconds.error().what;
  EXPECT_EQ(*seconds, 0.5);
}

TEST(ExternalClientTest, DoesNotTakeLessThanWasAskedFor) {
  ExternalClient client(Shell("echo ready 1; while read line; do echo 0.5 19; done"), {});
  const auto seconds = client.Do(Task::kPing, 20);
  ASSERT_FALSE(seconds);
  EXPECT_EQ(seconds.error().what, "shell answered '0.5 19' to 'ping 20'");
}

TEST(ExternalClientTest, HandsOnTrouble) {
  ExternalClient client(Shell("echo ready 1; read line; echo trouble no such image"), {});
  EXPECT_EQ(client.Do(Task::kLife, 1).error().what, "shell: no such image");
  EXPECT_FALSE(client.Do(Task::kLife, 1)) << "it has ended";
}

TEST(ExternalClientTest, SaysWhatIsMissingAndWhatToInstall) {
  const ExternalClient unwilling(Shell("echo Traceback; echo 'ImportError: no module'; exit 1"), {});
  EXPECT_EQ(unwilling.Missing(), "does not start (ImportError: no module): install a shell");
  Program absent = Shell("");
  absent.command = {"plimsoll-no-such-program"};
  EXPECT_EQ(ExternalClient(absent, {}).Missing(),
            "cannot start plimsoll-no-such-program: No such file or directory: install a shell");
}

TEST(RunChild, GivesItsWordsWhereItFails) {
  const auto run = RunToItsEnd({"sh", "-c", "echo no daemon >&2; exit 7"}, {});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().what, "sh ended with status 7: no daemon");
  const auto counted = RunToItsEnd({"sh", "-c", "printf '%s' \"$WORD\""}, {{"WORD", "abc"}});
  ASSERT_TRUE(counted);
  EXPECT_EQ(counted->bytes, 3u);
}

}  // namespace
}  // namespace plimsoll::bench::peers
