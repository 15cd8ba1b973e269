// The operations whose latency is measured: what is made ready untimed, what is timed, what is taken away untimed.
// docs/latency.md tells each in words. Values; the functions are called by one thread for each Site.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/site.h"

namespace plimsoll::bench {

enum class Floor { kMeasured, kNone };

struct Operation {
  std::string name;     // "list"
  std::string variant;  // "size=1"
  std::string timed;    // from when to when, for people
  // How many containers the engine is to have; empty: that is of no interest.
  std::vector<int64_t> containers;
  int64_t bytes = 0;  // moved by each call
  Floor floor = Floor::kMeasured;
  int most = 2'000;  // calls in a round, however fast they are

  // Makes ready for `calls` calls; `once`: the same for all, however many.
  std::function<Status(Site& site, int calls)> prepare;
  bool once = false;
  // What the calls share (a stream, say), here and at the floor: after prepare, where that is called.
  std::function<Status(Site& site)> open;
  // The n-th call (from 0): ns. An Error names what was answered wrongly.
  std::function<Result<int64_t>(Site& site, int n)> call;
  // Takes away what prepare, open and the calls have made.
  std::function<Status(Site& site)> clean;

  std::string Name() const { return variant.empty() ? name : name + " " + variant; }
};

// In the order in which they are measured: those that want many containers come last.
std::vector<Operation> Operations();

// The label that each tenth of many containers has.
inline constexpr const char* kTenthLabel = "plimsoll.tenth";

}  // namespace plimsoll::bench
