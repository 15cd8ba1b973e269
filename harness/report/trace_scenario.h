// A traced command as a scenario: the file that makes its calls again, and what a journal says of it. What of a call no
// scenario can say stands in the file as a comment. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "journal/records.h"

namespace plimsoll::report {

// "docker run --rm -i image cat", as one types it, abridged.
std::string CommandText(const std::vector<std::string>& command);

// `record`: as relay/traced_case.h makes it.
journal::ScenarioRecord ScenarioOfTrace(const journal::CaseRecord& record, const journal::EngineRecord& engine,
                                        const std::vector<std::string>& command);
// The same as a file, which `plimsoll check` finds no fault with.
std::string TraceScenarioFile(const journal::CaseRecord& record, const journal::EngineRecord& engine,
                              const std::vector<std::string>& command);

}  // namespace plimsoll::report
