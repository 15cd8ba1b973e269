// FloorMeter: the calls of one operation, made by the same code to a server that answers at once what an engine has answered: what
// the harness and the kernel need for themselves. Measured a little in each round, so that what disturbs the machine for a moment
// is not all that is seen. Owned by one engine's part in an item; one thread.
#pragma once

#include <memory>
#include <vector>

#include "bench/at_once.h"
#include "bench/effort.h"
#include "bench/operations.h"

namespace plimsoll::bench {

class FloorMeter {
 public:
  // `rate` of an open loop; 0: one client. `operation` must outlive it. Null where there is no floor.
  static std::unique_ptr<FloorMeter> Make(const Operation& operation, TriedOut tried_out, const Ground& ground, double rate,
                                          const engine::Bell* cancel);

  // ns of each call; empty where one went wrong, as then do all that follow.
  std::vector<int64_t> Measure(int calls);

 private:
  FloorMeter(const Operation& operation, double rate, const engine::Bell* cancel)
      : operation_(operation), rate_(rate), cancel_(cancel) {}
  Result<std::vector<int64_t>> OpenLoopOf(int calls);
  Result<std::vector<int64_t>> ClosedLoopOf(int calls);

  const Operation& operation_;
  const double rate_;
  const engine::Bell* cancel_;
  std::unique_ptr<AtOnce> server_;
  std::unique_ptr<Site> site_;  // after the server, which it is to end before
  bool opened_ = false;
};

}  // namespace plimsoll::bench
