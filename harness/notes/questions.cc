#include "notes/questions.h"

#include <fmt/format.h>

#include "notes/row.h"

namespace plimsoll::notes {
namespace {

constexpr const char* kRowOfQuestions = "a row is {about: ..., questions: [{ask: ..., asked: [...], answers: [{scenario: ..., look: [...], when: {...}}], open: ...}]}";

Question::Answer AnswerFrom(const YAML::Node& node) {
  if (!node.IsMap()) Refuse(node, "an answer is a map");
  Question::Answer answer;
  for (const auto& member : node) {
    const std::string key = member.first.Scalar();
    if (key == "scenario") {
      answer.scenario = TextOf(member.second, key);
    } else if (key == "look") {
      answer.look = TextsOf(member.second, key);
    } else if (key == "when") {
      if (!member.second.IsMap()) Refuse(member.second, "when is a map");
      for (const auto& condition : member.second) answer.when[condition.first.Scalar()] = TextsOf(condition.second, condition.first.Scalar());
    } else {
      Refuse(member.first, fmt::format("unknown key '{}'", key));
    }
  }
  if (answer.scenario.empty() || answer.look.empty()) Refuse(node, "scenario and look are needed");
  return answer;
}

Question QuestionFrom(const YAML::Node& node, const std::string& about) {
  if (!node.IsMap()) Refuse(node, "a question is a map");
  Question question;
  question.about = about;
  for (const auto& member : node) {
    const std::string key = member.first.Scalar();
    if (key == "ask") question.ask = TextOf(member.second, key);
    else if (key == "asked") question.asked = TextsOf(member.second, key);
    else if (key == "open") question.open = TextOf(member.second, key);
    else if (key == "answers" && member.second.IsSequence()) {
      for (const auto& answer : member.second) question.answers.push_back(AnswerFrom(answer));
    } else {
      Refuse(member.first, key == "answers" ? "answers is a list" : fmt::format("unknown key '{}'", key));
    }
  }
  if (question.ask.empty()) Refuse(node, "ask is needed");
  if (question.answers.empty() && question.open.empty()) Refuse(node, "answers, or the reason why it is open, is needed");
  return question;
}

void AddFrom(const YAML::Node& node, std::vector<Question>& questions) {
  std::string about;
  for (const auto& member : node) {
    const std::string key = member.first.Scalar();
    if (key == "about") about = TextOf(member.second, key);
    else if (key != "questions") Refuse(member.first, fmt::format("unknown key '{}'", key));
  }
  const YAML::Node list = node["questions"];
  if (about.empty() || !list || !list.IsSequence()) Refuse(node, "about and a list of questions are needed");
  for (const auto& each : list) questions.push_back(QuestionFrom(each, about));
}

}  // namespace

Result<std::vector<Question>> ParseQuestions(const std::string& yaml) {
  std::vector<Question> questions;
  if (auto read = ForEachRowOfText(yaml, kRowOfQuestions, [&](const YAML::Node& node) { AddFrom(node, questions); }); !read)
    return tl::make_unexpected(read.error());
  return questions;
}

Result<std::vector<Question>> LoadQuestions(const std::string& path) {
  std::vector<Question> questions;
  if (auto read = ForEachRow(path, kRowOfQuestions, [&](const YAML::Node& node) { AddFrom(node, questions); }); !read)
    return tl::make_unexpected(read.error());
  return questions;
}

}  // namespace plimsoll::notes
