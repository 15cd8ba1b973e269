// questions.md: what users asked, and what each engine does, in a sentence.
#include <fmt/format.h>

#include <algorithm>

#include "analyse/questions.h"
#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"

namespace plimsoll::report {
namespace {

using analyse::AnswerFound;
using analyse::RuleSet;
using analyse::ScenarioFindings;

// All that is told of one engine; "" where nothing was observed on it.
std::string SentenceFor(const ScenarioFindings& scenario, const std::string& engine) {
  std::string out;
  for (const RuleSet& rules : scenario.rules) {
    const bool of_engine = std::find(rules.engines.begin(), rules.engines.end(), engine) != rules.engines.end();
    if (of_engine && !rules.rules.empty()) out += (out.empty() ? "" : " ") + Capitalised(RuleClause(scenario, rules, Markup::kMarkdown));
  }
  return out;
}

// ", with Tty=false and body=none or text": what the question implies.
std::string WhenText(const notes::Question::Answer& asked) {
  std::vector<std::string> conditions;
  for (const auto& [parameter, values] : asked.when) {
    std::string all;
    for (const std::string& value : values) all += (all.empty() ? "" : " or ") + MdText(value);
    conditions.push_back(fmt::format("{}={}", MdText(parameter), all));
  }
  return conditions.empty() ? "" : ", with " + Listed(conditions);
}

std::string AnswerText(const notes::Question::Answer& asked, const AnswerFound& answer, const std::vector<std::string>& all_engines) {
  std::vector<std::pair<std::string, std::vector<std::string>>> by_sentence;  // in the order of engines
  for (const std::string& engine : all_engines) {
    const std::string sentence = SentenceFor(answer.scenario, engine);
    if (sentence.empty()) continue;
    auto alike = std::find_if(by_sentence.begin(), by_sentence.end(), [&](const auto& each) { return each.first == sentence; });
    if (alike == by_sentence.end()) alike = by_sentence.insert(by_sentence.end(), {sentence, {}});
    alike->second.push_back(engine);
  }
  std::string out;
  for (const auto& [sentence, engines] : by_sentence)
    out += fmt::format("- {}{}: {} ({})\n", OnEnginesOfAll(engines, all_engines, Markup::kMarkdown), WhenText(asked), sentence, LinkTo(answer.scenario, ""));
  return out;
}

std::string QuestionText(const notes::Question& question, const analyse::Findings& findings, const std::vector<std::string>& engines) {
  std::string asked;
  for (const std::string& where : question.asked) asked += (asked.empty() ? " (" : ", ") + MdText(where);
  std::string out = fmt::format("\n**{}**{}\n\n", MdProse(question.ask), asked.empty() ? "" : asked + ")");
  const auto answers = analyse::AnswersTo(question, findings);
  for (size_t i = 0; i < answers.size(); ++i) {
    const std::string text = AnswerText(question.answers[i], answers[i], engines);
    out += text.empty() ? fmt::format("- {} answers it, and was not run here.\n", MdText(question.answers[i].scenario)) : text;
  }
  if (!question.open.empty()) out += fmt::format("- *Open*: {}\n", Stopped(MdProse(question.open)));
  return out;
}

}  // namespace

std::string QuestionsPage(const std::vector<notes::Question>& questions, const analyse::Findings& findings) {
  std::string out =
      "# Questions that users really asked\n\n"
      "With the answer of each engine, worked out from what it did; the page that a link leads to has the rest of it and the way\n"
      "to try it oneself. Issues: `moby#N` is moby/moby, `podman#N` containers/podman. [The front page](README.md) has the rest.\n";
  const std::vector<std::string> engines = EnginesOf(findings);
  std::string about;
  for (const notes::Question& question : questions) {
    if (question.about != about) out += fmt::format("\n## {}\n", MdText(question.about));
    about = question.about;
    out += QuestionText(question, findings, engines);
  }
  return out;
}

}  // namespace plimsoll::report
