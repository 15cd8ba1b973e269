#include "run/queue.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "run/test_case.h"

namespace plimsoll::run {
namespace {

using ::testing::ElementsAre;

plan::Case CaseOf(const std::string& yaml, const std::string& id) { return {id, LoadForTest(yaml), "docker-20.10", 0, {}}; }

constexpr const char* kPlain = "steps: [{call: GET /x, as: got}]\nobserve: {x: \"${got.status}\"}\n";
constexpr const char* kOfSweep =
    "matrix: {a: [1, 2], b: [1, 2], c: [1, 2], combine: pairs}\nsteps: [{call: \"GET /x/${a}${b}${c}\", as: got}]\nobserve: {x: \"${got.status}\"}\n";

TEST(QueueTest, PutsWhatASweepNeedsNextBeforeAllElse) {
  const plan::Case sweep = CaseOf(kOfSweep, "sweep"), next = CaseOf(kOfSweep, "next"), other = CaseOf(kPlain, "other");
  std::vector<Cases> further = {{&next}, {}};
  Queue queue({&sweep, &other}, [&] {
    Cases more = further.front();
    further.erase(further.begin());
    return more;
  });
  std::vector<std::string> order;
  while (const plan::Case* one = queue.Next()) {
    order.push_back(one->id);
    queue.Ended(*one, {});
  }
  EXPECT_THAT(order, ElementsAre("sweep", "next", "other"));
}

TEST(QueueTest, GivesOutTheRestOfALongScenarioEarlyButNotAllAtOnce) {
  const auto slow = LoadForTest(kPlain), quick = LoadForTest(kPlain);
  std::vector<plan::Case> cases = {{"slow 0", slow, "docker-20.10", 0, {}}};
  for (int i = 1; i <= 5; ++i) cases.push_back({fmt::format("quick {}", i), quick, "docker-20.10", 0, {}});
  for (int i = 1; i <= 3; ++i) cases.push_back({fmt::format("slow {}", i), slow, "docker-20.10", 0, {}});
  Cases all;
  for (const plan::Case& each : cases) all.push_back(&each);
  Queue queue(all);
  std::vector<std::string> order;
  while (const plan::Case* one = queue.Next()) {
    order.push_back(one->id);
    queue.Ended(*one, one->scenario == slow ? Queue::kLong : Queue::kLong - Duration(1));
  }
  EXPECT_THAT(order, ElementsAre("slow 0", "quick 1", "quick 2", "quick 3", "slow 1", "quick 4", "quick 5", "slow 2", "slow 3"));
}

TEST(QueueTest, GivesOutTheLongestOfTheLongOnesFirst) {
  const auto longer = LoadForTest(kPlain), slow = LoadForTest(kPlain), quick = LoadForTest(kPlain);
  const auto numbered = [](const char* name, const auto& scenario, int n) {
    return plan::Case{fmt::format("{} {}", name, n), scenario, "docker-20.10", 0, {}};
  };
  std::vector<plan::Case> cases = {numbered("slow", slow, 0), numbered("longer", longer, 0)};
  for (int i = 1; i <= 2; ++i) cases.push_back(numbered("slow", slow, i));
  for (int i = 1; i <= 2; ++i) cases.push_back(numbered("longer", longer, i));
  for (int i = 1; i <= 3; ++i) cases.push_back(numbered("quick", quick, i));
  Cases all;
  for (const plan::Case& each : cases) all.push_back(&each);
  Queue queue(all);
  std::vector<std::string> order;
  while (const plan::Case* one = queue.Next()) {
    order.push_back(one->id);
    queue.Ended(*one, one->scenario == longer ? 2 * Queue::kLong : one->scenario == slow ? Queue::kLong : Duration(1));
  }
  EXPECT_THAT(order, ElementsAre("slow 0", "longer 0", "quick 1", "quick 2", "longer 1", "quick 3", "longer 2", "slow 1", "slow 2"));
}

TEST(AwaitedTest, WaitsForNothingWhereNothingWasAdded) {
  Awaited awaited;
  awaited.AwaitAll();
}

// Threads of the crew tell of cases of theirs while others are being added (which a build for TSan looks at).
TEST(AwaitedTest, EndsWithTheLastOfThoseThatWereAddedWhileOthersEnd) {
  const plan::Case first = CaseOf(kPlain, "first"), last = CaseOf(kPlain, "last"), other = CaseOf(kPlain, "other");
  Awaited awaited;
  std::atomic<bool> told_of_last = false;
  std::jthread others([&] {
    for (int i = 0; i < 1000; ++i) awaited.Ended(other);
  });
  awaited.Add({&first, &last});
  std::jthread ending([&] {
    awaited.Ended(first);
    awaited.Ended(other);
    told_of_last = true;
    awaited.Ended(last);
  });
  awaited.AwaitAll();
  EXPECT_TRUE(told_of_last);
}

}  // namespace
}  // namespace plimsoll::run
