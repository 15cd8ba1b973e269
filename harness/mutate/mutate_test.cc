#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "mutate/answers.h"
#include "mutate/generate.h"
#include "mutate/known.h"
#include "mutate/shrink.h"

namespace plimsoll::mutate {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// The shapes that the Engine API's own file has: allOf, maps with keys that mean something, a schema that holds itself.
constexpr const char* kFile = R"(
swagger: "2.0"
info: {version: "1.41"}
definitions:
  Resources: {type: object, properties: {Memory: {type: integer, format: int64, default: 0}, CpuPercent: {type: integer, minimum: 0, maximum: 100}}}
  Policy: {type: object, properties: {Name: {type: string, enum: ["", "always"]}}}
  Tree: {type: object, properties: {Child: {$ref: "#/definitions/Tree"}, Leaf: {type: boolean}}}
  PortMap:
    type: object
    additionalProperties: {type: array, x-nullable: true, items: {type: object, properties: {HostPort: {type: string}}}}
    example: {"443/tcp": [{HostPort: "4443"}]}
  Config: {type: object, properties: {Hostname: {type: string}, Env: {type: array, items: {type: string}}}}
paths:
  /containers/create:
    post:
      operationId: ContainerCreate
      parameters:
        - {name: name, in: query, type: string, pattern: "^/?[a-z]+$"}
        - name: body
          in: body
          schema:
            allOf:
              - {$ref: "#/definitions/Config"}
              - type: object
                properties:
                  HostConfig:
                    allOf:
                      - {$ref: "#/definitions/Resources"}
                      - {type: object, properties: {PortBindings: {$ref: "#/definitions/PortMap"}, RestartPolicy: {$ref: "#/definitions/Policy"}, Tree: {$ref: "#/definitions/Tree"}}}
      responses: {201: {description: made}, 500: {description: error}}
  /swarm/join: {post: {operationId: SwarmJoin, parameters: [{name: body, in: body, schema: {type: object}}], responses: {503: {description: in a swarm}}}}
  /containers/{id}/archive:
    put:
      operationId: PutContainerArchive
      parameters:
        - {name: id, in: path, required: true, type: string}
        - {name: path, in: query, required: true, type: string}
        - {name: inputStream, in: body, schema: {type: string, format: binary}}
      responses: {200: {description: ok}}
)";

const openapi::Description& Described() {
  static const openapi::Description description = *openapi::Description::Parse(kFile);
  return description;
}
const openapi::Operation& Create() { return *Described().Named("ContainerCreate"); }
const openapi::Operation& Archive() { return *Described().Named("PutContainerArchive"); }
Trial SmallCreate() { return SmallestThatWorks(Create(), ""); }

TEST(PlacesOf, WalksThroughAllOfMapsListsAndReferencesButNotInCircles) {
  std::vector<std::string> places;
  for (const SchemaPlace& at : PlacesOf(Described(), Create().parameters[1].schema)) places.push_back(Text(at.place));
  std::ranges::sort(places);
  places.erase(std::unique(places.begin(), places.end()), places.end());
  EXPECT_THAT(places, ElementsAre("", "Env", "Env[]", "HostConfig", "HostConfig.CpuPercent", "HostConfig.Memory", "HostConfig.PortBindings",
                                  "HostConfig.PortBindings.443/tcp", "HostConfig.PortBindings.443/tcp[]",
                                  "HostConfig.PortBindings.443/tcp[].HostPort", "HostConfig.RestartPolicy", "HostConfig.RestartPolicy.Name",
                                  "HostConfig.Tree", "HostConfig.Tree.Leaf", "Hostname"));
}

std::set<std::string> Values(const char* schema) {
  std::set<std::string> texts;
  for (const Json& value : ValuesFor(Described(), Json::parse(schema))) texts.insert(CompactJson(value));
  return texts;
}

TEST(ValuesFor, HasBoundariesWrongTypesAndNull) {
  const auto percent = Values(R"({"type":"integer","minimum":"0","maximum":"100"})");
  for (const char* value : {"-1", "100", "101", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e+300", "0.5", "null", "\"1\"", "[]", "{}"})
    EXPECT_THAT(percent, Contains(value));
  EXPECT_THAT(Values(R"({"type":"string","enum":["host","none"]})"), Contains("\"NONE\""));
  EXPECT_THAT(Values(R"({"type":"string"})"), Contains("\"a\\u0000b\""));
  EXPECT_THAT(Values(R"({"type":"boolean"})"), Contains("\"true\""));
  EXPECT_THAT(Values(R"({"type":"array","items":{"type":"string"}})"), Contains(R"(["a","a"])"));
  EXPECT_THAT(Values(R"({"type":"object","additionalProperties":{"type":"string"}})"), Contains(R"({"":"a"})"));
  EXPECT_THAT(Values(R"({"type":"object"})"), Contains(R"({"PlimsollUnknown":1})"));
}

std::vector<std::string> Names(const std::vector<Planned>& plan) {
  std::vector<std::string> names;
  for (const Planned& planned : plan) names.push_back(Text(planned.changes));
  return names;
}

TEST(Generate, BeginsWithTheSmallRequestAndReachesEachPlaceBeforeAnyTwice) {
  const auto plan = Generate(Described(), Create(), SmallCreate(), 1, 80);
  ASSERT_EQ(plan.size(), 80u);
  EXPECT_EQ(plan[0].trial, SmallCreate());
  EXPECT_EQ(Text(plan[0].changes), "nothing changed");
  std::set<std::string> places;
  for (const Planned& planned : plan) {
    for (const Change& change : planned.changes) places.insert(Text(change.place));
  }
  for (const char* place : {"", "Hostname", "HostConfig.Tree.Leaf", "HostConfig.PortBindings.443/tcp[].HostPort", "name", "Content-Type", "plimsollUnknown"})
    EXPECT_THAT(places, Contains(place));
}

TEST(Generate, GivesTheSameForTheSameSeedAndOthersForAnother) {
  const auto names = Names(Generate(Described(), Create(), SmallCreate(), 7, 60));
  EXPECT_EQ(names, Names(Generate(Described(), Create(), SmallCreate(), 7, 60)));
  EXPECT_NE(names, Names(Generate(Described(), Create(), SmallCreate(), 8, 60)));
}

TEST(Generate, LeavesOutGarblesAndCombines) {
  const auto names = Names(Generate(Described(), Create(), SmallCreate(), 3, 2000));
  EXPECT_THAT(names, Contains("body HostConfig left out"));
  EXPECT_THAT(names, Contains("body = {"));
  EXPECT_THAT(names, Contains("body HostConfig.Memory = -1"));
  EXPECT_THAT(names, Contains("body = null"));
  EXPECT_THAT(names, Contains(HasSubstr("; ")));
  EXPECT_LT(names.size(), 2000u) << "there are not that many";
}

TEST(Generate, GarblesArchivesWhereTheBodyIsBytes) {
  const Trial smallest = SmallestThatWorks(Archive(), std::string(2048, 't'));
  const auto names = Names(Generate(Described(), Archive(), smallest, 1, 100));
  EXPECT_THAT(names, Contains("body = no archive"));
  EXPECT_THAT(names, Contains("body = (nothing)"));
  EXPECT_THAT(names, Not(Contains(HasSubstr("body a"))));
}

TEST(RequestOf, EncodesAndPutsInWhatTheEngineNamed) {
  Trial trial = SmallestThatWorks(Archive(), "x");
  trial.query = {{"path", "/a b&c"}};
  const http::Request request = RequestOf(trial, {{"container", "0123"}});
  EXPECT_EQ(request.target, "/containers/0123/archive?path=%2Fa%20b%26c");
  EXPECT_EQ(request.body, "x");
  EXPECT_EQ(RequestOf(SmallCreate(), {{"image", "a\"b"}}).body, R"({"Cmd":["true"],"HostConfig":{"NetworkMode":"host"},"Image":"a\"b"})");
  EXPECT_EQ(Text(trial), "PUT /containers/${container}/archive?path=/a b&c [Content-Type: application/x-tar] x");
}

TEST(With, MakesWhatIsOnTheWay) {
  const Change change{Change::Where::kBody, {"HostConfig", "PortBindings", "80/tcp", "[]", "HostPort"}, false, -1};
  EXPECT_EQ(std::get<Json>(With(SmallCreate(), change).body)["HostConfig"]["PortBindings"], Json::parse(R"({"80/tcp":[{"HostPort":-1}]})"));
  EXPECT_EQ(Text(change), "body HostConfig.PortBindings.80/tcp[].HostPort = -1");
  const Change removed{Change::Where::kBody, {"HostConfig", "NetworkMode"}, true, Json()};
  EXPECT_EQ(std::get<Json>(With(SmallCreate(), removed).body)["HostConfig"], Json::object());
}

std::string Shrunk(const char* body, const std::function<bool(const Json&)>& bad) {
  Trial trial = SmallCreate();
  trial.query = {{"name", "plimsoll"}};
  trial.body = Json::parse(body);
  const auto holds = [&](const Trial& t) { return std::holds_alternative<Json>(t.body) && bad(std::get<Json>(t.body)); };
  return Text(Shrink(trial, holds, 500));
}

TEST(Shrink, FindsTheSmallestForWhichItHolds) {
  EXPECT_EQ(Shrunk(R"({"Image":"x","HostConfig":{"Memory":-1,"NetworkMode":"host","Ulimits":[{"Name":"a"}]},"Env":["a=b","c=d"]})",
                   [](const Json& body) { return body.contains("HostConfig") && body["HostConfig"].contains("Memory"); }),
            R"(POST /containers/create {"HostConfig":{"Memory":-1}})");
  EXPECT_EQ(Shrunk(R"({"Env":["a","b","c","d","e","f","g","h"]})", [](const Json& body) { return body.contains("Env") && body["Env"].size() >= 3; })
                .size(),
            std::string(R"(POST /containers/create {"Env":["a","b","c"]})").size());
  const std::string text = Shrunk((R"({"Hostname":")" + std::string(1000, 'a') + R"("})").c_str(),
                                  [](const Json& body) { return body.contains("Hostname") && body["Hostname"].get<std::string>().size() > 63; });
  EXPECT_LT(text.size(), 150u) << text;
  EXPECT_EQ(Shrunk(R"({"a":[[[[[[[[1]]]]]]]]})", [](const Json& body) { return body.contains("a") && body["a"].is_array(); }),
            R"(POST /containers/create {"a":[]})");
}

TEST(Shrink, AsksNoMoreThanItMay) {
  int asked = 0;
  Shrink(SmallCreate(), [&](const Trial&) { return ++asked > 0; }, 2);
  EXPECT_LE(asked, 2);
}

TEST(Shrink, KeepsTextsInWholeCharacters) {
  Trial trial = SmallCreate();
  trial.body = Json{{"Hostname", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"}};
  for (const Trial& smaller : Smaller(trial)) EXPECT_EQ(CompactJson(std::get<Json>(smaller.body)).find("\xef\xbf\xbd"), std::string::npos);
}

TEST(NormalMessage, IsTheSameWhateverTheIdsValuesAndFields) {
  const Trial trial = With(SmallCreate(), {Change::Where::kBody, {"Hostname"}, false, "odd-name"});
  const auto normal = [&](const char* message) { return NormalMessage(message, trial, {{"container", "0123456789abcdef"}}); };
  EXPECT_EQ(normal("json: cannot unmarshal number -1 into Go struct field ContainerConfigWrapper.HostConfig.Memory of type int64"),
            "json: cannot unmarshal <kind> into Go struct field <field> of type <type>");
  EXPECT_EQ(normal("json: cannot unmarshal array into Go value of type runconfig.ContainerConfigWrapper"),
            "json: cannot unmarshal <kind> into Go value of type <type>");
  EXPECT_EQ(normal("no container 0123456789abcdef, and not deadbeefdeadbeef either"), "no container <container>, and not <id> either");
  EXPECT_EQ(normal("invalid hostname odd-name: can't be \"x\\\"y\" or 'z', at least 12.5 of -3"),
            "invalid hostname <value>: can't be <value> or <value>, at least <n> of <n>");
}

TEST(ClassOf, TellsAnswersHangsClosedConnectionsAndDeathsApart) {
  const auto text = [](Answered answered) { return Text(ClassOf(answered, SmallCreate(), {})); };
  EXPECT_EQ(text({http::Outcome::kAnswered, 400, R"({"message":"no such thing"})"}), "400: no such thing");
  EXPECT_EQ(text({http::Outcome::kAnswered, 500, R"({"cause":"EOF","message":"Decode(): EOF","response":500})"}), "500: Decode(): EOF");
  EXPECT_EQ(text({http::Outcome::kAnswered, 201, R"({"Id":"abc"})"}), "201");
  EXPECT_EQ(text({http::Outcome::kAnswered, 200, "{\"stream\":\"x\"}\r\n{\"errorDetail\":{\"message\":\"m\"},\"error\":\"m\"}\r\n"}), "200: m");
  EXPECT_EQ(text({http::Outcome::kTimedOut, 0, "", "late"}), "no answer");
  EXPECT_EQ(text({http::Outcome::kTimedOut, 200, "", "late", true}), "200, and goes on");
  EXPECT_EQ(text({http::Outcome::kClosed, 0, "", "closed without an answer"}), "connection closed: closed without an answer");
  EXPECT_EQ(text({http::Outcome::kClosed, 0, "", "reset", false, true}), "the engine died");
}

TEST(IsFinding, IsEachAnswerThatNoEngineShouldGive) {
  using Kind = AnswerClass::Kind;
  const auto finding = [](AnswerClass answer, const char* id) { return IsFinding(answer, *Described().Named(id)); };
  EXPECT_TRUE(finding({Kind::kAnswered, 500, "", ""}, "ContainerCreate")) << "documented, but for what is the server's fault";
  EXPECT_TRUE(finding({Kind::kAnswered, 503, "", ""}, "ContainerCreate"));
  EXPECT_FALSE(finding({Kind::kAnswered, 503, "", ""}, "SwarmJoin")) << "documented: in a swarm already";
  EXPECT_FALSE(finding({Kind::kAnswered, 404, "", ""}, "ContainerCreate"));
  EXPECT_FALSE(finding({Kind::kGoesOn, 200, "", ""}, "ContainerCreate"));
  for (const Kind kind : {Kind::kNoAnswer, Kind::kClosed, Kind::kMalformed, Kind::kDied}) EXPECT_TRUE(finding({kind, 0, "", ""}, "ContainerCreate"));
}

TEST(IsPanic, KnowsGosWords) {
  using Kind = AnswerClass::Kind;
  EXPECT_TRUE(IsPanic({Kind::kAnswered, 500, "runtime error: invalid memory address or nil pointer dereference", ""}));
  EXPECT_FALSE(IsPanic({Kind::kAnswered, 500, "invalid runtime", ""}));
}

TEST(Known, MakesAndRemovesWhatThePathNeeds) {
  EXPECT_THAT(StepsBefore(Create()), IsEmpty());
  ASSERT_EQ(StepsBefore(Archive()).size(), 2u);
  EXPECT_EQ(StepsBefore(Archive())[0].name, "container");
  EXPECT_EQ(StepsThatUndo(Archive())[0].target, "/containers/${container}?force=1&v=1");
  EXPECT_EQ(SmallestThatWorks(Archive(), "tar").path_values.at("id"), "${container}");
  EXPECT_FALSE(Spoils(Archive()));
  EXPECT_TRUE(Spoils(*Described().Named("SwarmJoin")));
}

TEST(Known, ReadsMembersOfAnswers) {
  const Json answer = Json::parse(R"({"Id":"a","Version":{"Index":11},"List":[{"ID":"b"}]})");
  EXPECT_EQ(MemberOf(answer, "Id"), "a");
  EXPECT_EQ(MemberOf(answer, "Version.Index"), "11");
  EXPECT_EQ(MemberOf(answer, "List.0.ID"), "b");
  EXPECT_EQ(MemberOf(answer, "List.1.ID"), "");
  EXPECT_EQ(MemberOf(answer, "Nothing.Here"), "");
}

}  // namespace
}  // namespace plimsoll::mutate
