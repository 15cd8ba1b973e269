#include "analyse/clients.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll::analyse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Descriptions& DescribedInspect() {
  static const Descriptions descriptions{{"1.41", *openapi::Description::Parse(R"(
swagger: "2.0"
info: {version: "1.41"}
paths:
  /_ping: {get: {operationId: Ping, responses: {}}}
  /containers/{id}/json: {get: {operationId: Inspect, parameters: [{name: id, in: path, type: string}, {name: size, in: query, type: boolean}], responses: {}}}
)")}};
  return descriptions;
}

journal::Exchange AnsweredCall(const std::string& target, int status, const std::string& body = "") {
  journal::Exchange exchange;
  exchange.method = "GET";
  exchange.target = target;
  exchange.head.emplace();
  exchange.head->status = status;
  exchange.response_body.Append(body);
  return exchange;
}

notes::ClientStudy SmallStudy() {
  return *notes::ParseClientStudy(R"(
clients: [{name: a, command: a, module: a, about: one}]
tasks: [{name: exit-code, title: The exit code, does: runs, saw: {exit code: 7, output: {contains: x}}}]
)");
}

// What the program `a` said of a task, or of an operation.
// The name is another one each time, as the runner makes them.
journal::Journal JournalWhen(const std::string& said, std::vector<journal::Exchange> exchanges = {}, const std::string& operation = "") {
  static int made_up = 100;
  journal::Journal journal;
  journal.engines.push_back({"docker-20.10", "", true, {{"api", "1.41"}}});
  journal::CaseRecord record;
  record.id = "clients/it";
  record.scenario = operation.empty() ? "clients/exit-code" : "clients/operation";
  record.engine = "docker-20.10";
  record.container_name = "plimsoll-" + std::to_string(++made_up) + "-c";
  record.parameters = {{"client", "a"}};
  if (!operation.empty()) record.parameters["operation"] = operation;
  record.exchanges = std::move(exchanges);
  journal::Reading reading;
  reading.name = kProgram;
  reading.text = said;
  ReplaceAll(reading.text, "NAME", record.container_name);
  reading.why = "end";
  record.readings.push_back(reading);
  journal.cases.push_back(record);
  return journal;
}

// What the program said each time.
TaskOutcome OutcomeWhen(const std::vector<std::string>& said) {
  journal::Journal journal = JournalWhen(said.at(0));
  for (size_t i = 1; i < said.size(); ++i) {
    journal.cases.push_back(JournalWhen(said[i]).cases.at(0));
    journal.cases.back().repetition = static_cast<int>(i);
  }
  TaskOutcome outcome = StudyClients(SmallStudy(), journal, DescribedInspect())->tasks.at(0);
  for (TaskWay& way : outcome.ways) way.record = nullptr;  // the journal goes
  return outcome;
}

TaskWay WayWhen(const std::string& said) { return OutcomeWhen({said}).ways.at(0); }

TEST(StudyClients, JudgesWhatAProgramSaw) {
  EXPECT_EQ(WayWhen(R"({"saw": {"exit code": 7, "output": "xy"}})").done, Done::kWorks);
  EXPECT_EQ(WayWhen(R"({"saw": {"exit code": 7}, "cannot": {"output": "no option"}})").done, Done::kPartly);
  EXPECT_EQ(WayWhen(R"({"saw": {}, "cannot": {"output": "no option", "exit code": "none"}})").done, Done::kCannot);
  EXPECT_EQ(WayWhen(R"({"saw": {"exit code": 7}})").done, Done::kFails) << "a part is missing";
  EXPECT_EQ(WayWhen(R"({"saw": {"exit code": 0, "output": "xy"}})").done, Done::kFails);
  EXPECT_EQ(WayWhen(R"({"saw": {"exit code": 0}, "cannot": {"output": "x"}})").done, Done::kFails) << "what came is wrong";
}

TEST(StudyClients, TellsEachPart) {
  const TaskWay way = WayWhen(R"({"saw": {"exit code": 3}, "cannot": {"output": "no option"}})");
  ASSERT_THAT(way.parts, SizeIs(2));
  EXPECT_EQ(way.parts[0].saw, Json(3));
  EXPECT_FALSE(way.parts[0].held);
  EXPECT_EQ(way.parts[0].wanted, "is `7`");
  EXPECT_EQ(way.parts[1].cannot, "no option");
}

TEST(StudyClients, TellsWhyThereIsNothing) {
  EXPECT_EQ(WayWhen(R"({"cannot": "no function"})").done, Done::kCannot);
  EXPECT_EQ(WayWhen(R"({"cannot": "no function"})").why, "no function");
  EXPECT_EQ(WayWhen(R"({"error": {"message": "boom", "status": 500}})").why, "(500) boom");
  EXPECT_EQ(WayWhen("").done, Done::kFails);
  EXPECT_THAT(WayWhen(R"({"message": "page not found"})").why, HasSubstr("without a word")) << "an engine's answer is none of the program's words";
  EXPECT_THAT(WayWhen("").why, HasSubstr("without a word"));
}

TEST(StudyClients, TellsWhatIsNotTheSameEachTime) {
  const std::string well = R"({"saw": {"exit code": 7, "output": "x"}})", badly = R"({"saw": {"exit code": 7, "output": ""}})";
  const TaskOutcome varied = OutcomeWhen({badly, well, well});
  EXPECT_EQ(varied.done, Done::kVaries);
  EXPECT_EQ(varied.times, 3u);
  ASSERT_THAT(varied.ways, SizeIs(2));
  EXPECT_EQ(varied.ways[0].done, Done::kWorks) << "the most frequent one first";
  EXPECT_EQ(varied.ways[0].times, 2u);
  EXPECT_EQ(varied.ways[1].parts[1].saw, Json(""));
}

TEST(StudyClients, TellsApartWhatFailsInAnotherWay) {
  const TaskOutcome outcome = OutcomeWhen({R"({"saw": {"exit code": 1, "output": "x"}})", R"({"saw": {"exit code": 2, "output": "x"}})"});
  EXPECT_EQ(outcome.done, Done::kFails) << "each time";
  EXPECT_THAT(outcome.ways, SizeIs(2));
}

TEST(StudyClients, MindsNotWhatDiffersAndIsAsWanted) {
  EXPECT_THAT(OutcomeWhen({R"({"saw": {"exit code": 7, "output": "x1"}})", R"({"saw": {"exit code": 7, "output": "x2"}})"}).ways, SizeIs(1));
  EXPECT_THAT(OutcomeWhen({R"({"error": {"message": "no container a1"}})", R"({"error": {"message": "no container b2"}})"}).ways, SizeIs(1));
  EXPECT_THAT(OutcomeWhen({R"({"saw": {"exit code": 7, "output": "no NAME"}})", R"({"saw": {"exit code": 7, "output": "no NAME"}})"}).ways, SizeIs(1)) << "a name that the runner made up";
}

TEST(StudyClients, RefusesAPredicateThatMakesNoSense) {
  auto study = SmallStudy();
  study.tasks[0].saw[0].second = {{"near", 3}};
  const auto found = StudyClients(study, JournalWhen(R"({"saw": {}})"), DescribedInspect());
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().what, HasSubstr("task exit-code, saw, exit code: "));
}

struct OperationRow {
  const char* what;
  std::string said;
  std::vector<journal::Exchange> exchanges;
  Rightness rightness;
  std::string why;
};

TEST(StudyClients, JudgesAModulesOperation) {
  const std::string inspect = "/v1.41/containers/x/json";
  const std::string well = R"({"saw": {"outcome": "success"}})";
  const OperationRow rows[] = {
      {"a success", well, {AnsweredCall("/_ping", 200), AnsweredCall(inspect, 200)}, Rightness::kRightly, ""},
      {"an error told as such", R"({"error": {"message": "no", "status": 404}})", {AnsweredCall(inspect, 404)}, Rightness::kRightly, ""},
      {"an error without a status", R"({"error": {"message": "no"}})", {AnsweredCall(inspect, 404)}, Rightness::kRightly, ""},
      {"another status", R"({"error": {"message": "no", "status": 500}})", {AnsweredCall(inspect, 404)}, Rightness::kWrongly, "told status 500 where the engine answered 404"},
      {"an error told as a success", well, {AnsweredCall(inspect, 404, R"({"message": "none"})")}, Rightness::kWrongly, "told a success where the engine answered 404 none"},
      {"an error in the stream", well, {AnsweredCall(inspect, 200, "{\"status\": \"x\"}\n{\"error\": \"broken\"}\n")}, Rightness::kWrongly, "told a success where the engine answered 200 broken"},
      {"a success told as an error", R"({"error": {"message": "odd"}})", {AnsweredCall(inspect, 200)}, Rightness::kWrongly, "told an error where the engine answered 200: odd"},
      {"a parameter of its own", well, {AnsweredCall(inspect + "?odd=1", 200)}, Rightness::kWithExtras, "undocumented parameter ?odd"},
      {"another call", well, {AnsweredCall("/_ping", 200)}, Rightness::kWrongly, "sent no such call"},
      {"no function", R"({"cannot": "no function for it"})", {}, Rightness::kNoFunction, "no function for it"},
  };
  for (const OperationRow& row : rows) {
    const journal::Journal journal = JournalWhen(row.said, row.exchanges, "GET /containers/{id}/json");
    const auto found = StudyClients(SmallStudy(), journal, DescribedInspect());
    ASSERT_TRUE(found) << row.what;
    ASSERT_THAT(found->operations, SizeIs(1)) << row.what;
    EXPECT_EQ(found->operations[0].rightness, row.rightness) << row.what;
    if (row.why.empty()) EXPECT_THAT(found->operations[0].why, IsEmpty()) << row.what;
    else EXPECT_THAT(found->operations[0].why, ElementsAre(HasSubstr(row.why))) << row.what;
  }
}

}  // namespace
}  // namespace plimsoll::analyse
