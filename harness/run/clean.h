// CleanLeftovers: removes from an engine what plimsoll runs left there (after a SIGKILL, say): containers,
// networks, volumes and images with plimsoll's label or name prefix, and nothing else.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/endpoint.h"

namespace plimsoll::run {

struct Cleaned {
  std::vector<std::string> removed;  // "container plimsoll-1a2b..."
  std::vector<std::string> failed;   // with what the engine answered
};

// `dry`: only says what would be removed. Fails if the engine does not answer the listings.
Result<Cleaned> CleanLeftovers(const engine::Endpoint& endpoint, bool dry);

}  // namespace plimsoll::run
