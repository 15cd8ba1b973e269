// <area>/<scenario>.md: one question, its answer, and what the answer rests on.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "report/diagram.h"
#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"
#include "report/report.h"

namespace plimsoll::report {
namespace {

using analyse::CaseFinding;
using analyse::ScenarioFindings;
using analyse::Verdict;
using journal::CaseOutcome;
using journal::CaseRecord;

constexpr size_t kMostScripts = 3;

std::string Head(const ScenarioFindings& scenario) {
  std::string out = fmt::format("# {}\n\n", MdInline(Flat(scenario.title)));
  const std::string question = MdProse(scenario.question);
  if (!question.empty()) out += fmt::format("> {}\n\n", question);
  return out;
}

std::string Bullet(const std::string& sentence) { return "- " + sentence + "\n"; }

// Of how many combinations a sweep knows what it says.
std::string SweepSentence(const ScenarioFindings& scenario) {
  if (!scenario.sweep || !scenario.sweep->settled) return "";
  const analyse::Sweep& sweep = *scenario.sweep;
  return fmt::format(
      "\nThis rests on {} of {} combinations: {} in which every pair of values occurs, {} that told what decides, or that rules needed to have no gaps "
      "(every combination of what decides, with each value of all else), and {} drawn as if by chance, which were as the "
      "rules say.\n",
      sweep.pairs + sweep.needed + sweep.drawn, scenario.rows, sweep.pairs, sweep.needed, sweep.drawn);
}

// That what the cases begin with is the same.
std::string SharedSentence(const ScenarioFindings& scenario) {
  if (!scenario.shared_by) return "";
  std::vector<std::string> names;
  for (const std::string& name : *scenario.shared_by) names.push_back(MdText(name));
  const std::string of = names.empty() ? "" : fmt::format(" for each {} of {}", names.size() == 1 ? "value" : "combination", Listed(names));
  return fmt::format("\nThe cases of an engine share what they begin with: it was set up once{}.\n", of);
}

std::string AnswerSection(const ScenarioFindings& scenario) {
  const Answer answer = AnswerOf(scenario, Markup::kMarkdown);
  std::string out = "## Answer\n\n";
  if (answer.common.empty() && answer.differing.empty()) {
    return out + "None: no case of this scenario gave a value to go by. See below.\n";
  }
  if (!answer.common.empty()) {
    const std::string which =
        answer.engines.size() > 1 ? fmt::format(" ({})", EnginesListed(answer.engines, Markup::kMarkdown)) : "";
    out += fmt::format("{}{}:\n\n",
                       OnEnginesOfAll(answer.engines, answer.engines, Markup::kMarkdown), which);
    for (const Answer::Common& common : answer.common) out += Bullet(Capitalised(common.clause));
  }
  if (!answer.differing.empty()) {
    out += answer.common.empty() ? "The engines differ:\n\n" : "\nThe engines differ in this:\n\n";
    for (const std::vector<std::string>& sentences : answer.differing) {
      for (const std::string& sentence : sentences) out += Bullet(sentence);
    }
  }
  if (!answer.indifferent.empty()) {
    out += fmt::format("\nDecides nothing here: {}.\n", Listed(answer.indifferent));
  }
  return out + SweepSentence(scenario) + SharedSentence(scenario);
}

std::string VerdictLine(const ScenarioFindings& scenario) {
  std::map<Verdict, std::vector<std::string>> engines;
  for (const auto& [engine, verdict] : scenario.verdict_by_engine)
    engines[verdict].push_back(engine);
  std::vector<std::string> parts;
  for (const auto& [verdict, names] : engines) {
    parts.push_back(fmt::format("{} {} ({})", analyse::Name(verdict),
                                OnEngines(names, Markup::kMarkdown), MeaningOf(verdict)));
  }
  return parts.empty() ? "" : fmt::format("Verdict: {}.\n", fmt::join(parts, "; "));
}

std::string TroubleSection(const ScenarioFindings& scenario) {
  std::string out;
  for (const CaseFinding& finding : scenario.cases) {
    if (finding.verdict != Verdict::kTimedOut && finding.verdict != Verdict::kHarnessError)
      continue;
    const std::string reason = finding.reason.empty() ? "" : ": " + MdProse(finding.reason);
    out += fmt::format("- {} ({}){}\n", MdCode(finding.case_id), analyse::Name(finding.verdict),
                       reason);
  }
  return out.empty() ? "" : "## Cases that did not come to their end\n\n" + out;
}

// How much a case's diagram would tell: distinct calls, and streams from which a read got what it
// waited for. Whether the engine had ended a stream before the case let go of it is chance, and
// must not decide which case is shown.
size_t Telling(const CaseRecord& record) {
  std::set<std::string> calls;
  std::set<std::string> read;
  for (const journal::Exchange& exchange : record.exchanges) {
    calls.insert(exchange.step + " " + exchange.name);
  }
  for (const journal::Reading& reading : record.readings) {
    if (reading.found && !reading.text.empty()) read.insert(reading.stream);
  }
  return calls.size() + 2 * read.size();
}

// The case that shows most, of the first engine that ran the scenario; of several the first.
const CaseRecord* Representative(const ScenarioFindings& scenario,
                                 const journal::Journal& journal) {
  const CaseRecord* best = nullptr;
  for (const CaseFinding& finding : scenario.cases) {
    const CaseRecord* record = FindCase(journal, finding.case_id);
    if (!record || record->outcome != CaseOutcome::kCompleted || record->exchanges.empty())
      continue;
    if (best && best->engine < record->engine) continue;
    if (!best || record->engine < best->engine || Telling(*record) > Telling(*best)) best = record;
  }
  return best;
}

std::string CaseCaption(const ScenarioFindings& scenario, const CaseRecord& record) {
  const std::string parameters = ParametersText(scenario, record.parameters, Markup::kMarkdown);
  return fmt::format("{}{}", parameters.empty() ? "" : "With " + parameters + ", ",
                     OnEngines({record.engine}, Markup::kMarkdown));
}

std::string DiagramSection(const ScenarioFindings& scenario, const journal::Journal& journal) {
  const CaseRecord* record = Representative(scenario, journal);
  if (!record) return "";
  return fmt::format("## One case, step by step\n\n{}:\n\n{}",
                     Capitalised(CaseCaption(scenario, *record)),
                     MdFence("mermaid", SequenceDiagram(*record, journal)));
}

std::string EvidenceSection(const ScenarioFindings& scenario) {
  if (scenario.cases.empty()) return "";
  const std::string path = EvidencePath(scenario);
  return fmt::format(
      "## Evidence\n\n[What was sent and answered in {}]({}). Every byte and time is in the run's journal:\n"
      "`plimsoll show JOURNAL CASE-ID` prints it, and `plimsoll plan` the ids.\n",
      scenario.cases.size() == 1 ? "the case" : fmt::format("each of the {} cases", scenario.cases.size()),
      path.substr(path.rfind('/') + 1));
}

std::string ReproductionSection(const ScenarioFindings& scenario, const journal::Journal& journal) {
  std::string out;
  size_t scripts = 0;
  for (const CaseRecord* record : WorthRepeating(scenario, journal)) {
    if (++scripts > kMostScripts) continue;
    out += fmt::format("\n{}:\n\n{}", Capitalised(CaseCaption(scenario, *record)),
                       MdFence("sh", Reproduction(*record, journal)));
  }
  if (scripts > kMostScripts) {
    const std::string path = EvidencePath(scenario);
    out += fmt::format("\nScripts of {} more, one for each difference and deviation, are [with the cases]({}).\n", scripts - kMostScripts,
                       path.substr(path.rfind('/') + 1));
  }
  return out.empty() ? "" : "## Try it yourself\n" + out;
}

std::string AreaFolder(std::string_view area) { return FileName(area.empty() ? "scenarios" : area); }

}  // namespace

std::vector<const CaseRecord*> WorthRepeating(const ScenarioFindings& scenario,
                                              const journal::Journal& journal) {
  std::vector<const CaseRecord*> chosen;
  std::set<std::string> done;
  const auto choose = [&](const std::string& id, const Json& parameters, const std::string& why) {
    if (!done.insert(why).second) return;
    if (!done.insert(CompactJson(parameters)).second) return;
    const CaseRecord* record = FindCase(journal, id);
    if (record && !record->exchanges.empty()) chosen.push_back(record);
  };
  for (const Verdict verdict :
       {Verdict::kDeviates, Verdict::kDeviationGone, Verdict::kKnownDeviation}) {
    for (const CaseFinding& finding : scenario.cases) {
      for (const analyse::Judgement& judgement : finding.judgements) {
        if (judgement.verdict != verdict) continue;
        choose(finding.case_id, finding.parameters,
               "judged " + judgement.observation + finding.engine);
      }
    }
  }
  for (const DifferenceGroup& group : GroupDifferences(scenario)) {
    if (group.first->case_ids.empty()) continue;
    choose(group.first->case_ids[0].second, group.first->parameters,
           "differs " + group.first->observation);
  }
  if (chosen.empty()) {
    if (const CaseRecord* record = Representative(scenario, journal)) chosen.push_back(record);
  }
  return chosen;
}

std::string AreaPath(const Area& area) { return AreaFolder(area.name) + "/README.md"; }

std::string PagePath(const ScenarioFindings& scenario) {
  std::string path;
  for (const std::string& part : Split(scenario.id, '/')) {
    path += (path.empty() ? "" : "/") + FileName(part);
  }
  // A file beside the front page could take its name.
  if (path.find('/') == std::string::npos) {
    path = AreaFolder(scenario.area) + "/" + path;
  }
  return path + ".md";
}

std::string ScenarioPage(const ScenarioFindings& scenario, const journal::Journal& journal) {
  std::string out = Head(scenario) + AnswerSection(scenario);
  for (const std::string& section :
       {VerdictLine(scenario), CaseTable(scenario),
        ExpectationsSection(scenario, journal.FindScenario(scenario.id)),
        KnownDeviationsSection(scenario), DifferencesSection(scenario), UnstableSection(scenario),
        UnsupportedSection(scenario), TroubleSection(scenario), DiagramSection(scenario, journal),
        EvidenceSection(scenario), ReproductionSection(scenario, journal)}) {
    if (!section.empty()) out += "\n" + section;
  }
  return out;
}

}  // namespace plimsoll::report
