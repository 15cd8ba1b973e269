// What changed from one result to another, for a terminal, as Markdown and as JSON.
#include <fmt/format.h>

#include <algorithm>

#include "analyse/rules.h"
#include "base/text.h"
#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"
#include "report/report.h"

namespace plimsoll::report {
namespace {

using analyse::Change;
using analyse::ChangeKind;
using analyse::Changes;
using analyse::ScenarioChanges;

constexpr int kChangesFormat = 1;

std::string Plain(std::string_view text, Markup markup) {
  return markup == Markup::kMarkdown ? MdText(text) : Printable(text);
}

// "137", or "0 or 137" of what varies.
std::string ValuesText(const std::vector<Json>& values, Markup markup) {
  std::vector<std::string> texts;
  for (const Json& value : values) texts.push_back(ValueText(value, markup));
  return fmt::format("{}", fmt::join(texts, " or "));
}

// " with t=0" or " when t is 0 (4 of 12 combinations)"; "" where there are no parameters.
std::string WhereText(const ScenarioChanges& scenario, const Change& change, Markup markup) {
  analyse::ScenarioFindings shape;
  shape.parameters = scenario.parameters;
  if (scenario.parameters.empty() || change.cases.empty()) return "";
  if (change.cases.size() == 1) return " with " + ParametersText(shape, change.cases[0], markup);
  const std::string count = fmt::format("{} of {}", change.cases.size(), Counted(scenario.combinations, "combination"));
  if (change.kind != ChangeKind::kChanged) return fmt::format(" ({})", Counted(change.cases.size(), "combination"));
  const bool always = change.when.size() == 1 && change.when[0].empty();
  if (always) return fmt::format(" in every combination ({})", change.cases.size());
  const std::string condition = analyse::DescribeCondition(change.when, scenario.parameters);
  if (change.when.size() <= kMostTerms && condition.size() <= kLongestCondition) {
    return fmt::format("{} {} ({})", change.except ? " except when" : " when", Plain(condition, markup), count);
  }
  return fmt::format(" ({}, the first with {})", count, ParametersText(shape, change.cases[0], markup));
}

std::string ChangeText(const ScenarioChanges& scenario, const Change& change, Markup markup) {
  const bool whole = change.observation.empty();
  const std::string name = whole ? (change.kind == ChangeKind::kChanged ? "verdict" : "the case") : Plain(change.observation, markup);
  const std::string where = WhereText(scenario, change, markup);
  if (change.kind != ChangeKind::kChanged) return name + where;
  std::string text = fmt::format("{}: {} -> {}{}", name, ValuesText(change.before, markup),
                                 ValuesText(change.after, markup), where);
  if (!change.reason.empty()) text += ": " + Plain(change.reason, markup);
  return text;
}

std::string CountsText(const Changes& changes) {
  const auto& counts = changes.counts;
  return fmt::format("{} changed, {} added, {} deleted, {} unchanged, {} unstable", counts.changed, counts.added,
                     counts.deleted, counts.unchanged, counts.unstable);
}

Json ChangeJson(const Change& change) {
  Json json = {{"kind", Name(change.kind)}, {"cases", change.cases}};
  json["observation"] = change.observation.empty() ? Json() : Json(change.observation);
  if (change.kind == ChangeKind::kChanged) {
    json["before"] = change.before;
    json["after"] = change.after;
    json["when"] = ConditionJson(change.when);
    json["except"] = change.except;
  }
  if (!change.reason.empty()) json["reason"] = change.reason;
  return json;
}

Json ComparisonJson(const Changes& changes) {
  Json scenarios = Json::array();
  for (const ScenarioChanges& scenario : changes.scenarios) {
    Json listed = Json::array();
    for (const Change& change : scenario.changes) listed.push_back(ChangeJson(change));
    scenarios.push_back({{"id", scenario.id}, {"title", scenario.title}, {"changes", std::move(listed)}});
  }
  const auto& counts = changes.counts;
  return {{"before", changes.before},
          {"after", changes.after},
          {"counts",
           {{"added", counts.added},
            {"deleted", counts.deleted},
            {"changed", counts.changed},
            {"unchanged", counts.unchanged},
            {"unstable", counts.unstable}}},
          {"scenarios", std::move(scenarios)}};
}

}  // namespace

std::vector<std::string> ChangeSentences(const ScenarioChanges& scenario) {
  std::vector<std::string> sentences;
  for (const Change& change : scenario.changes) {
    const std::string text = ChangeText(scenario, change, Markup::kMarkdown);
    sentences.push_back(change.kind == ChangeKind::kChanged ? text : fmt::format("{}: {}", Name(change.kind), text));
  }
  return sentences;
}

std::string ChangesText(const Changes& changes) {
  std::string out;
  for (const ScenarioChanges& scenario : changes.scenarios) {
    out += Printable(scenario.id) + "\n";
    for (const Change& change : scenario.changes) {
      out += fmt::format("  {:<8} {}\n", Name(change.kind), ChangeText(scenario, change, Markup::kPlain));
    }
  }
  return out + fmt::format("{} -> {}: {}\n", Printable(changes.before), Printable(changes.after), CountsText(changes));
}

std::string ChangesPage(const Changes& changes) {
  std::string out = fmt::format("# From {} to {}\n\n{}.\n", MdText(changes.before), MdText(changes.after), CountsText(changes));
  for (const ScenarioChanges& scenario : changes.scenarios) {
    out += fmt::format("\n## {}\n\n{}\n\n", MdText(scenario.id), MdProse(scenario.title));
    for (const std::string& sentence : ChangeSentences(scenario)) out += fmt::format("- {}\n", sentence);
  }
  return out;
}

Json ChangesJson(const std::vector<Changes>& comparisons) {
  Json all = Json::array();
  for (const Changes& changes : comparisons) all.push_back(ComparisonJson(changes));
  return {{"format", kChangesFormat}, {"comparisons", std::move(all)}};
}

}  // namespace plimsoll::report
