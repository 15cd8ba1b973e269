// Admission: how many cases are under way. As many as may be while they wait more than they work; while the processors have no time
// left, no more than `least`. More would end none of them sooner, and would have each wait for the others: what is seen within a
// second on a fast machine would take many on a slow one, and be missed.
// Of one run; any thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>

#include "base/clock.h"
#include "run/processor.h"

namespace plimsoll::run {

class Admission {
 public:
  // The processors' work is looked at over stretches of this length, and each with time left lets one more case begin.
  static constexpr Duration kStretch = std::chrono::milliseconds(200);
  static constexpr int kNoTimeLeft = 98;  // percent busy: at 100 ticks a second all of a stretch's, on two processors

  // Where `processor` tells nothing (zeros) all are let in.
  Admission(int least, std::function<ProcessorTimes()> processor);
  // Blocks until one more may be under way.
  void Enter();
  void Leave();

 private:
  bool HasTimeLeft();

  const int least_;
  const std::function<ProcessorTimes()> processor_;
  std::mutex mutex_;
  std::condition_variable left_;
  int under_way_ = 0;
  ProcessorTimes since_;
  TimePoint looked_;
};

}  // namespace plimsoll::run
