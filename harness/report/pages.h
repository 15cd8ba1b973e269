// The writers of single files, used by BuildReports (report.h). Each is a pure function of findings
// and journal; nothing that an engine makes up and no time is in what they return, except for the
// timings.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyse/findings.h"
#include "base/json.h"
#include "journal/records.h"
#include "notes/questions.h"
#include "report/report.h"

namespace plimsoll::report {

// Rows that a table of cases may have; the rest is in the engine's JSON.
inline constexpr size_t kMostRows = 400;
// Where a scenario's page lies, relative to the report's folder.
std::string PagePath(const analyse::ScenarioFindings& scenario);

// <area>/<scenario>.md
std::string ScenarioPage(const analyse::ScenarioFindings& scenario,
                         const journal::Journal& journal);
// The cases for which a script is worth having, each combination once: of what deviates first, then of what is known to, then of
// where engines differ; where there is nothing of this the most telling case.
std::vector<const journal::CaseRecord*> WorthRepeating(const analyse::ScenarioFindings& scenario, const journal::Journal& journal);

// <area>/<scenario>.cases.md: the exchanges of every case; "Case 3" is the third of CombinationsOf.
std::string EvidencePath(const analyse::ScenarioFindings& scenario);
std::string EvidencePage(const analyse::ScenarioFindings& scenario, const journal::Journal& journal);
// From the scenario's page to one of its cases.
std::string EvidenceLink(const analyse::ScenarioFindings& scenario, size_t combination);
struct Combination {
  Json parameters;
  std::map<std::string, const analyse::CaseFinding*> by_engine;
};
// In the matrix's order.
std::vector<Combination> CombinationsOf(const analyse::ScenarioFindings& scenario);

// Sections of it; each begins with its heading and is empty where there is nothing to tell.
std::string CaseTable(const analyse::ScenarioFindings& scenario);
std::string ExpectationsSection(const analyse::ScenarioFindings& scenario,
                                const journal::ScenarioRecord* record);
std::string KnownDeviationsSection(const analyse::ScenarioFindings& scenario);
std::string DifferencesSection(const analyse::ScenarioFindings& scenario);
std::string UnstableSection(const analyse::ScenarioFindings& scenario);
std::string UnsupportedSection(const analyse::ScenarioFindings& scenario);

// README.md
std::string FrontPage(const analyse::Findings& findings, const Beside& beside);
// <area>/README.md; the scenarios of a folder, in the order of the run.
struct Area {
  std::string name;  // "" for scenarios without a folder
  std::vector<const analyse::ScenarioFindings*> scenarios;
};
std::vector<Area> AreasOf(const analyse::Findings& findings);
std::string AreaTitle(const Area& area);
std::string AreaPath(const Area& area);
std::string AreaPage(const Area& area, const analyse::Findings& findings);
// Where engines agree: of all areas, for the front page; of one area's scenarios, for its page. Empty for one engine.
inline constexpr std::string_view kAgreementHeading = "Agreement";
std::string AgreementMatrix(const analyse::Findings& findings);
std::string AgreementTable(const Area& area, const analyse::Findings& findings);
// What changed from version to version of each product (versions-docker.md), where products differ
// (docker-and-podman.md); those for which there are engines.
struct CompatibilityPage {
  std::string path, title, text;  // title: Markdown
};
std::vector<CompatibilityPage> CompatibilityPages(const analyse::Findings& findings);
// A scenario's changes, each as in ChangesPage.
std::vector<std::string> ChangeSentences(const analyse::ScenarioChanges& scenario);

// conformance.md, and the numbers to it, which are no two times the same: conformance-counts.json
std::string ConformancePage(const analyse::Conformance& conformance, const analyse::Findings& findings);
Json ConformanceCounts(const analyse::Conformance& conformance);
// questions.md
std::string QuestionsPage(const std::vector<notes::Question>& questions, const analyse::Findings& findings);
// coverage.md, coverage.json
std::string CoveragePage(const analyse::Coverage& coverage, const analyse::Findings& findings);
Json CoverageJson(const analyse::Coverage& coverage);

// Any of these terms, each a list of conditions that must all hold.
Json ConditionJson(const std::vector<analyse::Term>& terms);
// timings.md, timings.json
std::string TimingsPage(const analyse::Findings& findings, const journal::Journal& journal);
Json TimingsJson(const analyse::Findings& findings, const journal::Journal& journal);

// Shared by several of them.
std::vector<std::string> EnginesOf(const analyse::Findings& findings);
// The most telling sentences of a scenario's answer: where engines differ, then what parameters decide, then
// constants. About `most` of them, never none.
std::vector<std::string> TellingSentences(const analyse::ScenarioFindings& scenario,
                                          const std::vector<std::string>& all_engines, size_t most);
// A link to the scenario's page, or to a heading there; `base` leads from the linking page to the report's folder.
std::string LinkTo(const analyse::ScenarioFindings& scenario, std::string_view base,
                   std::string_view heading = "");
const journal::CaseRecord* FindCase(const journal::Journal& journal, std::string_view id);
// What is worth telling of one observation in which engines differ: combinations with the same
// values.
struct DifferenceGroup {
  const analyse::Difference* first = nullptr;
  size_t combinations = 0;
};
std::vector<DifferenceGroup> GroupDifferences(const analyse::ScenarioFindings& scenario);
// "with Tty=true (and 3 more combinations), exit code is `0` on docker-20.10, `1` on podman-4.3".
std::string DifferenceSentence(const analyse::ScenarioFindings& scenario,
                               const DifferenceGroup& group);
// Combinations on one engine that vary among the same values, for the same reason where one is known.
struct UnstableGroup {
  std::string observation, engine, values;  // values: "`a` or `b`"
  std::string because;                      // may be empty
  Json first = Json::object();              // parameters
  size_t combinations = 0;
};
std::vector<UnstableGroup> GroupUnstable(const analyse::ScenarioFindings& scenario);
struct UnsupportedGroup {
  std::string engine, reason;
  size_t cases = 0;
};
std::vector<UnsupportedGroup> GroupUnsupported(const analyse::ScenarioFindings& scenario);
struct KnownGroup {
  std::string engine, observation, known, upstream;
  bool gone = false;  // conforms now
  Json first = Json::object();
  Json actual;
  size_t combinations = 0;
};
std::vector<KnownGroup> GroupKnown(const analyse::ScenarioFindings& scenario);
// What a verdict means, for a reader who meets it for the first time.
std::string_view MeaningOf(analyse::Verdict verdict);
bool IsYesOrNo(const analyse::ScenarioFindings& scenario, std::string_view observation);

}  // namespace plimsoll::report
