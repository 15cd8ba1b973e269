// The case that a journal keeps of a traced command: its calls, named and numbered as the steps of a scenario would be,
// and of each stream what was read. Pure; any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "journal/records.h"

namespace plimsoll::relay {

inline constexpr const char* kTraceScenario = "trace";
std::string TraceCaseId(const std::string& engine);

// Gives calls the names that steps of a scenario would have, each another.
class CallNames {
 public:
  std::string NameOf(const journal::Exchange& exchange);

 private:
  // What templates of a scenario always see.
  std::set<std::string> taken_ = {"image", "case", "engine", "run", "events"};
  std::map<std::string, int> last_;  // number that was tried, by name
};

// `exchanges`: as Relay::Stop gives them. `engine`: the name in results. Times: CLOCK_MONOTONIC ns.
journal::CaseRecord CaseOf(std::vector<journal::Exchange> exchanges, const std::string& engine, int64_t started, int64_t ended);

}  // namespace plimsoll::relay
