// The sections of a scenario's page that compare: with what was expected, between engines, between
// repetitions.
#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"

namespace plimsoll::report {
namespace {

using analyse::CaseFinding;
using analyse::Judgement;
using analyse::ScenarioFindings;
using analyse::Verdict;

// More than so many failing combinations of one expectation are counted, not listed.
constexpr size_t kMostListed = 5;

struct EngineTally {
  std::string engine;
  size_t judged = 0;
  size_t held = 0;
  std::vector<std::string> otherwise;  // "with Tty=true: `running`"
};

struct Expectation {
  std::string observation, expected, because, when;
  std::vector<EngineTally> engines;
};

bool Matches(const Json& when, const Json& parameters) {
  for (const auto& [name, wanted] : when.items()) {
    const Json* value = Find(parameters, name);
    if (!value) return false;
    const bool listed =
        wanted.is_array() && std::find(wanted.begin(), wanted.end(), *value) != wanted.end();
    if (!listed && *value != wanted) return false;
  }
  return true;
}

// "Tty=false, t=0 or 5".
std::string WhenText(const Json& when) {
  std::vector<std::string> parts;
  for (const auto& [name, wanted] : when.items()) {
    std::vector<std::string> values;
    for (const Json& value : wanted.is_array() ? wanted : Json::array({wanted})) {
      values.push_back(value.is_null() ? "null" : ValueText(value, Markup::kPlain));
    }
    parts.push_back(fmt::format("{}={}", name, fmt::join(values, " or ")));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

// The `when` of the row that a judgement comes from, for telling it.
std::string WhenOf(const Judgement& judgement, const Json& parameters,
                   const journal::ScenarioRecord* record) {
  if (!record || !record->expect.is_array()) return "";
  for (const Json& row : record->expect) {
    if (GetString(row, "because") != judgement.because || !Find(row, judgement.observation))
      continue;
    const std::string api = GetString(row, "api");
    const std::string versions = api.empty() ? "" : "API " + api;
    const Json* when = Find(row, "when");
    if (!when || !when->is_object()) return versions;
    if (Matches(*when, parameters)) return WhenText(*when) + (versions.empty() ? "" : ", " + versions);
  }
  return "";
}

void Count(const ScenarioFindings& scenario, const CaseFinding& finding, const Judgement& judgement,
           EngineTally& tally) {
  ++tally.judged;
  if (judgement.verdict == Verdict::kConforms || judgement.verdict == Verdict::kDeviationGone) {
    ++tally.held;
    return;
  }
  const std::string parameters = ParametersText(scenario, finding.parameters, Markup::kMarkdown);
  std::string text = parameters.empty() ? "" : fmt::format("with {}: ", parameters);
  text += judgement.verdict == Verdict::kUnstable ? "varies"
                                                  : ValueText(judgement.actual, Markup::kMarkdown);
  if (judgement.verdict == Verdict::kKnownDeviation) text += " (known)";
  tally.otherwise.push_back(std::move(text));
}

std::vector<Expectation> ExpectationsOf(const ScenarioFindings& scenario,
                                        const journal::ScenarioRecord* record) {
  std::vector<Expectation> all;
  for (const CaseFinding& finding : scenario.cases) {
    for (const Judgement& judgement : finding.judgements) {
      const std::string when = WhenOf(judgement, finding.parameters, record);
      auto same = std::find_if(all.begin(), all.end(), [&](const Expectation& e) {
        return e.observation == judgement.observation && e.expected == judgement.expected &&
               e.because == judgement.because && e.when == when;
      });
      if (same == all.end()) {
        same = all.insert(all.end(),
                          {judgement.observation, judgement.expected, judgement.because, when, {}});
      }
      auto tally = std::find_if(same->engines.begin(), same->engines.end(),
                                [&](const EngineTally& t) { return t.engine == finding.engine; });
      if (tally == same->engines.end()) {
        tally = same->engines.insert(same->engines.end(), {finding.engine, 0, 0, {}});
      }
      Count(scenario, finding, judgement, *tally);
    }
  }
  return all;
}

std::string TallyLine(const EngineTally& tally) {
  const std::string engine = MdText(tally.engine);
  if (tally.held == tally.judged) {
    const std::string cases = tally.judged == 1   ? ""
                              : tally.judged == 2 ? " in both cases"
                                                  : fmt::format(" in all {} cases", tally.judged);
    return fmt::format("  - {}: held{}.\n", engine, cases);
  }
  std::vector<std::string> shown = tally.otherwise;
  std::string more;
  if (shown.size() > kMostListed) {
    more = fmt::format("; and {} more", shown.size() - kMostListed);
    shown.resize(kMostListed);
  }
  const std::string held = tally.judged == 1
                               ? "did not hold"
                               : fmt::format("held in {} of {} cases", tally.held, tally.judged);
  return fmt::format("  - {}: {}. Seen {}{}.\n", engine, held, fmt::join(shown, "; "), more);
}

std::string ExpectationText(const ScenarioFindings& scenario, const Expectation& expectation) {
  const bool yes_or_no = IsYesOrNo(scenario, expectation.observation);
  return Capitalised(ExpectedStatement(expectation.observation, expectation.expected, yes_or_no,
                                       Markup::kMarkdown));
}

std::string Upstream(const std::string& upstream) {
  return upstream.empty() ? "" : fmt::format(" Upstream: {}.", MdProse(upstream));
}

}  // namespace

std::string ExpectationsSection(const ScenarioFindings& scenario,
                                const journal::ScenarioRecord* record) {
  std::string out;
  for (const Expectation& expectation : ExpectationsOf(scenario, record)) {
    const std::string when = expectation.when.empty() ? "" : " when " + MdText(expectation.when);
    out += fmt::format("- {}{}.\n", ExpectationText(scenario, expectation), when);
    if (!expectation.because.empty()) {
      out += fmt::format("  Because: {}\n", Stopped(MdProse(expectation.because)));
    }
    for (const EngineTally& tally : expectation.engines) out += TallyLine(tally);
  }
  return out.empty() ? "" : "## What was expected\n\n" + out;
}

std::string KnownDeviationsSection(const ScenarioFindings& scenario) {
  std::string out;
  for (const KnownGroup& group : GroupKnown(scenario)) {
    const std::string parameters = ParametersText(scenario, group.first, Markup::kMarkdown);
    const std::string where = parameters.empty() ? "" : " with " + parameters;
    const std::string more =
        group.combinations > 1
            ? fmt::format(" (and {})", Counted(group.combinations - 1, "more combination"))
            : "";
    const bool yes_or_no = IsYesOrNo(scenario, group.observation);
    out += fmt::format("- {}{}{}: {}.{} Reason: {}{}\n",
                       Capitalised(OnEngines({group.engine}, Markup::kMarkdown)), where, more,
                       Statement(group.observation, group.actual, yes_or_no, Markup::kMarkdown),
                       group.gone ? " **This is as expected now: the row can go.**" : "",
                       Stopped(MdProse(group.known)), Upstream(group.upstream));
  }
  return out.empty() ? "" : "## Known deviations\n\n" + out;
}

std::string DifferencesSection(const ScenarioFindings& scenario) {
  std::string out;
  for (const DifferenceGroup& group : GroupDifferences(scenario)) {
    out += fmt::format("- {}.\n", Capitalised(DifferenceSentence(scenario, group)));
    std::vector<std::string> ids;
    for (const auto& [engine, id] : group.first->case_ids) ids.push_back(MdCode(id));
    if (!ids.empty()) out += fmt::format("  Evidence: {}\n", fmt::join(ids, ", "));
  }
  return out.empty() ? "" : "## Where the engines differ\n\n" + out;
}

std::string UnstableSection(const ScenarioFindings& scenario) {
  std::string out;
  for (const UnstableGroup& group : GroupUnstable(scenario)) {
    const std::string parameters = ParametersText(scenario, group.first, Markup::kMarkdown);
    const std::string where = parameters.empty() ? "" : " with " + parameters;
    const std::string more =
        group.combinations > 1
            ? fmt::format(" (and {})", Counted(group.combinations - 1, "more combination"))
            : "";
    const std::string why = group.because.empty() ? "" : ": " + MdProse(group.because);
    out += fmt::format("- {}{}{}, {}: {}{}.\n",
                       Capitalised(OnEngines({group.engine}, Markup::kMarkdown)), where, more,
                       MdText(group.observation), group.values, why);
  }
  if (out.empty()) return "";
  return "## Unstable values\n\nThe same case on the same engine gives now this, now that.\n\n" + out;
}

std::string UnsupportedSection(const ScenarioFindings& scenario) {
  std::string out;
  for (const UnsupportedGroup& group : GroupUnsupported(scenario)) {
    out += fmt::format("- {}: {} not run. Reason: {}\n",
                       Capitalised(OnEngines({group.engine}, Markup::kMarkdown)),
                       Counted(group.cases, "case"), Stopped(MdProse(group.reason)));
  }
  return out.empty() ? "" : "## Unsupported\n\n" + out;
}

}  // namespace plimsoll::report
