// From --engine and the environment to engines that answer: private ones are started (and live as
// long as the Engines object), all are identified.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/private_engine.h"
#include "run/session.h"

namespace plimsoll::cli {

struct Engines {
  std::vector<run::EngineUnderTest> list;
  std::vector<std::unique_ptr<engine::PrivateEngine>> instances;
};

// `named`: addresses or names of private engines; empty: the environment decides. The Error of a
// search that found nothing lists what was tried. `options` are for the private ones.
Result<Engines> OpenEngines(const std::vector<std::string>& named, const engine::PrivateEngineOptions& options = {});
// Only the endpoints of engines that run already (for clean): no private ones.
Result<engine::Endpoint> FindRunningEngine(const std::string& named);

}  // namespace plimsoll::cli
