// Wrk: a load generator, here with one connection: a closed loop as the others'. TCP and pings only.
#pragma once

#include "bench/peers/client.h"
#include "bench/peers/ground.h"

namespace plimsoll::bench::peers {

class Wrk : public Client {
 public:
  explicit Wrk(const Ground& ground);
  std::string name() const override { return "wrk"; }
  std::string version() const override { return version_; }
  std::string Missing() const override { return missing_; }
  bool Can(Task task) const override { return task == Task::kTcpPing; }
  // It is told seconds, not how many: measures a second and gives what `amount` would have taken.
  Result<double> Do(Task task, int64_t amount) override;

 private:
  const Ground& ground_;
  std::string version_, missing_;
};

}  // namespace plimsoll::bench::peers
