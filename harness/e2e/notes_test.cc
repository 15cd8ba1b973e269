// What people keep beside the scenarios (scenarios/lib) speaks of nothing that is not there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/json.h"
#include "notes/out_of_reach.h"
#include "notes/questions.h"
#include "scenario/load_scenario.h"

namespace plimsoll::e2e {
namespace {

std::string Written(const Json& value) { return value.is_string() ? value.get<std::string>() : CompactJson(value); }

// "stop/x: no observation 'y'", or "".
std::string WrongWith(const notes::Question::Answer& answer) {
  const std::string path = PLIMSOLL_SOURCE_DIR "/scenarios/" + answer.scenario + ".yaml";
  if (!std::filesystem::exists(path)) return answer.scenario + " is not there";
  const scenario::Loaded loaded = scenario::LoadScenario(path);
  if (!loaded.scenario) return answer.scenario + " does not load";
  const auto& observe = loaded.scenario->observe;
  for (const std::string& look : answer.look) {
    const bool there = std::ranges::any_of(observe, [&](const auto& each) { return each.name() == look; });
    if (!there) return answer.scenario + ": no observation '" + look + "'";
  }
  for (const auto& [name, values] : answer.when) {
    const auto& parameters = loaded.scenario->matrix.parameters;
    const auto parameter = std::ranges::find_if(parameters, [&](const auto& each) { return each.name == name; });
    if (parameter == parameters.end()) return answer.scenario + ": no parameter '" + name + "'";
    for (const std::string& value : values) {
      const bool there = std::ranges::any_of(parameter->values, [&](const Json& each) { return Written(each) == value; });
      if (!there) return answer.scenario + ": " + name + " is never " + value;
    }
  }
  return "";
}

TEST(Questions, NameScenariosObservationsAndValuesThatAreThere) {
  const auto questions = notes::LoadQuestions(PLIMSOLL_SOURCE_DIR "/scenarios/lib/questions.yaml");
  ASSERT_TRUE(questions) << questions.error().Text();
  EXPECT_GT(questions->size(), 50u);
  for (const notes::Question& question : *questions) {
    for (const auto& answer : question.answers) EXPECT_EQ(WrongWith(answer), "") << question.ask;
  }
}

TEST(OutOfReach, Loads) {
  const auto rows = notes::LoadOutOfReach(PLIMSOLL_SOURCE_DIR "/scenarios/lib/out-of-reach.yaml");
  ASSERT_TRUE(rows) << rows.error().Text();
  EXPECT_FALSE(rows->empty());
}

}  // namespace
}  // namespace plimsoll::e2e
