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

}  // namespace plimsoll::report
