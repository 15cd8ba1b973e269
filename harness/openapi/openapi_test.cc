#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "openapi/check.h"
#include "openapi/shape.h"

namespace plimsoll::openapi {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kFile = R"(
swagger: "2.0"
produces: ["application/json", "text/plain"]
info: {version: "1.41"}
definitions:
  Error: {type: object, required: [message], properties: {message: {type: string, x-nullable: false}}}
  Port: {type: object, required: [PrivatePort], properties: {PrivatePort: {type: integer}, IP: {type: string}}}
  Base: {type: object, properties: {Memory: {type: integer}}}
  Box:
    type: object
    required: [Id]
    properties:
      Id: {type: string}
      State: {type: string, enum: ["created", "running"]}
      Ports: {type: array, items: {$ref: "#/definitions/Port"}}
      Labels: {type: object, additionalProperties: {type: string}}
      Any: {type: object}
      Health: {x-nullable: true, allOf: [{$ref: "#/definitions/Error"}]}
      Cpus: {type: number}
      Host:
        allOf:
          - $ref: "#/definitions/Base"
          - {type: object, properties: {Privileged: {type: boolean}}}
parameters:
  Wait: {name: wait, in: query, type: integer}
  id: {name: id, in: path, required: true, type: string, description: The id}
paths:
  /containers/{id}/json:
    parameters:
      - $ref: "#/parameters/id"
      - {name: size, in: query, type: integer}
    get:
      parameters:
        - {name: size, in: query, type: boolean, default: false, description: Sizes too}
        - {name: body, in: body, schema: {$ref: "#/definitions/Port"}}
      operationId: ContainerInspect
      produces: ["application/json"]
      responses:
        200: {description: ok, schema: {$ref: "#/definitions/Box"}}
        404: {description: none, schema: {$ref: "#/definitions/Error"}}
  /boxes/create:
    parameters: [{name: v, in: query, type: boolean}]
    post:
      operationId: BoxCreate
      tags: [Box, Other]
      parameters:
        - {name: name, in: query, type: string, enum: [a, b]}
        - {$ref: "#/parameters/Wait"}
        - {name: body, in: body, required: true, schema: {allOf: [{$ref: "#/definitions/Box"}, {type: object, properties: {Inner: {$ref: "#/definitions/Box"}}}]}}
      responses: {}
  /containers/prune: {post: {operationId: ContainerPrune, responses: {200: {description: ok}}}}
  /containers/{id}: {post: {operationId: Odd, responses: {}}}
  /images/{name}/json: {get: {operationId: ImageInspect, responses: {200: {description: ok, schema: {type: string, format: binary}}}}}
  /containers/{id}/logs:
    get:
      operationId: ContainerLogs
      produces: [application/vnd.docker.raw-stream]
      responses: {200: {description: ok, schema: {type: string, format: binary}}}
)";

const Description& TheDescription() {
  static const Description description = *Description::Parse(kFile);
  return description;
}

std::string Found(const char* method, const char* path) {
  const Operation* operation = TheDescription().Find(method, path);
  return operation ? operation->id : "none";
}

TEST(Description, FindsTheOperationOfAPath) {
  EXPECT_EQ(TheDescription().version(), "1.41");
  EXPECT_EQ(Found("GET", "/containers/abc/json"), "ContainerInspect");
  EXPECT_EQ(Found("POST", "/containers/prune"), "ContainerPrune");
  EXPECT_EQ(Found("POST", "/containers/abc"), "Odd");
  EXPECT_EQ(Found("GET", "/images/docker.io/library/busybox:1/json"), "ImageInspect");
  EXPECT_EQ(Found("GET", "/images/json"), "none");
  EXPECT_EQ(Found("DELETE", "/containers/abc/json"), "none");
  EXPECT_EQ(Found("GET", "/containers/abc/json/x"), "none");
  EXPECT_EQ(Found("GET", ""), "none");
}

TEST(Description, TellsTheParametersOfAnOperation) {
  const Operation& operation = *TheDescription().Find("POST", "/boxes/create");
  EXPECT_EQ(operation.tag, "Box");
  std::vector<std::string> names;
  for (const Parameter& each : operation.parameters) names.push_back(each.in + " " + each.name);
  EXPECT_THAT(names, ElementsAre("query v", "query name", "query wait", "body body"));
  EXPECT_EQ(CompactJson(operation.parameters[1].schema), R"({"enum":["a","b"],"type":"string"})");
  ASSERT_NE(operation.body(), nullptr);
  EXPECT_TRUE(operation.body()->required);
  EXPECT_EQ(TheDescription().Find("GET", "/containers/x/logs")->body(), nullptr);
}

TEST(FieldsOf, ListsEachPropertyOnceHoweverDeep) {
  const Json& schema = TheDescription().Find("POST", "/boxes/create")->body()->schema;
  const std::vector<std::string> fields = FieldsOf(TheDescription(), schema);
  EXPECT_THAT(fields, testing::IsSupersetOf({"Id", "Ports", "Ports[].PrivatePort", "Host.Memory", "Host.Privileged", "Inner", "Inner.Ports[].IP"}));
  EXPECT_EQ(std::set<std::string>(fields.begin(), fields.end()).size(), fields.size());
}

TEST(VisitFields, ShowsWhatAValueHasOfThem) {
  std::vector<std::string> seen;
  VisitFields(TheDescription(), TheDescription().Find("POST", "/boxes/create")->body()->schema,
              Json::parse(R"({"Ports":[{"IP":"a"},{"IP":"b"}],"Labels":{"x":"y"},"Odd":1,"Host":{"Memory":null}})"),
              [&](const std::string& field, const Json& value) { seen.push_back(field + "=" + CompactJson(value)); });
  EXPECT_THAT(seen, ElementsAre(R"(Host={"Memory":null})", "Host.Memory=null", R"(Labels={"x":"y"})",
                                R"(Ports=[{"IP":"a"},{"IP":"b"}])", "Ports[].IP=\"a\"", "Ports[].IP=\"b\""));
}

TEST(Description, KnowsTheParametersOfAnOperationAndThoseOfItsPath) {
  std::vector<std::string> lines;
  for (const Parameter& p : TheDescription().Find("GET", "/containers/x/json")->parameters)
    lines.push_back(p.in + " " + p.name + (p.required ? " required " : " ") + CompactJson(p.schema));
  EXPECT_THAT(lines, ElementsAre(R"(path id required {"type":"string"})", R"(query size {"default":false,"type":"boolean"})",
                                 R"(body body {"$ref":"#/definitions/Port"})"));
}

TEST(Description, FindsAnOperationByItsIdAndByMethodAndPath) {
  EXPECT_EQ(TheDescription().Named("ContainerInspect"), TheDescription().Named("GET /containers/{id}/json"));
  EXPECT_NE(TheDescription().Named("ContainerPrune"), nullptr);
  EXPECT_EQ(TheDescription().Named("ContainerInspec"), nullptr);
}

TEST(Description, SplitsATargetIntoVersionAndPath) {
  const auto split = [](const char* target) {
    const SplitTarget parts = Split(target);
    return parts.version + " " + parts.path;
  };
  EXPECT_EQ(split("/v1.41/containers/json?all=1"), "1.41 /containers/json");
  EXPECT_EQ(split("/containers/json"), " /containers/json");
  EXPECT_EQ(split("/volumes/v1"), " /volumes/v1");
  EXPECT_EQ(split("/version"), " /version");
}

TEST(Description, SaysWhyAFileIsNone) {
  EXPECT_THAT(Description::Parse("a: [").error().what, HasSubstr("line 1"));
  EXPECT_THAT(Description::Parse("a: b").error().Text(), HasSubstr("no swagger: \"2.0\""));
  EXPECT_THAT(Description::Load("/nowhere.yaml").error().what, HasSubstr("/nowhere.yaml"));
}

// "undocumented field Ports[].Odd (string)"
std::vector<std::string> Drifts(const Answer& answer, const char* method = "GET", const char* path = "/containers/x/json") {
  std::vector<std::string> lines;
  for (const Drift& drift : CheckAnswer(TheDescription(), *TheDescription().Find(method, path), answer)) {
    lines.push_back(std::string(Name(drift.kind)) + " " + drift.place + " (" + drift.detail + ")");
  }
  return lines;
}
std::vector<std::string> DriftsOf(const char* body) { return Drifts({200, "application/json", body, false}); }

TEST(CheckAnswer, FindsNothingWrongWithWhatIsDescribed) {
  EXPECT_THAT(DriftsOf(R"({"Id":"a","State":"running","Ports":[{"PrivatePort":1}],"Labels":{"a":"b"},"Any":{"x":1},
                           "Health":null,"Cpus":1,"Host":{"Memory":1,"Privileged":true}})"),
              IsEmpty());
  EXPECT_THAT(Drifts({404, "application/json; charset=utf-8", R"({"message":"m"})", false}), IsEmpty());
  EXPECT_THAT(Drifts({200, "", "", false}), IsEmpty()) << "no body";
}

TEST(CheckAnswer, FindsEachKindOfDriftAtItsPlace) {
  EXPECT_THAT(DriftsOf(R"({"Odd":1})"), ElementsAre("missing field Id ()", "undocumented field Odd (integer)"));
  EXPECT_THAT(DriftsOf(R"({"Id":"a","Ports":null,"Labels":{"a":1,"b":2}})"),
              ElementsAre("another type Labels.* (integer, not string)", "another type Ports (null, not array)"));
  EXPECT_THAT(DriftsOf(R"({"Id":"a","Ports":[{"PrivatePort":"1","X":true},{"X":false}]})"),
              ElementsAre("missing field Ports[].PrivatePort ()", "another type Ports[].PrivatePort (string, not integer)",
                          "undocumented field Ports[].X (boolean)"));
  EXPECT_THAT(DriftsOf(R"({"Id":"a","State":"dead","Host":{"Nano":1.5}})"),
              ElementsAre("undocumented field Host.Nano (number)", "undocumented value State (dead)"));
  EXPECT_THAT(DriftsOf(R"({"Id":"a","3f2a1b4c5d6e7f80":1})"), ElementsAre("undocumented field * (integer)"));
  EXPECT_THAT(DriftsOf("<html>"), ElementsAre("no JSON  (application/json)"));
  EXPECT_THAT(DriftsOf("[]"), ElementsAre("another type  (array, not object)"));
}

TEST(CheckAnswer, LooksAtStatusAndContentType) {
  EXPECT_THAT(Drifts({500, "application/json", R"({"cause":1})", false}), ElementsAre("undocumented status  (500)"));
  EXPECT_THAT(Drifts({404, "text/plain", "gone", false}),
              ElementsAre("undocumented content type  (text/plain)", "no JSON  (text/plain)"));
  EXPECT_THAT(Drifts({200, "", "x", true}, "GET", "/containers/x/logs"), ElementsAre("undocumented content type  (none)"));
  EXPECT_THAT(Drifts({200, "application/vnd.docker.raw-stream", "\1\2", false}, "GET", "/containers/x/logs"), IsEmpty());
}

// "undocumented field Odd: integer" for each drift of a request.
std::vector<std::string> AskedDrifts(const char* method, const std::string& target, const std::string& body = "") {
  std::vector<std::string> lines;
  for (const Drift& drift : CheckRequest(TheDescription(), *TheDescription().Find(method, Split(target).path), {target, body})) {
    lines.push_back(std::string(Name(drift.kind)) + " " + drift.place + ": " + drift.detail);
  }
  return lines;
}

TEST(CheckRequest, FindsNothingWrongWithWhatIsDescribed) {
  EXPECT_THAT(AskedDrifts("POST", "/v1.41/boxes/create?name=a&wait=-3&v=1", R"({"Id":"x","Labels":{"a":"b"},"Host":{"Privileged":null},"Ports":null})"), IsEmpty());
  EXPECT_THAT(AskedDrifts("GET", "/v1.41/containers/x/json?size="), IsEmpty());
  EXPECT_THAT(AskedDrifts("POST", "/v1.41/containers/prune"), IsEmpty());
}

TEST(CheckRequest, TellsWhatIsDeprecated) {
  static const Description description = *Description::Parse(R"(
swagger: "2.0"
info: {version: "1.41"}
definitions:
  Inner: {type: object, properties: {Old: {type: integer, description: "> **Deprecated**: This field is gone."}}}
paths:
  /_ping: {get: {operationId: Ping, responses: {}}}
  /version: {get: {operationId: Version, responses: {}}}
  /make:
    post:
      operationId: Make
      parameters:
        - {name: old, in: query, type: boolean, description: "**Deprecated**: no longer used"}
        - {name: new, in: query, type: boolean, description: "not deprecated"}
        - {name: body, in: body, schema: {$ref: "#/definitions/Inner"}}
      responses: {200: {description: ok, schema: {$ref: "#/definitions/Inner"}}}
)");
  const auto drifts = [&](const char* method, const std::string& target, const std::string& body = "") {
    std::vector<std::string> lines;
    for (const Drift& drift : CheckRequest(description, *description.Find(method, Split(target).path), {target, body})) {
      lines.push_back(std::string(Name(drift.kind)) + " " + drift.place + ": " + drift.detail);
    }
    return lines;
  };
  EXPECT_THAT(drifts("POST", "/make"), ElementsAre("deprecated : a path without a version"));
  EXPECT_THAT(drifts("GET", "/_ping"), IsEmpty());
  EXPECT_THAT(drifts("GET", "/version"), IsEmpty());
  EXPECT_THAT(drifts("POST", "/v1.41/make?old=1&new=1", R"({"Old": 5})"), ElementsAre("deprecated ?old: 1", "deprecated Old: 5"));
  EXPECT_THAT(drifts("POST", "/v1.41/make?old=0&new=1", R"({"Old": 0})"), IsEmpty());
  EXPECT_THAT(CheckAnswer(description, *description.Find("POST", "/make"), {200, "", R"({"Old": 5})"}), IsEmpty()) << "nothing is wrong with an answer that has it";
}

TEST(CheckRequest, FindsEachKindOfDriftAtItsPlace) {
  EXPECT_THAT(AskedDrifts("POST", "/v1.41/boxes/create?name=c&wait=soon&v=yes&odd%21=1", R"({"Id":7,"Odd":1,"Inner":{"Id":"x","State":"gone"}})"),
              ::testing::UnorderedElementsAre("undocumented parameter ?odd!: 1", "another type ?v: yes, not boolean", "undocumented value ?name: c",
                          "another type ?wait: soon, not integer", "another type Id: integer, not string",
                          "undocumented value Inner.State: gone", "undocumented field Odd: integer"));
  EXPECT_THAT(AskedDrifts("POST", "/v1.41/boxes/create", "no"), ElementsAre("no JSON : "));
  EXPECT_THAT(AskedDrifts("POST", "/v1.41/boxes/create"), ElementsAre("missing field : the body"));
  EXPECT_THAT(AskedDrifts("POST", "/v1.41/containers/prune", "{}"), ElementsAre("a body where none belongs : 2 bytes"));
}

}  // namespace
}  // namespace plimsoll::openapi
