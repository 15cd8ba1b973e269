// The engines that live tests run against: those named in $PLIMSOLL_ENGINES (default
// docker-20.10,podman-4.3), started once per test program. Where they cannot be had tests skip with
// the reason, unless $PLIMSOLL_REQUIRE_LIVE is set: then that is a failure.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/private_engine.h"
#include "run/images.h"
#include "run/session.h"

namespace plimsoll::e2e {

struct LiveEngines {
  std::vector<run::EngineUnderTest> list;
  std::vector<std::unique_ptr<engine::PrivateEngine>> instances;
  std::vector<run::ImageTar> images;
  std::string missing;  // why there are none; empty: they are there
};

// Starts them at the first call. Ended by StopLiveEngines.
const LiveEngines& TheLiveEngines();
void StopLiveEngines();
// Whether a skip for want of an engine is forbidden.
bool LiveIsRequired();

}  // namespace plimsoll::e2e
