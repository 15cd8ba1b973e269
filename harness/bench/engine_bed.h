// EngineBed: the engine that the figures of the executor are taken on, one of our own with the image that
// the lives need. Owned by main; shared by the benchmarks, which take turns.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/private_engine.h"
#include "http/message.h"
#include "plan/plan.h"
#include "run/images.h"
#include "run/session.h"

namespace plimsoll::bench {

class EngineBed {
 public:
  // `name` as in `fixtures/engines/engine list`. Its `gogc` is Go's own, whatever the options say.
  static Result<std::unique_ptr<EngineBed>> Start(const std::string& name = "docker-20.10",
                                                  engine::PrivateEngineOptions options = {});

  const run::EngineUnderTest& engine() const { return engine_; }
  const std::vector<run::ImageTar>& images() const { return images_; }
  const journal::RunRecord& run() const { return run_; }
  const std::string& socket_path() const { return engine_.endpoint.path; }
  // Where it listens besides, if the options ask for that.
  const engine::Endpoint& listener() const { return instance_->endpoint(); }
  run::EngineSession& session() { return *session_; }
  // `count` cases of the one scenario whose steps are a life: create, start, wait, inspect, remove.
  plan::Plan Lives(int count) const;

 private:
  EngineBed() = default;

  std::unique_ptr<engine::PrivateEngine> instance_;
  run::EngineUnderTest engine_;
  std::vector<run::ImageTar> images_;
  journal::RunRecord run_;
  std::unique_ptr<run::EngineSession> session_;
  std::shared_ptr<const scenario::Scenario> life_;
};

}  // namespace plimsoll::bench
