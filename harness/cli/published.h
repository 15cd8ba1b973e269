// A journal beside the published description of the API: which files are read for it; shared by report, explore and coverage.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/result.h"
#include "cli/findings.h"
#include "report/report.h"

namespace plimsoll::cli {

struct PublishedOptions {
  std::string specs;         // folder of v1.41.yaml ...
  std::string out_of_reach;  // file; "" or one that is not there: nothing is
};
void AddPublishedOptions(CLI::App& command, PublishedOptions& options);

// Where there is no description of any version spoken it says so on standard error, and the result is empty.
Result<report::Published> ComparePublished(const Analysed& analysed, const PublishedOptions& options);

}  // namespace plimsoll::cli
