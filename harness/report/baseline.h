// Baselines: a folder that holds what is known of each engine as ENGINE.json, such as reports/engines.
#pragma once

#include <string>
#include <vector>

#include "analyse/changes.h"
#include "base/result.h"

namespace plimsoll::report {

// What FOLDER/ENGINE.json say of these engines. An Error where one of them has no baseline.
Result<analyse::Findings> ReadBaseline(const std::string& folder, const std::vector<std::string>& engines);

// The same, a scenario at a time, for programs that want no other: TO/SCENARIO becomes such a folder for each scenario that
// FOLDER/ENGINE.json tells of.
Status SplitBaseline(const std::string& folder, const std::vector<std::string>& engines, const std::string& to);

// For each engine in `findings`: what changed; what was not run is no change.
std::vector<analyse::Changes> CompareWithBaseline(const analyse::Findings& baseline, const analyse::Findings& findings);
// Whether anything of this case is another than before.
bool HasChanged(const std::vector<analyse::Changes>& comparisons, const std::string& engine, const std::string& scenario,
                const Json& parameters);

// FOLDER/ENGINE.json of each engine in `findings`, with these in place of what stood there; also of the others in the
// folder where that changes what they say of one another. Gives the names of the files written. Refuses what fails a
// run: a deviation is accepted by a known-deviations row, with its reason.
Result<std::vector<std::string>> Accept(const std::string& folder, const analyse::Findings& findings);

}  // namespace plimsoll::report
