// InParallel: the same pure work on each of many things, on all processors.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace plimsoll {

// body(i) once for each i below `count`, in any order, on a thread for each processor; returns when all are done.
// `body` writes to no place that another i touches. Where some throw, the rest is not begun, and one exception goes on.
template <class Body>
void InParallel(size_t count, const Body& body) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr thrown;
  const auto work = [&] {
    try {
      for (size_t i = next++; i < count; i = next++) body(i);
    } catch (...) {
      const std::lock_guard lock(mutex);
      thrown = std::current_exception();
      next = count;
    }
  };
  {
    std::vector<std::jthread> others;
    const size_t threads = std::min<size_t>(count, std::thread::hardware_concurrency());
    for (size_t i = 1; i < threads; ++i) others.emplace_back(work);
    work();
  }
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace plimsoll
