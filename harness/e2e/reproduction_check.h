// Whether the scripts that reports print do what they say: a case's script is run against the engine that the case ran
// on, and its answers must have the statuses that were recorded.
#pragma once

#include <string>

#include "engine/endpoint.h"
#include "journal/records.h"

namespace plimsoll::e2e {

// Made of calls alone, one after the other, each answered at the first time of asking: then a script of curl calls can be
// expected to get the same statuses.
bool CanBeRepeatedByScript(const journal::CaseRecord& record, const journal::Journal& journal);

// "" if the statuses are the same; else what was recorded, what came, and the script with its output.
// REQUIRES: a unix endpoint, with the images of the run.
std::string RepeatByScript(const journal::CaseRecord& record, const journal::Journal& journal,
                           const engine::Endpoint& endpoint);

}  // namespace plimsoll::e2e
