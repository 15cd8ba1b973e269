// Findings as sentences. Rules, values and engines in; plain English out, in Markdown or as plain
// text. Nothing is computed here that the findings do not say. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyse/findings.h"
#include "base/json.h"
#include "expect/value.h"

namespace plimsoll::report {

enum class Markup { kMarkdown, kPlain };

// A condition with more terms or characters than this is not a sentence any more: the reader is
// sent to the table.
inline constexpr size_t kLongestCondition = 220;
inline constexpr size_t kMostTerms = 8;
inline constexpr size_t kMostValues = 6;

// "a", "a and b", "a, b and c".
std::string Listed(const std::vector<std::string>& words);
// With a full stop, unless it ends a sentence already.
std::string Stopped(std::string text);
// "1 case", "2 cases".
std::string Counted(size_t count, std::string_view noun);
// "Exit code" of "exit code"; only an ASCII letter is changed.
std::string Capitalised(std::string text);

// "nothing" (the answer had no such value), "not tried", "no answer".
std::string NothingText(expect::Nothing why, Markup markup);
// Texts bare, everything else as JSON; a text that reads as JSON ("0", "null") in its quotes; for null
// and its markers NothingText. Longer than `limit` bytes: abridged.
std::string ValueText(const Json& value, Markup markup, size_t limit = 80);
// "Tty=false, t=0", in the matrix's order; empty without parameters.
std::string ParametersText(const analyse::ScenarioFindings& scenario, const Json& parameters,
                           Markup markup);

// "docker-20.10/26.1 and podman-4.3": of one product the versions alone, where they stand one after the other.
std::string EnginesListed(const std::vector<std::string>& engines, Markup markup);
// "on docker-20.10/26.1 and podman-4.3".
std::string OnEngines(const std::vector<std::string>& engines, Markup markup);
// "On docker-20.10", or "On both engines", "On all 3 engines" where they are all of several.
std::string OnEnginesOfAll(const std::vector<std::string>& engines,
                           const std::vector<std::string>& all, Markup markup);

// "Exit code is `0`": the name, and a verb where the name has none ("attach answers `101`").
std::string Statement(std::string_view observation, const Json& value, bool yes_or_no,
                      Markup markup);
// "Exit code is `0`", "The call takes at most `2s`", "The process sees end-of-file: yes": `expected` is a
// predicate in words, with its verb (analyse::Judgement).
std::string ExpectedStatement(std::string_view observation, std::string_view expected, bool yes_or_no,
                              Markup markup);
// "Exit code is `137` when t=0; otherwise `0`." With a full stop; no engine is named.
std::string RuleSentence(const analyse::ScenarioFindings& scenario, const analyse::RuleSet& rules,
                         Markup markup);
// The same, to go on after "On both engines, ".
std::string RuleClause(const analyse::ScenarioFindings& scenario, const analyse::RuleSet& rules,
                       Markup markup);

// What one scenario answers: the statements that hold wherever it ran, and those that do not.
struct Answer {
  std::vector<std::string> engines;  // that have an answer at all
  struct Common {
    std::string clause;    // as RuleClause gives it
    bool decided = false;  // by parameters: no constant
  };
  std::vector<Common> common;
  // Per observation: one sentence per group of engines, each beginning with "On ..., ".
  std::vector<std::vector<std::string>> differing;
  std::vector<std::string> indifferent;  // parameters that decide nothing anywhere
};
Answer AnswerOf(const analyse::ScenarioFindings& scenario, Markup markup);

}  // namespace plimsoll::report
