// The engines that live tests run against: those named in $PLIMSOLL_ENGINES (default
// docker-20.10,podman-4.3). With $PLIMSOLL_LIVE_SUFFIX the instances NAME.SUFFIX that run already (ctest's
// fixture starts them for all scenarios), else started once per test program. Where they cannot be had tests skip with
// the reason, unless $PLIMSOLL_REQUIRE_LIVE is set: then that is a failure.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/private_engine.h"
#include "run/images.h"
#include "run/session.h"

namespace plimsoll::e2e {

// The run id of all scenario tests: what one of them has loaded the others use.
inline constexpr const char* kLiveRunId = "test";

struct LiveEngines {
  std::vector<run::EngineUnderTest> list;
  std::vector<std::unique_ptr<engine::PrivateEngine>> instances;
  std::vector<run::ImageTar> images;
  std::string missing;  // why there are none; empty: they are there
};

// Starts them at the first call. Ended by StopLiveEngines.
const LiveEngines& TheLiveEngines();
void StopLiveEngines();
// Loads the images before several test programs use the same engines.
Status LoadLiveImages();
// Whether a skip for want of an engine is forbidden.
bool LiveIsRequired();

}  // namespace plimsoll::e2e
