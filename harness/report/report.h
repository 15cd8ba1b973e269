// The report stage: Findings (+ the journal's exchanges as evidence) -> a set of files, and files
// -> a folder. Computes no finding; each writer is a pure function from Findings to text,
// deterministic: engine-made names and times never appear, timings live in files of their own.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyse/changes.h"
#include "analyse/conformance.h"
#include "analyse/coverage.h"
#include "analyse/findings.h"
#include "base/result.h"
#include "journal/records.h"
#include "notes/questions.h"

namespace plimsoll::report {

// Relative path -> contents, e.g. "README.md", "containers/stdin-flags.md",
// "engines/docker-20.10.json", "timings.md".
using Files = std::map<std::string, std::string>;

// What a report puts beside the findings: the published description of the API, empty where there was none of a version
// spoken, and what people asked.
struct Beside {
  analyse::Conformance conformance;
  analyse::Coverage coverage;
  std::vector<notes::Question> questions;
  // Those of kOtherPages that the report's folder has.
  std::vector<std::string> others;
};
// Pages that other commands write into the same folder.
inline constexpr std::string_view kOtherPages[] = {"clients.md", "latency.md", "speed.md", "reliability.md"};
// Adds to what is beside the findings what earlier runs saw, as an earlier report in `folder` has it, where scenario and engine
// are the same `before` (the baseline) and `now` (analyse/earlier.h).
void AddEarlierRuns(const std::string& folder, const analyse::Findings& before, const analyse::Findings& now, Beside& beside);
// Everything that goes to reports/; without conformance.*, coverage.* and questions.md where there is nothing to put beside.
Files BuildReports(const analyse::Findings& findings, const journal::Journal& journal,
                   const Beside& beside = {});
// Figures and gaps, for a terminal.
std::string CoverageText(const analyse::Coverage& coverage);
// JUnit XML: a test suite per area and engine, a test case per case.
std::string JunitXml(const analyse::Findings& findings, const journal::Journal& journal);
// The text of one failing judgement for a test's message: rule, values, citation, reproduction.
std::string FailureText(const analyse::ScenarioFindings& scenario,
                        const analyse::CaseFinding& finding, const journal::Journal& journal);
// A shell script of curl calls that repeats the case; streams that curl cannot do are said so, with
// the plimsoll command instead. Ids captured at run time become shell variables.
std::string Reproduction(const journal::CaseRecord& record, const journal::Journal& journal);

// Of engines/<engine>.json: raised when a member changes its meaning or goes; a new one does not raise it.
inline constexpr int kReportFormat = 1;
// That file's path in the report's folder, and what it holds.
std::string EngineJsonPath(std::string_view engine);
Json EngineJson(const journal::EngineRecord& engine, const analyse::Findings& findings);
// Findings about one engine from its engines/<engine>.json. An Error where the file is none, or of another format.
Result<analyse::Findings> ReadResult(const std::string& path);

// What changed, for a terminal and as a Markdown document; as JSON (docs/changes.schema.json), for several comparisons.
std::string ChangesText(const analyse::Changes& changes);
std::string ChangesPage(const analyse::Changes& changes);
Json ChangesJson(const std::vector<analyse::Changes>& comparisons);

// Writes the files below `folder`, each replaced whole or not at all; removes files of an earlier
// report (those named in its manifest) that are no longer made, and touches nothing else there.
Status WriteReports(const std::string& folder, const Files& files);

}  // namespace plimsoll::report
