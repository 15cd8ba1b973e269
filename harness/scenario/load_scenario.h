// LoadScenario: file -> Scenario, or every Diagnostic the file deserves. The only code that knows
// YAML (JSON is YAML). Called by cli and by the test programs; owns nothing; any thread.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "scenario/scenario.h"

namespace plimsoll::scenario {

struct Loaded {
  std::shared_ptr<const Scenario> scenario;  // null where there are diagnostics
  std::vector<Diagnostic> diagnostics;       // in the order of the file
};

// `path` names a file; its area is its folder's name. Unreadable files are a Diagnostic too.
Loaded LoadScenario(const std::string& path);
// The same from text already read (tests, fuzzing); `include:` is looked up relative to `path`.
Loaded LoadScenarioText(const std::string& path, std::string text);

// Every *.yaml, *.yml and *.json below the given files and folders, sorted; folders named "lib" are
// skipped (they hold included step lists). A path that does not exist is an Error.
Result<std::vector<std::string>> FindScenarioFiles(const std::vector<std::string>& paths);

}  // namespace plimsoll::scenario
