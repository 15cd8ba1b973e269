#include "notes/questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::notes {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ParseQuestions, ReadsSectionsAndTheirQuestions) {
  const auto questions = ParseQuestions(R"(
- about: Stop
  questions:
    - ask: Does kill heed the StopSignal?
      asked: docker/cli#264
      answers: [{scenario: stop/stop-signal, look: [the noted signals, exit code], when: {call: kill, Tty: [true, false]}}]
- about: Other
  questions:
    - {ask: "Is it?", open: nobody knows}
)");
  ASSERT_TRUE(questions) << questions.error().Text();
  ASSERT_EQ(questions->size(), 2u);
  const Question& first = questions->front();
  EXPECT_EQ(first.about, "Stop");
  EXPECT_THAT(first.asked, ElementsAre("docker/cli#264"));
  EXPECT_THAT(first.answers.at(0).look, ElementsAre("the noted signals", "exit code"));
  EXPECT_THAT(first.answers[0].when.at("Tty"), ElementsAre("true", "false"));
  EXPECT_EQ(questions->back().about, "Other");
  EXPECT_EQ(questions->back().open, "nobody knows");
}

TEST(ParseQuestions, SaysWhereAMistakeIs) {
  const auto error = [](const char* yaml) { return ParseQuestions(yaml).error().Text(); };
  EXPECT_THAT(error("- {about: x}"), HasSubstr("line 1, column 3: about and a list of questions are needed"));
  EXPECT_THAT(error("- {about: x, question: []}"), HasSubstr("unknown key 'question'"));
  EXPECT_THAT(error("- {about: x, questions: [{ask: y}]}"), HasSubstr("answers, or the reason"));
  EXPECT_THAT(error("- {about: x, questions: [{ask: y, answers: 3}]}"), HasSubstr("answers is a list"));
  EXPECT_THAT(error("- about: x\n  questions:\n    - {ask: y, answers: [{scenario: a}]}"), HasSubstr("line 3"));
  EXPECT_THAT(LoadQuestions("/nowhere").error().what, HasSubstr("/nowhere"));
}

}  // namespace
}  // namespace plimsoll::notes
