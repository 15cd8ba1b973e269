// A traced command for people: lines for a terminal, and a Markdown page with a sequence diagram. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyse/requests.h"
#include "journal/records.h"

namespace plimsoll::report {

struct Trace {
  const journal::CaseRecord& record;
  const journal::Journal& journal;  // with the engine and the scenario of the trace
  const analyse::RequestFindings& requests;
  const std::vector<std::string>& command;
  std::optional<int> status;  // the command's; nullopt: unknown
};

// The calls in order with status and time, streams summed up, what is not as the API describes it, and what was refused although
// the command ended with 0.
std::string TraceText(const Trace& trace);
// "what `docker run --rm -i image cat` does"
std::string TracePage(const Trace& trace);

// One call on one line, the same from run to run but for what the engine makes up: "POST /v1.41/containers/create -> 201", with
// streams summed up. What went wrong in it is at the end.
std::string CallLine(const journal::Exchange& exchange);
// "undocumented parameter ?size: 1": each thing that a request has and the description has not.
std::vector<std::string> DriftTexts(const analyse::RequestFinding& finding);

}  // namespace plimsoll::report
