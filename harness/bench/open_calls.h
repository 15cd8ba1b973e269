// OpenCalls: the same call several times beside each other, each on a kept-alive connection of its own: what the open
// loop drives. Waits to the nanosecond (ppoll), where engine::Loop waits to the millisecond. One thread.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "bench/client.h"
#include "bench/loops.h"

namespace plimsoll::bench {

class OpenCalls : public CallsInFlight {
 public:
  static constexpr size_t kMostConnections = 64;
  using Connect = std::function<tl::expected<std::unique_ptr<engine::Connection>, engine::Failure>()>;
  // Connects as calls need it. `cancel` as of Client.
  OpenCalls(engine::Endpoint endpoint, Call call, const engine::Bell* cancel);
  OpenCalls(Connect connect, Call call, const engine::Bell* cancel);
  ~OpenCalls() override;

  int64_t Now() override { return Nanos(plimsoll::Now()); }
  Result<Began> Begin(int number) override;
  Result<std::vector<Ended>> Await(int64_t until) override;

 private:
  struct Lane;  // one connection, with the call that is under way on it
  Result<Lane*> Idle();
  Result<std::vector<Ended>> Harvest();

  Connect connect_;
  Call call_;
  std::string wire_;
  const engine::Bell* cancel_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace plimsoll::bench
