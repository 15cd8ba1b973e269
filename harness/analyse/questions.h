// AnswersTo: what the findings say to a question that somebody asked: the rules of the observations that it names, over the cases that
// it is about, told once for engines that behave alike. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "analyse/findings.h"
#include "notes/questions.h"

namespace plimsoll::analyse {

struct AnswerFound {
  // The scenario with nothing but the cases that the question is about, and the rules that hold over these; no `id`: not in the findings.
  ScenarioFindings scenario;
  std::vector<std::string> missing;  // observations that are named and not there
};
// One for each of question.answers.
std::vector<AnswerFound> AnswersTo(const notes::Question& question, const Findings& findings);

}  // namespace plimsoll::analyse
