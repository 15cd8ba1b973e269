// Identity: which engine answers, found by asking it (GET /_ping, /version, /info), never assumed.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "engine/endpoint.h"

namespace plimsoll::engine {

struct Identity {
  std::string product;  // "docker", "podman", or the lower-case first word of what it calls itself
  std::string version;  // as the engine says: "20.10.24+dfsg1"
  std::string api;      // highest API version it offers: "1.41"
  std::string api_min;
  std::string runtime;  // "runc 1.1.5+ds1"
  std::string storage_driver;
  std::string cgroup_version;  // "1", "2"
  std::string cgroup_driver;
  std::string kernel, operating_system, architecture;

  // "docker-20.10": product and major.minor.
  std::string Name() const;
  Json ToJson() const;
};

// The Error says what the engine answered, or that none does.
Result<Identity> Identify(const Endpoint& endpoint, TimePoint deadline);

}  // namespace plimsoll::engine
