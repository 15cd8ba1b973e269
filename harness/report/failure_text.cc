// FailureText: what a red test says. Plain text, read in a terminal or in a CI server's page.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"
#include "report/report.h"

namespace plimsoll::report {
namespace {

using analyse::CaseFinding;
using analyse::Judgement;
using analyse::ScenarioFindings;
using analyse::Verdict;

std::string Line(std::string_view label, std::string_view text) {
  return text.empty() ? "" : fmt::format("  {:<10}{}\n", fmt::format("{}:", label), text);
}

std::string RuleFor(const ScenarioFindings& scenario, const std::string& observation,
                    const std::string& engine) {
  for (const analyse::RuleSet& rules : scenario.rules) {
    const auto& engines = rules.engines;
    if (rules.observation == observation && !rules.rules.empty() &&
        std::find(engines.begin(), engines.end(), engine) != engines.end()) {
      return RuleSentence(scenario, rules, Markup::kPlain);
    }
  }
  return "";
}

std::string JudgementText(const ScenarioFindings& scenario, const CaseFinding& finding,
                          const Judgement& judgement) {
  std::string out = fmt::format("\n{} ({})\n", Printable(judgement.observation),
                                analyse::Name(judgement.verdict));
  out += Line("expected", Printable(judgement.expected));
  out += Line("actual", ValueText(judgement.actual, Markup::kPlain, 400));
  out += Line("because", Printable(Flat(judgement.because)));
  out += Line("known", Printable(Flat(judgement.known)));
  out += Line("upstream", Printable(Flat(judgement.upstream)));
  out += Line("rule", RuleFor(scenario, judgement.observation, finding.engine));
  return out;
}

}  // namespace

std::string FailureText(const ScenarioFindings& scenario, const CaseFinding& finding,
                        const journal::Journal& journal) {
  std::string out = Printable(Flat(scenario.title)) + "\n";
  out += Line("engine", Printable(finding.engine));
  out += Line("with", ParametersText(scenario, finding.parameters, Markup::kPlain));
  out += Line("case", Printable(finding.case_id));
  out += Line("verdict", analyse::Name(finding.verdict));
  out += Line("reason", Printable(Flat(finding.reason)));
  for (const Judgement& judgement : finding.judgements) {
    if (judgement.verdict == Verdict::kConforms || judgement.verdict == Verdict::kObserved)
      continue;
    out += JudgementText(scenario, finding, judgement);
  }
  const journal::CaseRecord* record = FindCase(journal, finding.case_id);
  if (record && !record->exchanges.empty()) {
    out += "\nTo see it yourself:\n\n" + Reproduction(*record, journal);
  }
  return out;
}

}  // namespace plimsoll::report
