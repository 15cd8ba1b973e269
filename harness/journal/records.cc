#include "journal/records.h"

#include <algorithm>

namespace plimsoll::journal {

void Bytes::Append(std::string_view more, size_t limit) {
  if (size == 0) fnv1a = 14695981039346656037ull;
  for (const char c : more) {
    fnv1a = (fnv1a ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  }
  size += more.size();
  if (kept.size() < limit) kept += more.substr(0, limit - kept.size());
}

std::string_view Name(CaseOutcome outcome) {
  switch (outcome) {
    case CaseOutcome::kCompleted: return "completed";
    case CaseOutcome::kUnsupported: return "unsupported";
    case CaseOutcome::kTimedOut: return "timed out";
    case CaseOutcome::kHarnessError: return "harness error";
  }
  return "?";
}

const ScenarioRecord* Journal::FindScenario(std::string_view id) const {
  const auto found = std::ranges::find(scenarios, id, &ScenarioRecord::id);
  return found == scenarios.end() ? nullptr : &*found;
}

const EngineRecord* Journal::FindEngine(std::string_view name) const {
  const auto found = std::ranges::find(engines, name, &EngineRecord::name);
  return found == engines.end() ? nullptr : &*found;
}

}  // namespace plimsoll::journal
