// BareLife: the five calls of EngineBed::Lives, made one after the other by a BareClient. One thread.
#pragma once

#include <memory>
#include <string>

#include "bench/bare_client.h"
#include "bench/engine_bed.h"

namespace plimsoll::bench {

class BareLife {
 public:
  static Result<BareLife> Connect(const EngineBed& bed);
  // An Error names the call that did not succeed, with what the engine answered.
  Status Live();

 private:
  explicit BareLife(std::unique_ptr<BareClient> client) : client_(std::move(client)) {}
  Status Call(const std::string& wire);

  std::unique_ptr<BareClient> client_;
  std::string version_;
  std::string create_;  // the request
};

}  // namespace plimsoll::bench
