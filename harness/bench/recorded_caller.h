// RecordedCaller: calls over the harness's own transport, recorded as the executor records them, on one kept-alive connection.
// One thread.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>

#include "engine/loop.h"
#include "http/message.h"
#include "run/live_exchange.h"

namespace plimsoll::bench {

class RecordedCaller {
 public:
  explicit RecordedCaller(engine::Endpoint endpoint) : endpoint_(std::move(endpoint)), loop_(&cancel_) {
    loop_.Listen(&bell_);
  }

  // The same steps as CaseRunner's Connect, Await and Finished. Outcome and answer are in the record, which is there
  // until the next call.
  const journal::Exchange& Call(const http::Request& request);
  bool Answered(const http::Request& request) { return Call(request).outcome == http::Outcome::kAnswered; }
  // A stream on a connection of its own: once its head has come `meanwhile` is called, which may make calls; then it is read
  // until it ends.
  journal::Exchange Follow(const http::Request& request, const std::function<void()>& meanwhile);

 private:
  void Begin(run::LiveExchange& live, std::unique_ptr<engine::Connection> idle);

  engine::Endpoint endpoint_;
  engine::Bell cancel_, bell_;
  engine::Loop loop_;
  std::unique_ptr<engine::Connection> idle_;
  std::array<std::optional<run::LiveExchange>, 2> exchanges_;  // the last one, and the one before until the next has been sent
  size_t current_ = 0;
};

}  // namespace plimsoll::bench
