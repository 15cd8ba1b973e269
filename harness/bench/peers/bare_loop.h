// BareLoop: blocking writes and reads and no more understanding than a task needs (bench/bare_client.h): the limit.
#pragma once

#include "bench/bare_life.h"
#include "bench/peers/client.h"
#include "bench/peers/ground.h"

namespace plimsoll::bench::peers {

class BareLoop : public Client {
 public:
  BareLoop(const EngineBed& bed, const Ground& ground) : bed_(bed), ground_(ground) {}
  std::string name() const override { return "bare loop"; }
  std::string version() const override { return "C calls"; }
  bool Can(Task) const override { return true; }
  Result<double> Do(Task task, int64_t amount) override;

 private:
  Result<double> Ping(std::unique_ptr<BareClient>& client, int64_t count);
  Result<double> Lives(size_t at_a_time, int64_t count);
  Result<double> Attach(int64_t bytes);

  const EngineBed& bed_;
  const Ground& ground_;
  std::unique_ptr<BareClient> unix_, tcp_;
  std::vector<BareLife> lives_;
};

}  // namespace plimsoll::bench::peers
