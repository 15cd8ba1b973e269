// Loading the scenario files that the user names, with every diagnostic printed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "scenario/scenario.h"

namespace plimsoll::cli {

struct LoadedFiles {
  std::vector<std::shared_ptr<const scenario::Scenario>> scenarios;
  size_t files = 0;
  size_t problems = 0;  // diagnostics printed to standard error
};

// Files and folders; an Error only where a path does not exist.
Result<LoadedFiles> LoadFiles(const std::vector<std::string>& paths);

// Those of them that are no longer what was loaded, they themselves or what they include; by file.
std::vector<std::string> ChangedSinceLoaded(const std::vector<std::shared_ptr<const scenario::Scenario>>& scenarios);

}  // namespace plimsoll::cli
