// CompareResults: what changed from one engine's results to another's, or from a baseline to a run. By scenario,
// observation and combination of parameters; values that several combinations changed in the same way are one
// Change, with the rule that tells which. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "analyse/findings.h"

namespace plimsoll::analyse {

enum class ChangeKind {
  kAdded,    // only the second has it
  kDeleted,  // only the first has it
  kChanged,  // both have it, with another value or verdict
};
std::string_view Name(ChangeKind kind);  // "added"

// One thing that changed alike in all of `cases`.
struct Change {
  ChangeKind kind = ChangeKind::kChanged;
  std::string observation;   // "": the case itself, or its verdict: before and after are then verdicts
  std::vector<Json> before;  // the value, or several: it varies; none where it was added
  std::vector<Json> after;
  std::vector<Json> cases;  // their parameters, in the matrix's order
  std::vector<Term> when;   // which of the combinations that both have these are: any of the terms; none for added, deleted
  bool except = false;      // `when` tells those that did not change in this way
  std::string reason;       // why a verdict is what it is, where it has one (unsupported, timed out)
};

struct ScenarioChanges {
  std::string id, title;
  std::vector<journal::Parameter> parameters;  // of the second, with the values of both
  size_t combinations = 0;                     // that both have
  std::vector<Change> changes;                 // the case itself first, then in the order of the observations
};

// Values, but for `added` and `deleted`, which count values and whole cases.
struct ChangeCounts {
  size_t added = 0;
  size_t deleted = 0;
  size_t changed = 0;
  size_t unchanged = 0;
  size_t unstable = 0;  // one of the two varies, and they share a value
};

struct Changes {
  std::string before, after;               // names of the engines
  std::vector<ScenarioChanges> scenarios;  // those with changes, sorted by id
  ChangeCounts counts;
  bool any() const { return counts.added + counts.deleted + counts.changed > 0; }
};

enum class Compared {
  kAll,        // what only one of the two has is a change
  kWhatIsNew,  // the second may be a part, the first its baseline: what only the first has is no change, and neither is
               // another verdict, as long as both are of those that pass where something ran
};

// REQUIRES: `before` has the engine `engine_before`, `after` has `engine_after`.
Changes CompareResults(const Findings& before, const std::string& engine_before, const Findings& after,
                       const std::string& engine_after, Compared compared = Compared::kAll);

}  // namespace plimsoll::analyse
