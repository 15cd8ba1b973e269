// <area>/<scenario>.cases.md: what was sent and answered in each case, for who wants to see what a table's cell rests on.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"
#include "report/transcript.h"

namespace plimsoll::report {
namespace {

using analyse::CaseFinding;
using analyse::ScenarioFindings;

std::string_view Mark(TranscriptLine::Kind kind) {
  switch (kind) {
    case TranscriptLine::Kind::kSent:
    case TranscriptLine::Kind::kSentAside:
      return "> ";
    case TranscriptLine::Kind::kAnswered:
    case TranscriptLine::Kind::kAnsweredAside:
    case TranscriptLine::Kind::kLost:
      return "< ";
    case TranscriptLine::Kind::kHungUp:
      return "> ";
    case TranscriptLine::Kind::kNote:
      return "  ";
  }
  return "";
}

std::string Transcript(const journal::CaseRecord& record, const journal::Journal& journal) {
  std::string text;
  for (const TranscriptLine& line : TranscriptOf(record, journal)) {
    text += fmt::format("{}{}\n", Mark(line.kind), Printable(line.text));
    if (!line.body.empty()) text += fmt::format("      {}\n", Printable(line.body));
  }
  return text;
}

// What the engines did, once for those that did the same.
std::string Exchanges(const Combination& row, const journal::Journal& journal) {
  std::vector<std::pair<std::string, std::vector<std::string>>> told;  // text -> engines
  for (const auto& [engine, finding] : row.by_engine) {
    const journal::CaseRecord* record = FindCase(journal, finding->case_id);
    std::string text = record ? Transcript(*record, journal) : "";
    if (text.empty()) text = fmt::format("  {}\n", Printable(Flat(finding->reason.empty() ? "nothing was sent" : finding->reason)));
    const auto same = std::find_if(told.begin(), told.end(), [&](const auto& each) { return each.first == text; });
    if (same == told.end()) {
      told.push_back({std::move(text), {engine}});
    } else {
      same->second.push_back(engine);
    }
  }
  std::string out;
  for (const auto& [text, engines] : told) {
    std::vector<std::string> names;
    for (const std::string& engine : engines) {
      names.push_back(fmt::format("{} ({})", MdText(engine), analyse::Name(row.by_engine.at(engine)->verdict)));
    }
    out += fmt::format("\n{}:\n\n{}", Listed(names), MdFence("text", text));
  }
  return out;
}

std::string Scripts(const std::vector<const journal::CaseRecord*>& records, const Combination& row,
                    const journal::Journal& journal) {
  std::string out;
  for (const journal::CaseRecord* record : records) {
    if (record->parameters != row.parameters) continue;
    out += fmt::format("\n<details><summary>As a script, with what {} answered</summary>\n\n{}\n</details>\n",
                       HtmlText(record->engine), MdFence("sh", Reproduction(*record, journal)));
  }
  return out;
}

}  // namespace

std::vector<Combination> CombinationsOf(const ScenarioFindings& scenario) {
  std::vector<Combination> rows;
  std::map<std::string, size_t> index;
  for (const CaseFinding& finding : scenario.cases) {
    const auto [at, added] = index.emplace(CompactJson(finding.parameters), rows.size());
    if (added) rows.push_back({finding.parameters, {}});
    rows[at->second].by_engine[finding.engine] = &finding;
  }
  return rows;
}

std::string EvidencePath(const ScenarioFindings& scenario) {
  std::string path = PagePath(scenario);
  return path.replace(path.rfind(".md"), 3, ".cases.md");
}

std::string EvidenceLink(const ScenarioFindings& scenario, size_t combination) {
  const std::string path = EvidencePath(scenario);
  return fmt::format("{}#case-{}", path.substr(path.rfind('/') + 1), combination + 1);
}

std::string EvidencePage(const ScenarioFindings& scenario, const journal::Journal& journal) {
  const std::string page = PagePath(scenario);
  std::string out = fmt::format(
      "# {}: what was sent and answered\n\nOf each case the calls in their order, `>` by the client and `<` by the engine; ids, names and times that "
      "are made up\nanew each time are left out, and so are long and changing answers. The answer to the question is on [its page]({}).\n"
      "`plimsoll show JOURNAL CASE-ID` prints every byte and time of a run of your own.\n",
      MdInline(Flat(scenario.title)), page.substr(page.rfind('/') + 1));
  const std::vector<Combination> rows = CombinationsOf(scenario);
  const auto scripts = WorthRepeating(scenario, journal);
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string parameters = ParametersText(scenario, rows[i].parameters, Markup::kMarkdown);
    out += fmt::format("\n## Case {}\n{}", i + 1, parameters.empty() ? "" : "\nWith " + parameters + ".\n");
    out += Exchanges(rows[i], journal) + Scripts(scripts, rows[i], journal);
  }
  return out;
}

}  // namespace plimsoll::report
