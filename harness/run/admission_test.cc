#include "run/admission.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace plimsoll::run {
namespace {

// Processors that were so busy in each stretch; counts how often they were looked at.
struct Processors {
  explicit Processors(uint64_t busy) : percent(busy) {}
  ProcessorTimes operator()() {
    const uint64_t stretches = ++looks;
    return {percent * stretches, 100 * stretches};
  }
  const uint64_t percent;
  std::atomic<uint64_t> looks = 0;
};

TEST(Admission, LetsMoreInAsLongAsTheProcessorsHaveTimeLeft) {
  Processors processors(97);
  Admission admission(1, std::ref(processors));
  for (int i = 0; i < 4; ++i) admission.Enter();  // would not return
  EXPECT_EQ(processors.looks, 4u) << "as the first stretch begins, and once for each above the least";
}

TEST(Admission, LetsInNoMoreThanTheLeastWhileTheyHaveNone) {
  Processors processors(98);
  Admission admission(2, std::ref(processors));
  admission.Enter();
  admission.Enter();
  EXPECT_EQ(processors.looks, 0u) << "the least need no look";
  std::atomic<bool> entered = false;
  std::jthread third([&] {
    admission.Enter();
    entered = true;
  });
  while (processors.looks < 3) std::this_thread::yield();  // the first look of its own was in vain
  EXPECT_FALSE(entered);
  admission.Leave();
  third.join();
  EXPECT_TRUE(entered);
}

TEST(Admission, LetsAllInWhereNothingIsKnownOfTheProcessors) {
  int looks = 0;
  Admission admission(1, [&] {
    ++looks;
    return ProcessorTimes{};
  });
  for (int i = 0; i < 50; ++i) admission.Enter();
  EXPECT_EQ(looks, 1);
}

}  // namespace
}  // namespace plimsoll::run
