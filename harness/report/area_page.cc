// <area>/README.md: an area's questions with more of their answers than the front page has room for, where the
// engines differ in it, and what deviates.
#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"

namespace plimsoll::report {
namespace {

using analyse::Findings;
using analyse::ScenarioFindings;

constexpr size_t kSentencesOnAreaPage = 4;
constexpr std::string_view kBase = "../";
// A list here ends so; the rest is on the scenarios' pages.
constexpr size_t kMostDifferencesEach = 3;

std::string LongEntry(const ScenarioFindings& scenario,
                          const std::vector<std::string>& all_engines) {
  std::string out = fmt::format("## {}\n\n", LinkTo(scenario, kBase));
  const std::string question = MdProse(scenario.question);
  if (!question.empty()) out += fmt::format("> {}\n\n", question);
  for (const std::string& sentence : TellingSentences(scenario, all_engines, kSentencesOnAreaPage)) {
    out += fmt::format("- {}\n", sentence);
  }
  return out + fmt::format("\n[More: the whole answer, the table and the evidence](../{})\n", PagePath(scenario));
}

std::string DifferencesInArea(const Area& area, size_t engines) {
  std::string out;
  for (const ScenarioFindings* each : area.scenarios) {
    const ScenarioFindings& scenario = *each;
    const std::vector<DifferenceGroup> groups = GroupDifferences(scenario);
    const std::string link = LinkTo(scenario, kBase, "Where the engines differ");
    for (size_t i = 0; i < std::min(groups.size(), kMostDifferencesEach); ++i) {
      out += fmt::format("- {}: {}.\n", link, DifferenceSentence(scenario, groups[i]));
    }
    if (groups.size() > kMostDifferencesEach) {
      out += fmt::format("- {}: and {}.\n", link,
                         Counted(groups.size() - kMostDifferencesEach, "more difference"));
    }
  }
  if (out.empty() && engines > 1) out = "Nowhere in what was run.\n";
  return out.empty() ? "" : "\n## Where the engines differ\n\n" + out;
}

std::string KnownInArea(const Area& area) {
  std::string out;
  for (const ScenarioFindings* each : area.scenarios) {
    const ScenarioFindings& scenario = *each;
    for (const KnownGroup& group : GroupKnown(scenario)) {
      out += fmt::format(
          "- {}: {} {} ({}). Reason: {}{}\n", LinkTo(scenario, kBase, "Known deviations"),
          Statement(group.observation, group.actual, IsYesOrNo(scenario, group.observation),
                    Markup::kMarkdown),
          OnEngines({group.engine}, Markup::kMarkdown),
          group.gone ? "as expected now" : Counted(group.combinations, "case"),
          Stopped(MdProse(group.known)),
          group.upstream.empty() ? "" : fmt::format(" Upstream: {}.", MdProse(group.upstream)));
    }
  }
  return out.empty() ? ""
                     : "\n## Known deviations\n\nNot as documented, and known to be so.\n\n" + out;
}

}  // namespace

std::vector<Area> AreasOf(const Findings& findings) {
  std::vector<Area> areas;
  for (const ScenarioFindings& scenario : findings.scenarios) {
    auto known = std::find_if(areas.begin(), areas.end(), [&](const Area& area) { return area.name == scenario.area; });
    if (known == areas.end()) known = areas.insert(areas.end(), {scenario.area, {}});
    known->scenarios.push_back(&scenario);
  }
  return areas;
}

std::string AreaTitle(const Area& area) { return Capitalised(MdText(area.name.empty() ? "Other" : area.name)); }

std::vector<std::string> EnginesOf(const Findings& findings) {
  std::vector<std::string> names;
  for (const journal::EngineRecord& engine : findings.engines) names.push_back(engine.name);
  return names;
}

std::vector<std::string> TellingSentences(const ScenarioFindings& scenario,
                                          const std::vector<std::string>& all_engines, size_t most) {
  const Answer answer = AnswerOf(scenario, Markup::kMarkdown);
  std::vector<std::string> out;
  for (const std::vector<std::string>& group : answer.differing) {
    if (!out.empty() && out.size() + group.size() > most) break;
    out.insert(out.end(), group.begin(), group.end());
  }
  const std::string where = OnEnginesOfAll(answer.engines, all_engines, Markup::kMarkdown);
  for (const bool decided : {true, false}) {
    for (const Answer::Common& common : answer.common) {
      if (common.decided != decided || out.size() >= most) continue;
      out.push_back(all_engines.size() > 1 ? where + ", " + common.clause
                                           : Capitalised(common.clause));
    }
  }
  if (out.empty()) out.push_back("No answer: no case of it gave a value to go by.");
  return out;
}

std::string LinkTo(const ScenarioFindings& scenario, std::string_view base, std::string_view heading) {
  const std::string anchor = heading.empty() ? "" : "#" + MdAnchor(heading);
  return fmt::format("[{}]({}{}{})", MdInline(Flat(scenario.title)), base, PagePath(scenario), anchor);
}

std::string AreaPage(const Area& area, const Findings& findings) {
  std::string out = fmt::format("# {}\n\nWhat was observed {}. [The front page](../README.md) has the other areas.\n",
                                AreaTitle(area), OnEngines(EnginesOf(findings), Markup::kMarkdown));
  for (const ScenarioFindings* scenario : area.scenarios) out += "\n" + LongEntry(*scenario, EnginesOf(findings));
  return out + AgreementTable(area, findings) + DifferencesInArea(area, findings.engines.size()) + KnownInArea(area);
}

}  // namespace plimsoll::report
