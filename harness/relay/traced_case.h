// The case that a journal keeps of a traced command: its calls, named and numbered as the steps of a scenario would be,
// and of each stream what was read. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "journal/records.h"

namespace plimsoll::relay {

inline constexpr const char* kTraceScenario = "trace";

// `exchanges`: as Relay::Stop gives them. `engine`: the name in results. Times: CLOCK_MONOTONIC ns.
journal::CaseRecord CaseOf(std::vector<journal::Exchange> exchanges, const std::string& engine, int64_t started, int64_t ended);

}  // namespace plimsoll::relay
