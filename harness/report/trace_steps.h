// The calls of a traced command as the steps of a scenario that makes them again: what an answer gave (ids) becomes
// `${box.body.Id}`, streams become open, send, half-close, read and close, calls that were under way beside others run in the
// background. Part of trace_scenario.h, which writes the file; pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "journal/records.h"

namespace plimsoll::report {

struct TraceStep {
  OrderedJson step;
  std::vector<std::string> notes;  // what of the call the step does not say
};

// REQUIRES: exchanges have unique names (relay/traced_case.h gives them). At most a scenario's 1,000 steps; what is
// beyond is in the notes of the last one.
std::vector<TraceStep> StepsOfTrace(const journal::CaseRecord& record, const journal::EngineRecord& engine);

}  // namespace plimsoll::report
