#include "report/prose.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "analyse/rules.h"
#include "base/text.h"
#include "expect/value.h"
#include "report/escape.h"

namespace plimsoll::report {
namespace {

constexpr size_t kMostPlaces = 2;  // of groups of engines that vary in different combinations, in a sentence

using analyse::Rule;
using analyse::RuleSet;
using analyse::ScenarioFindings;

std::string Plain(std::string_view text, Markup markup) {
  return markup == Markup::kMarkdown ? MdText(text) : Printable(text);
}

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string LastWord(std::string_view text) {
  const size_t space = text.rfind(' ');
  return ToLower(space == std::string_view::npos ? text : text.substr(space + 1));
}

// The words before the first preposition: "bytes" of "bytes on stdout".
std::string_view HeadOf(std::string_view name) {
  size_t end = name.size();
  for (const std::string_view preposition : {" of ", " in ", " at ", " after ", " before ", " on ",
                                             " from ", " for ", " to ", " with "}) {
    end = std::min(end, name.find(preposition));
  }
  return name.substr(0, end);
}

// What stands between an observation's name and its value. Names are free text; most are nouns
// ("exit code"), some bring their verb ("attach answers").
std::string VerbFor(std::string_view name) {
  const std::string last = LastWord(name);
  if (IsOneOf(last,
              {"answers", "says", "returns", "gives",    "sends", "takes", "shows",  "reports",
               "ends",    "gets", "has",     "contains", "is",    "are",   "was",    "becomes",
               "carries", "sees", "prints",  "means",    "holds", "lasts", "yields", "reads",
               "took",    "gave", "got",     "saw",      "said",  "ended", "sent"})) {
    return "";
  }
  const std::string head = LastWord(HeadOf(name));
  const bool plural = head.size() > 3 && head.ends_with("s") && !head.ends_with("ss") &&
                      !head.ends_with("us") && !head.ends_with("is") && !head.ends_with("wards");
  return plural ? " are" : " is";
}

// How the condition reads, or empty if it is too long to read.
std::string Condition(const std::vector<analyse::Term>& when, const ScenarioFindings& scenario, Markup markup) {
  if (when.size() > kMostTerms) return "";
  const std::string text = analyse::DescribeCondition(when, scenario.parameters);
  return text.size() > kLongestCondition ? "" : Plain(text, markup);
}

bool IsYesOrNo(const ScenarioFindings& scenario, const std::string& observation) {
  for (const analyse::ObservationInfo& info : scenario.observations) {
    if (info.name == observation) return info.is_yes_or_no;
  }
  return false;
}

// "on podman-4.3 when Tty=true", or empty if it is too long to read. No engine is named where they are `all`.
std::string Where(const analyse::Varying& varying, const std::vector<std::string>& all, const ScenarioFindings& scenario,
                  Markup markup) {
  const bool always = varying.when.size() == 1 && varying.when[0].empty();
  const std::string condition = always ? "" : Condition(varying.when, scenario, markup);
  if (!always && condition.empty()) return "";
  std::string text = varying.engines == all ? "" : " " + OnEngines(varying.engines, markup);
  if (!always) text += (varying.unless ? " except when " : " when ") + condition;
  return text;
}

// "it varies on podman-4.3 when Tty=true"; else the number of combinations.
std::string WhereItVaries(const ScenarioFindings& scenario, const RuleSet& rules, Markup markup) {
  std::vector<std::string> places;
  for (const analyse::Varying& varying : rules.varies) places.push_back(Where(varying, rules.engines, scenario, markup));
  const bool told = !places.empty() && places.size() <= kMostPlaces && std::ranges::find(places, "") == places.end();
  if (told) return fmt::format("it varies{}", fmt::join(places, ", and"));
  return fmt::format("it varies in {}", Counted(rules.unstable.size(), "combination"));
}

// What keeps a rule from being the whole truth.
std::string Caveat(const ScenarioFindings& scenario, const RuleSet& rules, Markup markup) {
  if (!rules.unstable.empty()) return fmt::format(" (but {})", WhereItVaries(scenario, rules, markup));
  const bool settled = scenario.sweep && scenario.sweep->settled;
  return rules.full || settled ? "" : " (not every combination was tried)";
}

std::string DecidedBy(const RuleSet& rules, Markup markup) {
  std::vector<std::string> names;
  for (const std::string& name : rules.deciding) names.push_back(Plain(name, markup));
  const std::string_view depends = rules.deciding.empty() ? "varies" : "depends on ";
  return fmt::format("{}{} in a way too long for a sentence: {}", depends, Listed(names),
                     markup == Markup::kMarkdown ? "see the table" : "see the report's table");
}

std::string ConstantSentence(const RuleSet& rules, bool yes_or_no, Markup markup) {
  const Json& value = rules.rules[0].value;
  const std::string name = Plain(rules.observation, markup);
  const bool single = rules.cases <= 1;
  if (yes_or_no && value.is_boolean()) {
    const bool yes = value.get<bool>();
    return fmt::format("{}: {}", name, single ? (yes ? "yes" : "no") : (yes ? "always" : "never"));
  }
  const std::string shown = ValueText(value, markup);
  const std::string verb = VerbFor(rules.observation);
  if (single) return fmt::format("{}{} {}", name, verb, shown);
  if (verb.empty()) return fmt::format("{} {} in every case", name, shown);
  return fmt::format("{}{} always {}", name, verb, shown);
}

// REQUIRES: a yes-or-no observation with two rules, the first of them explicit.
std::string ClauseSentence(const ScenarioFindings& scenario, const RuleSet& rules, Markup markup) {
  const Rule& first = rules.rules[0];
  const std::string name = Plain(rules.observation, markup);
  const std::string condition = Condition(first.when, scenario, markup);
  if (condition.empty()) {
    return fmt::format("whether {} {}", Plain(rules.observation, markup), DecidedBy(rules, markup));
  }
  const bool yes = first.value.is_boolean() && first.value.get<bool>();
  return fmt::format("{} {} {}", name, yes ? "exactly when" : "except when", condition);
}

std::string ValuedSentence(const ScenarioFindings& scenario, const RuleSet& rules, Markup markup) {
  const std::string name = Plain(rules.observation, markup) + VerbFor(rules.observation);
  const std::string too_long =
      fmt::format("{} {}", Plain(rules.observation, markup), DecidedBy(rules, markup));
  if (rules.rules.size() > kMostValues) return too_long;
  std::vector<std::string> clauses;
  for (const Rule& rule : rules.rules) {
    const std::string value = ValueText(rule.value, markup);
    if (rule.otherwise) {
      clauses.push_back("otherwise " + value);
      continue;
    }
    const std::string condition = Condition(rule.when, scenario, markup);
    if (condition.empty()) return too_long;
    clauses.push_back(fmt::format("{} when {}", value, condition));
  }
  return fmt::format("{} {}", name, fmt::join(clauses, "; "));
}

std::vector<const RuleSet*> RuleSetsOf(const ScenarioFindings& scenario, const std::string& name) {
  std::vector<const RuleSet*> found;
  for (const RuleSet& rules : scenario.rules) {
    if (rules.observation == name && !rules.rules.empty()) found.push_back(&rules);
  }
  return found;
}

// Parameters in the matrix's order that every rule set calls indifferent.
std::vector<std::string> Indifferent(const ScenarioFindings& scenario, Markup markup) {
  std::vector<std::string> names;
  for (const journal::Parameter& parameter : scenario.parameters) {
    bool everywhere = !scenario.rules.empty();
    for (const RuleSet& rules : scenario.rules) {
      if (rules.rules.empty()) continue;
      const auto& list = rules.indifferent;
      everywhere = everywhere && std::find(list.begin(), list.end(), parameter.name) != list.end();
    }
    if (everywhere) names.push_back(Plain(parameter.name, markup));
  }
  return names;
}

}  // namespace

std::string Listed(const std::vector<std::string>& words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

std::string Stopped(std::string text) {
  const bool ended =
      text.empty() || std::string_view(".!?").find(text.back()) != std::string_view::npos;
  return ended ? text : text + ".";
}

std::string Counted(size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string Capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string NothingText(expect::Nothing why, Markup markup) {
  const std::string_view text = why == expect::Nothing::kNotTried   ? "not tried"
                                : why == expect::Nothing::kNoAnswer ? "no answer"
                                                                    : "nothing";
  return markup == Markup::kMarkdown ? fmt::format("*{}*", text) : std::string(text);
}

std::string ValueText(const Json& value, Markup markup, size_t limit) {
  if (const auto nothing = expect::NothingOf(value)) return NothingText(*nothing, markup);
  std::string text = CompactJson(value);
  if (value.is_string() && !TryParseJson(value.get_ref<const std::string&>())) {
    text = value.get<std::string>();
  }
  if (text.empty()) text = "\"\"";
  text = Abridged(text, limit);
  return markup == Markup::kMarkdown ? MdCode(text) : text;
}

std::string ParametersText(const ScenarioFindings& scenario, const Json& parameters,
                           Markup markup) {
  std::vector<std::string> parts;
  std::set<std::string> done;
  const auto add = [&](const std::string& name, const Json& value) {
    if (!done.insert(name).second) return;
    const std::string text = value.is_null() ? "null" : ValueText(value, Markup::kPlain, 60);
    parts.push_back(Plain(fmt::format("{}={}", name, text), markup));
  };
  for (const journal::Parameter& parameter : scenario.parameters) {
    if (const Json* value = Find(parameters, parameter.name)) add(parameter.name, *value);
  }
  for (const auto& [name, value] : parameters.items()) add(name, value);
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string EnginesListed(const std::vector<std::string>& engines, Markup markup) {
  std::vector<std::string> names;
  std::string product;
  for (const std::string& engine : engines) {
    const size_t dash = engine.rfind('-');
    const std::string begins = dash == std::string::npos ? "" : engine.substr(0, dash + 1);
    if (!begins.empty() && begins == product) {
      names.back() += "/" + Plain(engine.substr(dash + 1), markup);
    } else {
      names.push_back(Plain(engine, markup));
    }
    product = begins;
  }
  return Listed(names);
}

std::string OnEngines(const std::vector<std::string>& engines, Markup markup) {
  return "on " + EnginesListed(engines, markup);
}

std::string OnEnginesOfAll(const std::vector<std::string>& engines,
                           const std::vector<std::string>& all, Markup markup) {
  if (engines.size() < 2 || engines.size() != all.size())
    return Capitalised(OnEngines(engines, markup));
  return engines.size() == 2 ? "On both engines" : fmt::format("On all {} engines", engines.size());
}

std::string Statement(std::string_view observation, const Json& value, bool yes_or_no,
                      Markup markup) {
  const std::string name = Plain(observation, markup);
  if (yes_or_no && value.is_boolean()) {
    return fmt::format("{}: {}", name, value.get<bool>() ? "yes" : "no");
  }
  return fmt::format("{}{} {}", name, VerbFor(observation), ValueText(value, markup));
}

std::string ExpectedStatement(std::string_view observation, std::string_view expected, bool yes_or_no,
                              Markup markup) {
  constexpr std::string_view kIs = "is ";
  const std::string name = Plain(observation, markup);
  if (yes_or_no && expected == "is `true`") return name + ": yes";
  if (yes_or_no && expected == "is `false`") return name + ": no";
  std::string verb;
  if (expected.starts_with(kIs)) {
    verb = VerbFor(observation);
    expected.remove_prefix(kIs.size());
  }
  return fmt::format("{}{} {}", name, verb,
                     markup == Markup::kMarkdown ? MdInline(expected) : Printable(expected));
}

std::string RuleClause(const ScenarioFindings& scenario, const RuleSet& rules, Markup markup) {
  const bool yes_or_no = IsYesOrNo(scenario, rules.observation);
  const std::string caveat = Caveat(scenario, rules, markup) + ".";
  if (rules.rules.empty()) {
    return fmt::format("{}: not observed.", Plain(rules.observation, markup));
  }
  if (rules.rules.size() == 1) return ConstantSentence(rules, yes_or_no, markup) + caveat;
  const bool clause = yes_or_no && rules.rules.size() == 2 && !rules.rules[0].otherwise;
  return (clause ? ClauseSentence(scenario, rules, markup)
                 : ValuedSentence(scenario, rules, markup)) +
         caveat;
}

std::string RuleSentence(const ScenarioFindings& scenario, const RuleSet& rules, Markup markup) {
  return Capitalised(RuleClause(scenario, rules, markup));
}

Answer AnswerOf(const ScenarioFindings& scenario, Markup markup) {
  Answer answer;
  std::set<std::string> engines;
  for (const RuleSet& rules : scenario.rules) {
    if (!rules.rules.empty()) engines.insert(rules.engines.begin(), rules.engines.end());
  }
  answer.engines.assign(engines.begin(), engines.end());
  for (const analyse::ObservationInfo& observation : scenario.observations) {
    const std::vector<const RuleSet*> groups = RuleSetsOf(scenario, observation.name);
    if (groups.size() == 1 && groups[0]->engines.size() == engines.size()) {
      answer.common.push_back(
          {RuleClause(scenario, *groups[0], markup), groups[0]->rules.size() > 1});
      continue;
    }
    std::vector<std::string> sentences;
    for (const RuleSet* rules : groups) {
      sentences.push_back(fmt::format("{}, {}", Capitalised(OnEngines(rules->engines, markup)),
                                      RuleClause(scenario, *rules, markup)));
    }
    if (!sentences.empty()) answer.differing.push_back(std::move(sentences));
  }
  answer.indifferent = Indifferent(scenario, markup);
  return answer;
}

}  // namespace plimsoll::report
