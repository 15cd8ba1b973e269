#include "run/queue.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
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

TEST(QueueTest, LeavesThoseThatShareWhatIsGivenTogether) {
  const std::string shared = "given: [{call: GET /x, as: made}]\n" + std::string(kPlain);
  const auto scenario = LoadForTest(shared);
  const plan::Case a{"a", scenario, "docker-20.10", 0, {}}, b{"b", scenario, "docker-20.10", 0, {}}, other = CaseOf(kPlain, "other");
  Queue queue({&a, &b, &other});
  std::vector<std::string> order;
  while (const plan::Case* one = queue.Next()) {
    order.push_back(one->id);
    queue.Ended(*one, Queue::kLong);
  }
  EXPECT_THAT(order, ElementsAre("a", "b", "other"));
}

TEST(QueueTest, PassesOverWhatHasToWaitAsLongAsThereIsSomethingElse) {
  const plan::Case a = CaseOf(kPlain, "a1"), b = CaseOf(kPlain, "a2"), c = CaseOf(kPlain, "b");
  Queue queue({&a, &b, &c}, {}, [](const plan::Case& plan_case) { return plan_case.id.starts_with("a"); });
  std::vector<std::string> order;
  while (const plan::Case* one = queue.Next()) order.push_back(one->id);
  EXPECT_THAT(order, ElementsAre("b", "a1", "a2"));
}

// "slow 1", "slow 2" ...: so many cases of one scenario, numbered on from `first`.
void AddNumbered(const std::string& name, const std::shared_ptr<const scenario::Scenario>& scenario, int first, int count,
                 std::vector<plan::Case>& cases) {
  for (int i = first; i < first + count; ++i) cases.push_back({fmt::format("{} {}", name, i), scenario, "docker-20.10", 0, {}});
}

// In the order in which they are given out, one at a time; of the others each case takes a moment.
std::vector<std::string> WorkedOff(const std::vector<plan::Case>& cases,
                                   const std::map<std::shared_ptr<const scenario::Scenario>, Duration>& takes) {
  Cases all;
  for (const plan::Case& each : cases) all.push_back(&each);
  Queue queue(all);
  std::vector<std::string> order;
  while (const plan::Case* one = queue.Next()) {
    order.push_back(one->id);
    const auto known = takes.find(one->scenario);
    queue.Ended(*one, known == takes.end() ? Queue::kLong - Duration(1) : known->second);
  }
  return order;
}

TEST(QueueTest, GivesOutTheRestOfALongScenarioEarlyButNotAllAtOnce) {
  const auto slow = LoadForTest(kPlain), quick = LoadForTest(kPlain);
  std::vector<plan::Case> cases;
  AddNumbered("slow", slow, 0, 1, cases);
  AddNumbered("quick", quick, 1, 5, cases);
  AddNumbered("slow", slow, 1, 3, cases);
  EXPECT_THAT(WorkedOff(cases, {{slow, Queue::kLong}}),
              ElementsAre("slow 0", "quick 1", "quick 2", "quick 3", "slow 1", "quick 4", "quick 5", "slow 2", "slow 3"));
}

TEST(QueueTest, GivesOutTheLongestOfTheLongOnesFirst) {
  const auto longer = LoadForTest(kPlain), slow = LoadForTest(kPlain), quick = LoadForTest(kPlain);
  std::vector<plan::Case> cases;
  AddNumbered("slow", slow, 0, 1, cases);
  AddNumbered("longer", longer, 0, 1, cases);
  AddNumbered("slow", slow, 1, 2, cases);
  AddNumbered("longer", longer, 1, 2, cases);
  AddNumbered("quick", quick, 1, 3, cases);
  EXPECT_THAT(WorkedOff(cases, {{slow, Queue::kLong}, {longer, 2 * Queue::kLong}}),
              ElementsAre("slow 0", "longer 0", "quick 1", "quick 2", "longer 1", "quick 3", "longer 2", "slow 1", "slow 2"));
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
