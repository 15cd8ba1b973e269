// The open loop and the search for saturation. What they drive is behind an interface, the clock too, so that they are
// tested with time that stands in a table. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "latency/measurement.h"

namespace plimsoll::bench {

// Calls that are under way beside each other.
class CallsInFlight {
 public:
  struct Ended {
    int number = 0;
    int64_t at = 0;
  };
  virtual ~CallsInFlight() = default;
  virtual int64_t Now() = 0;  // CLOCK_MONOTONIC ns
  enum class Began { kYes, kAllBusy };
  // Begins the call of that number, unless as many are under way as can be.
  virtual Result<Began> Begin(int number) = 0;
  // Waits until `until`, or until some have ended: those.
  virtual Result<std::vector<Ended>> Await(int64_t until) = 0;
};

struct OpenLoop {
  double rate = 100;             // calls a second
  int calls = 100;
  // A call that could not begin so long after it was to ends the loop: no more are begun.
  int64_t give_up_nanos = 10'000'000'000;
};

struct OpenLoopRun {
  // Of each call that was answered, from the moment when it was to begin: a stall is in the latency of all calls that
  // were due meanwhile.
  std::vector<int64_t> nanos;
  int64_t wall_nanos = 0;  // from the first call's moment to the last answer
  bool gave_up = false;
  double achieved() const { return wall_nanos > 0 ? static_cast<double>(nanos.size()) * 1e9 / static_cast<double>(wall_nanos) : 0; }
};

Result<OpenLoopRun> RunOpenLoop(CallsInFlight& calls, const OpenLoop& loop);

// The search for the highest rate that holds: doubles from `first` until a rate does not hold (or `limit` is passed), then halves
// what lies between `bisections` times. One step at a time, so that several searches can take turns.
class RateSearch {
 public:
  RateSearch(double first, double limit, int bisections) : rate_(first), limit_(limit), bisections_(bisections) {}
  // What is to be tried next; none: all is known.
  std::optional<double> Next() const;
  // What became of it.
  void Note(const latency::Saturation::Step& step);
  // With its steps and the highest rate.
  const latency::Saturation& found() const { return found_; }

 private:
  double rate_;  // next, while it doubles
  double limit_;
  int bisections_;      // that are left
  double refused_ = 0;  // the lowest rate that did not hold; 0: none so far
  latency::Saturation found_;
};

}  // namespace plimsoll::bench
