// What reports put beside the findings: which files are read for it; shared by report, explore and coverage.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/result.h"
#include "cli/findings.h"
#include "report/report.h"

namespace plimsoll::cli {

struct BesideOptions {
  std::string specs;         // folder of v1.41.yaml ...
  std::string out_of_reach, questions;  // files; one that is not there says nothing
};
void AddBesideOptions(CLI::App& command, BesideOptions& options);

// Where `fixtures/engines/engine specs` puts the API's descriptions.
std::string DefaultSpecs();
// Those of the versions that the journal's calls were made in, as far as `folder` has them.
Result<analyse::Descriptions> LoadDescriptions(const std::string& folder, const journal::Journal& journal);

// Where there is no description of any version spoken it says so on standard error, and the result is empty.
Result<report::Beside> PutBeside(const Analysed& analysed, const BesideOptions& options);

}  // namespace plimsoll::cli
