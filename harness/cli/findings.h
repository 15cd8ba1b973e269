// From a journal file to findings, and their short form for a terminal; shared by analyse, report,
// explore.
#pragma once

#include <string>
#include <vector>

#include "analyse/findings.h"
#include "base/result.h"
#include "journal/records.h"

namespace plimsoll::cli {

struct Analysed {
  journal::Journal journal;
  analyse::Findings findings;
  analyse::Findings baseline;  // empty where none was named
};
// What `baseline`, as below, has of these engines.
Result<analyse::Findings> KnownFrom(const std::string& baseline, const std::vector<std::string>& engines);
// With what `baseline` (a folder of ENGINE.json files; "": none) knows to vary.
Result<Analysed> AnalyseFile(const std::string& journal_path, const std::string& baseline = "");

// `path`: engines/ENGINE.json of a report, or a journal.
Result<analyse::Findings> LoadResult(const std::string& path);

// One line a scenario, then what fails, then the counts.
std::string Summary(const Analysed& analysed);
// Where the time of the run went; "" for a journal without a finished case.
std::string ScheduleText(const journal::Journal& journal);
int StatusOf(const analyse::Findings& findings);

}  // namespace plimsoll::cli
