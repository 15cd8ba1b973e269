// One round of one operation on one engine: everything made ready, the calls made, everything taken away. One thread; closed loops
// with several clients have threads of their own while they run.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "bench/operations.h"
#include "engine/private_engine.h"
#include "latency/measurement.h"

namespace plimsoll::bench {

// Of an engine that is not ours nothing is known: both are empty.
struct UsageSource {
  std::function<std::optional<engine::Usage>()> read;
  std::function<bool()> forget_peak;  // false: it cannot be forgotten

  // `instance` may be null, and must outlive this.
  static UsageSource Of(const engine::PrivateEngine* instance);
};

// From Begin() to End(): what an engine used.
class CostMeter {
 public:
  // From now on is the peak of the memory.
  explicit CostMeter(const UsageSource& source);
  void Begin();
  latency::Cost End() const;

 private:
  std::optional<engine::Usage> Read() const { return source_.read ? source_.read() : std::nullopt; }
  const UsageSource& source_;
  const bool forgotten_;
  std::optional<engine::Usage> before_;
};

// How the calls are made.
struct Load {
  latency::Loop loop = latency::Loop::kClosed;
  int clients = 1;
  double rate = 0;  // of an open loop
};

// Where.
struct Place {
  Site& site;
  std::function<std::unique_ptr<Site>()> another_site;  // for each further client
  UsageSource usage;
  const engine::Bell* cancel = nullptr;
};

struct RoundSize {
  int calls = 1;
  Duration budget{};
};

// What was measured until it went wrong, if it did.
struct RoundEnd {
  latency::Round round;
  Status status;
};

RoundEnd MeasureRound(const Place& place, const Operation& operation, const Load& load, const RoundSize& size);

// What open loops call: they begin a call whatever became of those before, so it is one that changes nothing.
Call ReadingCall(const Site& site);

}  // namespace plimsoll::bench
