// CleanLeftovers: removes from an engine what plimsoll runs left there (after a SIGKILL, say): containers,
// networks, volumes and images with plimsoll's label or a name as cases have it ("plimsoll-", the run's id, "-"), and nothing else.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/call.h"
#include "run/ledger.h"

namespace plimsoll::run {

// An engine that is about to remove something itself, or whose container has only just ended, says 409
// (docker: "removal is already in progress") or 500 (podman 4.3: "container state improper"): for more than five seconds on a slow
// machine, seen with docker 20.10 after a restart under AutoRemove.
inline constexpr auto kBusyLimit = std::chrono::seconds(30);
inline constexpr int kBetweenAttemptsMs = 50;  // where there is nothing to wait for

struct Cleaned {
  std::vector<std::string> removed;  // "container plimsoll-1a2b..."
  std::vector<std::string> failed;   // with what the engine answered
};

struct CleanOptions {
  bool dry = false;     // only says what would be removed
  std::string run_id;   // of this run alone; "": of all
  bool keep_images = false;  // the run still needs them
};
// Fails if the engine does not answer the listings. One that falls silent later is asked no more.
Result<Cleaned> CleanLeftovers(const engine::Endpoint& endpoint, const CleanOptions& options);

// GET, again until `patience` is over while the engine says that it cannot: podman fails to look at images while one is being removed.
engine::Answer LookAt(const engine::Endpoint& endpoint, const std::string& target, TimePoint deadline, TimePoint patience);
// Whether a run made it, as its labels and names in a listing tell; of an image that has names: all of them.
bool IsOfRun(const Json& listed, const std::string& run_id);

// Removes one thing, and asks again until `patience` is over while the engine is busy with it.
engine::Answer RemoveFrom(const engine::Endpoint& endpoint, const Resource& resource, TimePoint deadline, TimePoint patience);

}  // namespace plimsoll::run
