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

constexpr size_t kMostSentences = 4;
// A list on the front page ends here; the rest is on the scenarios' pages.
constexpr size_t kMostDifferencesEach = 3;

std::string Link(const ScenarioFindings& scenario, std::string_view heading = "") {
  const std::string anchor = heading.empty() ? "" : "#" + MdAnchor(heading);
  return fmt::format("[{}]({}{})", MdInline(Flat(scenario.title)), PagePath(scenario), anchor);
}

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

// The most telling sentences: where engines differ, then what parameters decide, then constants.
std::vector<std::string> Sentences(const ScenarioFindings& scenario,
                                   const std::vector<std::string>& all_engines) {
  const Answer answer = AnswerOf(scenario, Markup::kMarkdown);
  std::vector<std::string> out;
  for (const std::vector<std::string>& group : answer.differing) {
    if (!out.empty() && out.size() + group.size() > kMostSentences) break;
    out.insert(out.end(), group.begin(), group.end());
  }
  const std::string where = OnEnginesOfAll(answer.engines, all_engines, Markup::kMarkdown);
  for (const bool decided : {true, false}) {
    for (const Answer::Common& common : answer.common) {
      if (common.decided != decided || out.size() >= kMostSentences) continue;
      out.push_back(all_engines.size() > 1 ? where + ", " + common.clause
                                           : Capitalised(common.clause));
    }
  }
  return out;
}

std::string ScenarioEntry(const ScenarioFindings& scenario,
                          const std::vector<std::string>& all_engines) {
  std::string out = fmt::format("### {}\n\n", Link(scenario));
  const std::string question = MdProse(scenario.question);
  if (!question.empty()) out += fmt::format("> {}\n\n", question);
  const std::vector<std::string> sentences = Sentences(scenario, all_engines);
  for (const std::string& sentence : sentences) out += fmt::format("- {}\n", sentence);
  if (sentences.empty()) out += "- No answer: no case of it gave a value to go by.\n";
  return out + fmt::format("\n[More: the whole answer, the table and the evidence]({})\n",
                           PagePath(scenario));
}

std::string Areas(const Findings& findings) {
  std::string out;
  std::vector<std::string> engines;
  for (const EngineRecord& engine : findings.engines) engines.push_back(engine.name);
  std::vector<std::string> areas;
  for (const ScenarioFindings& scenario : findings.scenarios) {
    if (std::find(areas.begin(), areas.end(), scenario.area) == areas.end())
      areas.push_back(scenario.area);
  }
  for (const std::string& area : areas) {
    out += fmt::format("\n## {}\n", Capitalised(MdText(area.empty() ? "Other" : area)));
    for (const ScenarioFindings& scenario : findings.scenarios) {
      if (scenario.area == area) out += "\n" + ScenarioEntry(scenario, engines);
    }
  }
  return out;
}

std::string Differences(const Findings& findings) {
  std::string out;
  for (const ScenarioFindings& scenario : findings.scenarios) {
    const std::vector<DifferenceGroup> groups = GroupDifferences(scenario);
    const std::string link = Link(scenario, "Where the engines differ");
    for (size_t i = 0; i < std::min(groups.size(), kMostDifferencesEach); ++i) {
      out += fmt::format("- {}: {}.\n", link, DifferenceSentence(scenario, groups[i]));
    }
    if (groups.size() > kMostDifferencesEach) {
      out += fmt::format("- {}: and {}.\n", link,
                         Counted(groups.size() - kMostDifferencesEach, "more difference"));
    }
  }
  if (out.empty() && findings.engines.size() > 1) out = "Nowhere in what was run.\n";
  return out.empty() ? "" : "\n## Where the engines differ\n\n" + out;
}

std::string KnownDeviations(const Findings& findings) {
  std::string out;
  for (const ScenarioFindings& scenario : findings.scenarios) {
    for (const KnownGroup& group : GroupKnown(scenario)) {
      out += fmt::format(
          "- {}: {} {} ({}). Reason: {}{}\n", Link(scenario, "Known deviations"),
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

std::string Deviations(const Findings& findings) {
  std::string out;
  for (const ScenarioFindings& scenario : findings.scenarios) {
    for (const auto& [engine, verdict] : scenario.verdict_by_engine) {
      if (!analyse::Fails(verdict)) continue;
      out += fmt::format("- {}: {} {}.\n", Link(scenario), analyse::Name(verdict),
                         OnEngines({engine}, Markup::kMarkdown));
    }
  }
  return out.empty() ? "" : "\n## Not as expected\n\n" + out;
}

std::string Unsupported(const Findings& findings) {
  std::string out;
  for (const ScenarioFindings& scenario : findings.scenarios) {
    for (const UnsupportedGroup& group : GroupUnsupported(scenario)) {
      out += fmt::format("- {}: {} {}. Reason: {}\n", Link(scenario, "Unsupported"),
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
      out += fmt::format("- {}: {} {}: {} ({}).\n", Link(scenario, "Unstable values"),
                         MdText(group.observation), OnEngines({group.engine}, Markup::kMarkdown),
                         group.values, Counted(group.combinations, "combination"));
    }
  }
  if (out.empty()) return "";
  return "\n## Unstable values\n\nThe same case, repeated on the same engine, gave different "
         "values.\n\n" +
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

std::string FrontPage(const Findings& findings) {
  return Introduction(findings) + "\n" + EngineTable(findings) + Areas(findings) +
         Differences(findings) + Deviations(findings) + KnownDeviations(findings) +
         Unsupported(findings) + Unstable(findings) + Counts(findings) +
         "\nDurations are kept apart, in [timings.md](timings.md): they vary from run to run, the "
         "rest of\n"
         "this report changes only when behaviour does.\n";
}

}  // namespace plimsoll::report
