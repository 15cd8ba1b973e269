// A container whose output is read as fast as it comes by a client that does nothing else. One thread.
#pragma once

#include <cstdint>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace plimsoll::bench {

struct AttachTask {
  std::string socket;  // of the engine, or of whatever passes it on
  std::string prefix;  // of the paths: "/v1.41"
  Json body;           // of create
  uint64_t bytes = 0;  // that the container writes
};
// Seconds from the start to the stream's end. An Error where not all of it came.
Result<double> AttachAndDrain(const AttachTask& task);

}  // namespace plimsoll::bench
