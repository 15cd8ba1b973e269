#include "bench/floor.h"

#include <algorithm>
#include <utility>

#include "bench/loops.h"
#include "bench/open_calls.h"

namespace plimsoll::bench {
namespace {

constexpr int64_t kMuch = 8 << 20;  // bytes: such calls take so long that one in a round tells enough

}  // namespace

std::unique_ptr<FloorMeter> FloorMeter::Make(const Operation& operation, TriedOut tried_out, const Ground& ground, double rate,
                                             const engine::Bell* cancel) {
  if (operation.floor == Floor::kNone || tried_out.answers.empty()) return nullptr;
  auto meter = std::unique_ptr<FloorMeter>(new FloorMeter(operation, rate, cancel));
  auto server = AtOnce::Start(std::move(tried_out.answers));
  if (!server) return nullptr;
  meter->server_ = std::move(*server);
  meter->site_ = std::make_unique<Site>(meter->server_->endpoint(), ground, cancel);
  meter->site_->items = std::move(tried_out.items);
  return meter;
}

std::vector<int64_t> FloorMeter::Measure(int calls) {
  if (!server_) return {};
  auto nanos = rate_ > 0 ? OpenLoopOf(calls) : ClosedLoopOf(operation_.bytes > kMuch ? 1 : calls);
  if (nanos) return *std::move(nanos);
  site_.reset();
  server_.reset();
  return {};
}

Result<std::vector<int64_t>> FloorMeter::OpenLoopOf(int calls) {
  OpenCalls in_flight(server_->endpoint(), site_->To("GET", "/_ping"), cancel_);
  auto run = RunOpenLoop(in_flight, {.rate = rate_, .calls = std::min(calls, std::max(1, static_cast<int>(rate_)))});
  if (!run) return tl::make_unexpected(run.error());
  return std::move(run->nanos);
}

Result<std::vector<int64_t>> FloorMeter::ClosedLoopOf(int calls) {
  if (!std::exchange(opened_, true) && operation_.open) {
    if (auto opened = operation_.open(*site_); !opened) return tl::make_unexpected(opened.error());
  }
  std::vector<int64_t> all;
  for (int i = 0; i < calls; ++i) {
    const auto nanos = operation_.call(*site_, i);
    if (!nanos) return tl::make_unexpected(nanos.error());
    all.push_back(*nanos);
  }
  return all;
}

}  // namespace plimsoll::bench
