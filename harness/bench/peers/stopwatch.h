// What the clients in this process have in common: seconds, and a crew of threads.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace plimsoll::bench::peers {

inline double SecondsSince(TimePoint begun) { return static_cast<double>((Now() - begun).count()) / 1e9; }

// Calls `live` `count` times, from `threads` threads at once, which it is told (0, 1 ...). Seconds, or the first Error.
inline Result<double> InFlight(size_t threads, int64_t count, const std::function<Status(size_t thread)>& live) {
  std::atomic<int64_t> next{0};
  std::mutex mutex;
  Status all;
  const TimePoint begun = Now();
  {
    std::vector<std::jthread> crew;
    for (size_t i = 0; i < threads; ++i) {
      crew.emplace_back([&, i] {
        while (next++ < count) {
          Status lived = live(i);
          const std::lock_guard lock(mutex);
          if (!lived && all) all = std::move(lived);
        }
      });
    }
  }
  const double seconds = SecondsSince(begun);
  if (!all) return tl::make_unexpected(all.error());
  return seconds;
}

}  // namespace plimsoll::bench::peers
