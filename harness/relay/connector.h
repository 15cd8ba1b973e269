// Connector: connections to the engine, made without holding up the connections that there are. Those to a unix socket that
// can be made at once are; every other one is made by a thread of its own, one at a time. Used by the Relay's thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "engine/connection.h"
#include "engine/loop.h"

namespace plimsoll::relay {

using Connecting = tl::expected<std::unique_ptr<engine::Connection>, engine::Failure>;

class Connector {
 public:
  // `ready` is rung when Take() has something to give.
  Connector(engine::Endpoint engine, const engine::Bell& ready);
  // Waits for the attempt under way: 10 s at most, if the engine lets a connection hang.
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  // For the link of this number; nullopt: it comes later.
  std::optional<Connecting> Connect(int number);
  std::vector<std::pair<int, Connecting>> Take();
  bool idle() const;

 private:
  void Work();

  const engine::Endpoint engine_;
  const engine::Bell& ready_;
  mutable std::mutex mutex_;  // guards what is below
  std::condition_variable changed_;
  std::deque<int> wanted_;
  std::vector<std::pair<int, Connecting>> made_;
  bool working_ = false;
  bool stop_ = false;
  std::thread worker_;  // started when there is work for it
};

}  // namespace plimsoll::relay
