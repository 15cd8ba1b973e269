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

struct CleanOptions {
  bool dry = false;     // only says what would be removed
  std::string run_id;   // of this run alone; "": of all
  bool keep_images = false;  // the run still needs them
};
// Fails if the engine does not answer the listings.
Result<Cleaned> CleanLeftovers(const engine::Endpoint& endpoint, const CleanOptions& options);

}  // namespace plimsoll::run
