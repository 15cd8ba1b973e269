#include "report/clients_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct StudyExample {
  notes::ClientStudy study = *notes::ParseClientStudy(R"(
clients:
  - {name: "@a/one", command: one, module: "@a/one", about: the first}
  - {name: two, command: two, about: the second}
tasks:
  - {name: exit-code, title: "The exit code", does: Runs, saw: {exit code: 7}}
  - {name: stop, title: Stop, does: Stops, saw: {exit code: 137}}
)");
  journal::Journal journal;
  analyse::Descriptions descriptions{{"1.41", *openapi::Description::Parse(R"(
swagger: "2.0"
info: {version: "1.41"}
paths: {/_ping: {get: {operationId: Ping, responses: {}}}}
)")}};
  std::map<std::string, std::string> versions{{"two", "two 2.0"}};

  StudyExample() {
    for (const char* engine : {"docker-20.10", "podman-4.3"}) journal.engines.push_back({engine, "", true, {{"api", "1.41"}}});
  }

  void Add(const std::string& client, const std::string& task, const std::string& engine, const std::string& said, const std::string& operation = "") {
    journal::CaseRecord record;
    record.id = task + client + engine;
    record.repetition = static_cast<int>(journal.cases.size());
    record.scenario = "clients/" + task;
    record.engine = engine;
    record.container_name = "plimsoll-1234-c";
    record.parameters = {{"client", client}};
    if (!operation.empty()) record.parameters["operation"] = operation;
    journal::Exchange ping;
    ping.method = "GET";
    ping.target = "/v1.41/_ping?of=plimsoll-1234-c";
    ping.head.emplace();
    ping.head->status = 503;
    ping.response_body.Append(R"({"message": "| no <b>"})");
    record.exchanges.push_back(ping);
    journal::Reading reading;
    reading.name = analyse::kProgram;
    reading.text = said;
    record.readings.push_back(reading);
    journal.cases.push_back(record);
  }

  std::map<std::string, std::string> Pages() {
    const auto findings = analyse::StudyClients(study, journal, descriptions);
    return ClientPages({study, *findings, journal, versions});
  }
};

TEST(ClientPages, ShowClientsByTasksAndWhereTheEngineMakesTheDifference) {
  StudyExample example;
  example.Add("@a/one", "exit-code", "docker-20.10", R"({"saw": {"exit code": 7}})");
  example.Add("@a/one", "exit-code", "podman-4.3", R"({"saw": {"exit code": 0}})");
  example.Add("two", "exit-code", "docker-20.10", R"({"saw": {"exit code": 7}})");
  example.Add("two", "exit-code", "podman-4.3", R"({"saw": {"exit code": 7}})");
  example.Add("two", "stop", "docker-20.10", R"({"cannot": "no option"})");
  const auto pages = example.Pages();
  const std::string& front = pages.at("clients.md");
  EXPECT_THAT(front, HasSubstr("| The exit code | [works on docker-20.10, fails on podman-4.3](clients/_a_one.md#the-exit-code) | [works](clients/two.md#the-exit-code) |"));
  EXPECT_THAT(front, HasSubstr("| Stop | | [no way](clients/two.md#stop) |")) << front;
  EXPECT_THAT(front, HasSubstr("- The exit code: take two; see first what to mind with [@a/one]"));
  EXPECT_THAT(front, HasSubstr("On podman-4.3: **exit code: `0`**; wanted: is `7`."));
  EXPECT_THAT(front, HasSubstr("| two | two 2.0 | docker-20.10 | 1 | 0 | 0 | 1 | 0 |"));
  EXPECT_THAT(front, Not(HasSubstr("varies*"))) << "each was done once";
  EXPECT_EQ(pages.count("clients/operations.md"), 0u);
}

TEST(ClientPages, ShowWhatComesByChance) {
  StudyExample example;
  for (const char* said : {R"({"saw": {"exit code": 7}})", R"({"saw": {"exit code": 0}})", R"({"saw": {"exit code": 7}})"}) example.Add("two", "exit-code", "podman-4.3", said);
  const auto pages = example.Pages();
  const std::string& front = pages.at("clients.md");
  EXPECT_THAT(front, HasSubstr("the same 2 tasks, 3 times, by a small program"));
  EXPECT_THAT(front, HasSubstr("| The exit code | [varies](clients/two.md#the-exit-code) |"));
  EXPECT_THAT(front, HasSubstr("- two, [exit-code](clients/two.md#the-exit-code) on podman-4.3: works 2 of 3 times; fails 1 of 3 times: **exit code: `0`**; wanted: is `7`.\n"));
  EXPECT_THAT(front, HasSubstr("see first what to mind with [two]"));
  const std::string& page = pages.at("clients/two.md");
  EXPECT_THAT(page, HasSubstr("**podman-4.3: works 2 of 3 times**\n\n- exit code: `7`"));
  EXPECT_THAT(page, HasSubstr("**podman-4.3: fails 1 of 3 times**\n\n- **exit code: `0`**"));
  const Json task = ParseJson(pages.at("clients.json"))->at("tasks").at(0);
  EXPECT_EQ(task.at("outcome"), "varies");
  EXPECT_EQ(task.at("ways").at(1).at("times"), 1);
}

TEST(ClientPages, ShowTheCallsOfEachClientWithoutWhatWasMadeUp) {
  StudyExample example;
  example.Add("two", "exit-code", "docker-20.10", R"({"error": {"message": "[x](y) plimsoll", "status": 503}})");
  const std::string page = example.Pages().at("clients/two.md");
  EXPECT_THAT(page, HasSubstr("**docker-20.10: fails**"));
  EXPECT_THAT(page, HasSubstr("GET /v1.41/_ping?of={name} -> 503\n"));
  EXPECT_THAT(page, Not(HasSubstr("plimsoll-1234-c")));
  EXPECT_THAT(page, HasSubstr("- `GET /v1.41/_ping` was refused: 503 "));
  EXPECT_THAT(page, Not(HasSubstr("[x](y)"))) << "what an engine says is no Markdown";
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, HasSubstr("- `GET /_ping` is not as described: undocumented parameter ?of"));
}

TEST(ClientPages, ShowModulesByOperations) {
  StudyExample example;
  example.Add("@a/one", "operation", "docker-20.10", R"({"saw": {"outcome": "success"}})", "GET /_ping");
  const auto pages = example.Pages();
  EXPECT_THAT(pages.at("clients/operations.md"), HasSubstr("| `GET /_ping` | **wrongly**: told a success where the engine answered 503 "));
  EXPECT_THAT(pages.at("clients/operations.md"), HasSubstr("| @a/one | 0 | 0 | 1 | 0 | 1 |"));
  const Json json = *ParseJson(pages.at("clients.json"));
  EXPECT_EQ(json.at("operations").at(0).at("outcome"), "wrongly");
}

}  // namespace
}  // namespace plimsoll::report
