// Refusals: answers by which an engine said no. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "journal/records.h"

namespace plimsoll::analyse {

// A status of 400 or more, or an error within a stream of JSON documents that began well (pull, push, build, load).
struct Refusal {
  size_t exchange = 0;  // index in the case
  int status = 0;       // 200 where the stream says it
  std::string message;  // of the engine; may be empty
};
// In the order of the calls.
std::vector<Refusal> RefusalsIn(const journal::CaseRecord& record);

}  // namespace plimsoll::analyse
