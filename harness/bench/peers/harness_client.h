// HarnessClient: plimsoll itself, as it is used: everything recorded, lives written to a journal.
#pragma once

#include "bench/engine_bed.h"
#include "bench/peers/client.h"
#include "bench/peers/ground.h"
#include "bench/recorded_caller.h"
#include "base/temporary_folder.h"
#include "journal/writer.h"

namespace plimsoll::bench::peers {

class HarnessClient : public Client {
 public:
  static Result<std::unique_ptr<HarnessClient>> Make(EngineBed& bed, const Ground& ground);
  std::string name() const override { return "plimsoll"; }
  std::string version() const override { return PLIMSOLL_VERSION; }
  bool Can(Task) const override { return true; }
  Result<double> Do(Task task, int64_t amount) override;

 private:
  HarnessClient(EngineBed& bed, const Ground& ground);
  Result<double> Ping(RecordedCaller& caller, int64_t count);
  Result<double> Life(int64_t count);
  Result<double> Lives(int64_t count);
  Result<double> Attach(int64_t bytes);

  EngineBed& bed_;
  const Ground& ground_;
  RecordedCaller unix_, tcp_;
  plan::Plan plan_;
  TemporaryFolder folder_;
  std::optional<journal::JournalWriter> writer_;
};

}  // namespace plimsoll::bench::peers
