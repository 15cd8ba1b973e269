// Baselines: a folder that holds what is known of each engine as ENGINE.json, such as reports/engines.
#pragma once

#include <string>
#include <vector>

#include "analyse/changes.h"
#include "base/result.h"

namespace plimsoll::report {

// For each engine in `findings`: what changed against FOLDER/ENGINE.json; what was not run is no change. An Error
// where an engine has no baseline.
Result<std::vector<analyse::Changes>> CompareWithBaseline(const std::string& folder, const analyse::Findings& findings);

// FOLDER/ENGINE.json of each engine in `findings`, with these in place of what stood there; also of the others in the
// folder where that changes what they say of one another. Gives the names of the files written. Refuses what fails a
// run: a deviation is accepted by a known-deviations row, with its reason.
Result<std::vector<std::string>> Accept(const std::string& folder, const analyse::Findings& findings);

}  // namespace plimsoll::report
