// Pulse: asks an engine for HEAD /_ping, twice a second for as long as it lives, and remembers when no answer came for
// long. An engine answers that without a lock, also on a busy machine; one that does not is frozen or starved, and what
// a case sees of it then says nothing of its API. A thread of its own asks; any thread may read.
#pragma once

#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "engine/endpoint.h"
#include "engine/loop.h"

namespace plimsoll::engine {

class Pulse {
 public:
  static constexpr Duration kBetween = std::chrono::milliseconds(500);
  // What is shorter may be the machine's: while the whole test suite ran on two cores, no ping of 10,000 took 0.8 s.
  static constexpr Duration kLong = std::chrono::milliseconds(2500);

  explicit Pulse(const Endpoint& endpoint, Duration long_enough = kLong);
  ~Pulse();

  // The longest time without an answer that had not ended by `since`, that which lasts now included; zero where none
  // was long.
  Duration LongestSilence(TimePoint since) const;

 private:
  struct Silence {
    TimePoint begun;
    TimePoint ended;
  };
  void Beat();
  bool Ask();

  const Endpoint endpoint_;
  const Duration long_;
  Bell stop_;
  mutable std::mutex mutex_;
  std::optional<TimePoint> asked_;  // the first ping since the last answer
  std::vector<Silence> silences_;   // the long ones
  std::thread thread_;
};

}  // namespace plimsoll::engine
