// What the pages tell once instead of once per case: equal findings of several combinations
// together.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"

namespace plimsoll::report {
namespace {

using analyse::CaseFinding;
using analyse::Difference;
using analyse::Judgement;
using analyse::ScenarioFindings;
using analyse::Verdict;

std::string ValuesSeen(const analyse::Cell& cell) {
  std::vector<std::string> values;
  for (const Json& value : analyse::ValuesOf(cell)) values.push_back(ValueText(value, Markup::kMarkdown));
  return fmt::format("{}", fmt::join(values, " or "));
}

// "`137` on docker-20.10, `0` on podman-4.3 and podman-5.4": equal values told once.
std::string ValuesByEngine(const Difference& difference, bool yes_or_no) {
  std::vector<std::pair<Json, std::vector<std::string>>> values;
  for (const auto& [engine, value] : difference.values) {
    auto found =
        std::find_if(values.begin(), values.end(), [&wanted = value](const auto& v) { return v.first == wanted; });
    if (found == values.end()) {
      values.emplace_back(value, std::vector<std::string>());
      found = values.end() - 1;
    }
    found->second.push_back(engine);
  }
  std::vector<std::string> parts;
  for (const auto& [value, engines] : values) {
    const bool clause = yes_or_no && value.is_boolean();
    const std::string shown =
        clause ? (value.get<bool>() ? "yes" : "no") : ValueText(value, Markup::kMarkdown);
    parts.push_back(fmt::format("{} {}", shown, OnEngines(engines, Markup::kMarkdown)));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::string_view MeaningOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kConforms:
      return "all that was expected held";
    case Verdict::kObserved:
      return "nothing was expected: the values document";
    case Verdict::kUnsupported:
      return "the engine or the machine lacks what the case needs";
    case Verdict::kKnownDeviation:
      return "not as expected, and known to be so";
    case Verdict::kUnstable:
      return "the value varies from one time to the next";
    case Verdict::kDeviationGone:
      return "was known not to be as expected, but is now";
    case Verdict::kDeviates:
      return "not as expected";
    case Verdict::kTimedOut:
      return "not done in its time";
    case Verdict::kHarnessError:
      return "the case could not be carried out (plimsoll failed, or the engine was gone): it says nothing";
  }
  return "";
}

bool IsYesOrNo(const ScenarioFindings& scenario, std::string_view observation) {
  return std::any_of(
      scenario.observations.begin(), scenario.observations.end(),
      [&](const auto& info) { return info.name == observation && info.is_yes_or_no; });
}

const journal::CaseRecord* FindCase(const journal::Journal& journal, std::string_view id) {
  const auto at = std::ranges::lower_bound(journal.cases, id, {}, [](const journal::CaseRecord& record) -> std::string_view { return record.id; });
  return at != journal.cases.end() && at->id == id ? &*at : nullptr;
}

std::vector<DifferenceGroup> GroupDifferences(const ScenarioFindings& scenario) {
  std::vector<DifferenceGroup> groups;
  for (const Difference& difference : scenario.differences) {
    auto same = std::find_if(groups.begin(), groups.end(), [&](const DifferenceGroup& group) {
      return group.first->observation == difference.observation &&
             group.first->values == difference.values;
    });
    if (same == groups.end()) same = groups.insert(groups.end(), {&difference, 0});
    ++same->combinations;
  }
  // In the order of the file's observations, so that one observation's lines stand together.
  const auto rank = [&](const DifferenceGroup& group) {
    const auto& list = scenario.observations;
    return std::find_if(list.begin(), list.end(),
                        [&](const auto& info) { return info.name == group.first->observation; }) -
           list.begin();
  };
  std::stable_sort(groups.begin(), groups.end(),
                   [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return groups;
}

std::string DifferenceSentence(const ScenarioFindings& scenario, const DifferenceGroup& group) {
  const Difference& difference = *group.first;
  const std::string parameters = ParametersText(scenario, difference.parameters, Markup::kMarkdown);
  std::string where = parameters.empty() ? "" : "with " + parameters;
  if (group.combinations > 1) {
    where += fmt::format(" (and {})", Counted(group.combinations - 1, "more combination"));
  }
  const bool yes_or_no = IsYesOrNo(scenario, difference.observation);
  // "exit code is" of "exit code is `0`": the values follow, each with its engines.
  std::string statement = MdText(difference.observation) + ":";
  return fmt::format("{}{}{} {}", where, where.empty() ? "" : ", ", statement,
                     ValuesByEngine(difference, yes_or_no));
}

std::vector<UnstableGroup> GroupUnstable(const ScenarioFindings& scenario) {
  std::vector<UnstableGroup> groups;
  for (const CaseFinding& finding : scenario.cases) {
    for (size_t i = 0; i < finding.cells.size() && i < scenario.observations.size(); ++i) {
      if (finding.cells[i].stable()) continue;
      UnstableGroup group{scenario.observations[i].name, finding.engine,
                          ValuesSeen(finding.cells[i]), finding.cells[i].varies_because, finding.parameters, 1};
      const auto same = std::find_if(groups.begin(), groups.end(), [&](const UnstableGroup& other) {
        return other.observation == group.observation && other.engine == group.engine &&
               other.values == group.values && other.because == group.because;
      });
      if (same == groups.end()) {
        groups.push_back(std::move(group));
      } else {
        ++same->combinations;
      }
    }
  }
  return groups;
}

std::vector<UnsupportedGroup> GroupUnsupported(const ScenarioFindings& scenario) {
  std::vector<UnsupportedGroup> groups;
  for (const CaseFinding& finding : scenario.cases) {
    if (finding.verdict != Verdict::kUnsupported) continue;
    auto same = std::find_if(groups.begin(), groups.end(), [&](const UnsupportedGroup& group) {
      return group.engine == finding.engine && group.reason == finding.reason;
    });
    if (same == groups.end())
      same = groups.insert(groups.end(), {finding.engine, finding.reason, 0});
    ++same->cases;
  }
  return groups;
}

std::vector<KnownGroup> GroupKnown(const ScenarioFindings& scenario) {
  std::vector<KnownGroup> groups;
  for (const CaseFinding& finding : scenario.cases) {
    for (const Judgement& judgement : finding.judgements) {
      const bool gone = judgement.verdict == Verdict::kDeviationGone;
      if (!gone && judgement.verdict != Verdict::kKnownDeviation) continue;
      auto same = std::find_if(groups.begin(), groups.end(), [&](const KnownGroup& group) {
        return group.engine == finding.engine && group.observation == judgement.observation &&
               group.known == judgement.known && group.gone == gone &&
               group.actual == judgement.actual;
      });
      if (same == groups.end()) {
        same = groups.insert(groups.end(),
                             {finding.engine, judgement.observation, judgement.known,
                              judgement.upstream, gone, finding.parameters, judgement.actual, 0});
      }
      ++same->combinations;
    }
  }
  return groups;
}

}  // namespace plimsoll::report
