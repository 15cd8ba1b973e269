// README.md of a report: what was learned, by subject, for someone who has never heard of plimsoll.
#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"

namespace plimsoll::report {
namespace {

using analyse::Findings;
using analyse::ScenarioFindings;
using analyse::Verdict;
using journal::EngineRecord;

constexpr size_t kSentencesOnFrontPage = 2;

std::string Introduction(const Findings& findings) {
  size_t cases = 0;
  for (const auto& [verdict, count] : findings.counts) cases += count;
  const size_t engines = findings.engines.size();
  std::string out = fmt::format(
      "# What the Engine API does\n\n"
      "`plimsoll` finds out by experiment what the HTTP API of a container engine really does.\n"
      "It ran {} on {}, with the parameters of the calls varied\n"
      "({} in all), and wrote down every answer. What follows was observed, not copied from a\n"
      "manual. Each scenario asks one question; its page has the whole answer and the evidence.\n",
      Counted(findings.scenarios.size(), "scenario"), Counted(engines, "live engine"),
      Counted(cases, "case"));
  if (findings.missing > 0) {
    out += fmt::format("\n**The run was interrupted: {} of {} planned cases have no record.**\n",
                       findings.missing, findings.planned);
  }
  if (!findings.torn.empty())
    out += fmt::format("\n**The journal is damaged:** {}\n", MdText(findings.torn));
  return out;
}

std::string EngineTable(const Findings& findings) {
  if (findings.engines.empty()) return "";
  std::string head = "|  |";
  std::string line = "| --- |";
  for (const EngineRecord& engine : findings.engines) {
    head += fmt::format(" [{}]({}) |", MdText(engine.name), EngineJsonPath(engine.name));
    line += " --- |";
  }
  std::string out = "## Engines\n\n" + head + "\n" + line + "\n";
  constexpr std::pair<const char*, const char*> kRows[] = {{"Product", "product"},
                                                           {"Version", "version"},
                                                           {"API version", "api"},
                                                           {"Container runtime", "runtime"},
                                                           {"Storage driver", "storage_driver"},
                                                           {"cgroup version", "cgroup_version"}};
  for (const auto& [label, key] : kRows) {
    out += fmt::format("| {} |", label);
    for (const EngineRecord& engine : findings.engines) {
      const Json* value = Find(engine.identity, key);
      const bool there = value && !value->is_null() && *value != "";
      out += fmt::format(" {} |", there ? MdText(value->is_string() ? value->get<std::string>()
                                                                    : CompactJson(*value))
                                        : "?");
    }
    out += "\n";
  }
  return out;
}

// How many scenarios of the area have what `has` asks for; "" for none, so that the eye finds the others.
template <typename Has>
std::string CountedIn(const std::vector<const ScenarioFindings*>& scenarios, Has has) {
  const auto count = std::count_if(scenarios.begin(), scenarios.end(), [&](const auto* each) { return has(*each); });
  return count == 0 ? "" : std::to_string(count);
}

bool AnyFails(const ScenarioFindings& scenario) {
  return std::any_of(scenario.verdict_by_engine.begin(), scenario.verdict_by_engine.end(),
                     [](const auto& each) { return analyse::Fails(each.second); });
}

std::string Contents(const Findings& findings) {
  std::string out =
      "\n## Contents\n\nNumbers of scenarios; the page of an area tells more of each of them.\n\n"
      "| Area | Scenarios | Engines differ | Known deviations | Not as expected |\n"
      "| --- | ---: | ---: | ---: | ---: |\n";
  for (const Area& area : AreasOf(findings)) {
    out += fmt::format("| [{}]({}) | {} | {} | {} | {} |\n", AreaTitle(area), AreaPath(area), area.scenarios.size(),
                       CountedIn(area.scenarios, [](const auto& one) { return !one.differences.empty(); }),
                       CountedIn(area.scenarios, [](const auto& one) { return !GroupKnown(one).empty(); }),
                       CountedIn(area.scenarios, AnyFails));
  }
  return findings.scenarios.empty() ? "" : out;
}

std::string ShortEntry(const ScenarioFindings& scenario, const std::vector<std::string>& all_engines) {
  const std::string question = MdProse(scenario.question);
  std::string out = fmt::format("- **{}**{}{}\n", LinkTo(scenario, ""), question.empty() ? "" : ": ", question);
  for (const std::string& sentence : TellingSentences(scenario, all_engines, kSentencesOnFrontPage)) {
    out += fmt::format("  - {}\n", sentence);
  }
  return out;
}

std::string Areas(const Findings& findings) {
  std::string out;
  const std::vector<std::string> engines = EnginesOf(findings);
  for (const Area& area : AreasOf(findings)) {
    out += fmt::format("\n## [{}]({})\n\n", AreaTitle(area), AreaPath(area));
    for (const ScenarioFindings* scenario : area.scenarios) out += ShortEntry(*scenario, engines);
  }
  return out;
}

std::string_view TitleOfOther(std::string_view page) {
  if (page == "clients.md") return "What clients of the API really send, and what works with each";
  if (page == "latency.md") return "How long engines take to answer";
  if (page == "speed.md") return "How fast plimsoll is";
  return "What becomes of plimsoll's findings when things break";
}

std::string OtherPages(const Beside& beside) {
  std::string out;
  if (!beside.questions.empty()) out += "- [Questions that users really asked, and the answers](questions.md)\n";
  if (!beside.conformance.empty()) {
    out +=
        "- [Where answers leave the published description of the API](conformance.md)\n"
        "- [How much of it was gone through, and what is missing](coverage.md)\n";
  }
  for (const std::string& page : beside.others) out += fmt::format("- [{}]({})\n", TitleOfOther(page), page);
  return out.empty() ? "" : "\n## By another order\n\n" + out;
}

std::string Deviations(const Findings& findings) {
  std::string out;
  for (const ScenarioFindings& scenario : findings.scenarios) {
    for (const auto& [engine, verdict] : scenario.verdict_by_engine) {
      if (!analyse::Fails(verdict)) continue;
      out += fmt::format("- {}: {} {}.\n", LinkTo(scenario, ""), analyse::Name(verdict),
                         OnEngines({engine}, Markup::kMarkdown));
    }
  }
  return out.empty() ? "" : "\n## Not as expected\n\n" + out;
}

std::string Unsupported(const Findings& findings) {
  std::string out;
  for (const ScenarioFindings& scenario : findings.scenarios) {
    for (const UnsupportedGroup& group : GroupUnsupported(scenario)) {
      out += fmt::format("- {}: {} {}. Reason: {}\n", LinkTo(scenario, "", "Unsupported"),
                         Counted(group.cases, "case"), OnEngines({group.engine}, Markup::kMarkdown),
                         Stopped(MdProse(group.reason)));
    }
  }
  return out.empty() ? ""
                     : "\n## Unsupported here\n\nNot run, because the engine or the machine lacks "
                       "something.\n\n" +
                           out;
}

std::string Unstable(const Findings& findings) {
  std::string out;
  for (const ScenarioFindings& scenario : findings.scenarios) {
    for (const UnstableGroup& group : GroupUnstable(scenario)) {
      out += fmt::format("- {}: {} {}: {} ({}).\n", LinkTo(scenario, "", "Unstable values"),
                         MdText(group.observation), OnEngines({group.engine}, Markup::kMarkdown),
                         group.values, Counted(group.combinations, "combination"));
    }
  }
  if (out.empty()) return "";
  return "\n## Unstable values\n\nThe same case on the same engine gives now this, now that.\n\n" +
         out;
}

std::string Counts(const Findings& findings) {
  std::string out;
  for (int i = 0; i <= static_cast<int>(Verdict::kHarnessError); ++i) {
    const auto verdict = static_cast<Verdict>(i);
    const auto found = findings.counts.find(std::string(analyse::Name(verdict)));
    if (found == findings.counts.end() || found->second == 0) continue;
    out += fmt::format("| {} | {} | {} |\n", analyse::Name(verdict), found->second,
                       MeaningOf(verdict));
  }
  return out.empty()
             ? ""
             : "\n## Verdicts\n\n| Verdict | Cases | Meaning |\n| --- | ---: | --- |\n" + out;
}

}  // namespace

std::string FrontPage(const Findings& findings, const Beside& beside) {
  return Introduction(findings) + "\n" + EngineTable(findings) + Contents(findings) + AgreementMatrix(findings) + OtherPages(beside) + Areas(findings) +
         Deviations(findings) + Unsupported(findings) + Unstable(findings) + Counts(findings) +
         "\nDurations are kept apart, in [timings.md](timings.md): they vary from run to run, the "
         "rest of\n"
         "this report changes only when behaviour does.\n";
}

}  // namespace plimsoll::report
