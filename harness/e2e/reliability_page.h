// reports/reliability.md: what was done to plimsoll and its engines, and what came of it, from the results that the
// tests wrote (--gtest_output=json). Pure; called by the program plimsoll_reliability_page and by its test.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace plimsoll::e2e {

// `results`: whole documents of GoogleTest, in any order. `fuzzing`: rows "target | runs | runs a second | findings"
// of `fixtures/bootstrap fuzz`; may be empty.
std::string ReliabilityPage(const std::vector<Json>& results, const std::string& fuzzing);

}  // namespace plimsoll::e2e
