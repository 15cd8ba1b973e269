#include "notes/clients.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::notes {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ParseClientStudy, ReadsClientsAndTasks) {
  const auto study = ParseClientStudy(R"(
clients:
  - {name: dockerode, command: [node, dockerode.js], module: dockerode, about: an npm module}
  - {name: docker CLI, command: docker.sh, about: the command line}
tasks:
  - {name: exit-code, title: The exit code, does: "Runs `exit 7`.", saw: {exit code: 7, text: "7", words: [a, "b\n"], least: {at-least: 1.5}, yes: true}}
)");
  ASSERT_TRUE(study) << study.error().Text();
  EXPECT_THAT(study->clients.at(0).command, ElementsAre("node", "dockerode.js"));
  EXPECT_EQ(study->clients[0].module, "dockerode");
  EXPECT_THAT(study->clients.at(1).command, ElementsAre("docker.sh"));
  const auto& saw = study->tasks.at(0).saw;
  EXPECT_EQ(saw.at(0).first, "exit code");
  EXPECT_EQ(saw.at(0).second, 7);
  EXPECT_EQ(saw.at(1).second, "7");
  EXPECT_EQ(saw.at(2).second, Json({"a", "b\n"}));
  EXPECT_EQ(saw.at(3).second, Json({{"at-least", 1.5}}));
  EXPECT_EQ(saw.at(4).second, true);
}

TEST(ParseClientStudy, SaysWhereAMistakeIs) {
  const auto error = [](const std::string& yaml) { return ParseClientStudy(yaml).error().Text(); };
  const std::string client = "clients: [{name: a, command: b, about: c}]\n";
  const std::string task = "tasks: [{name: a, title: b, does: c, saw: {d: 1}}]\n";
  EXPECT_THAT(error("[]"), HasSubstr("this is no study"));
  EXPECT_THAT(error(client), HasSubstr("clients and tasks are needed"));
  EXPECT_THAT(error(client + task + "more: 1"), HasSubstr("line 3, column 1: unknown key 'more'"));
  EXPECT_THAT(error("clients: [{name: a, command: b}]"), HasSubstr("name, command and about are needed"));
  EXPECT_THAT(error("clients: [{name: a, command: b, about: c}, {name: a, command: b, about: c}]"), HasSubstr("there are two called 'a'"));
  EXPECT_THAT(error("tasks: [{name: a, title: b, does: c, saw: {}}]"), HasSubstr("name, title, does and saw are needed"));
  EXPECT_THAT(error("tasks: [{name: a, title: b, does: c, saw: 3}]"), HasSubstr("saw is a map"));
}

}  // namespace
}  // namespace plimsoll::notes
