#include "analyse/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyse/analyse.h"

namespace plimsoll::analyse {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const Descriptions& ListAndCreate() {
  static const Descriptions descriptions{{"1.41", *openapi::Description::Parse(R"(
swagger: "2.0"
info: {version: "1.41"}
definitions: {Host: {type: object, properties: {Memory: {type: integer}, Init: {type: boolean}}}}
paths:
  /containers/json:
    get:
      operationId: List
      tags: [Container]
      parameters: [{name: all, in: query, type: boolean}, {name: limit, in: query, type: integer}, {name: size, in: query, type: boolean}]
      responses: {200: {description: ok, schema: {type: array, items: {type: object, properties: {Id: {type: string}, Names: {type: array}}}}}, 400: {description: bad}, 500: {description: error}}
  /containers/create:
    post:
      operationId: Create
      tags: [Container]
      parameters: [{name: body, in: body, schema: {type: object, properties: {Labels: {type: object}, Tty: {type: boolean}, HostConfig: {$ref: "#/definitions/Host"}}}}]
      responses: {201: {description: ok}, 409: {description: conflict}}
  /info: {get: {operationId: Info, tags: [System], responses: {200: {description: ok}}}}
)")}};
  return descriptions;
}

journal::Exchange AnsweredCall(const std::string& name, const std::string& method, const std::string& target, int status, const std::string& request,
                           const std::string& answer) {
  journal::Exchange exchange;
  exchange.name = name;
  exchange.step = "steps[0]";
  exchange.method = method;
  exchange.target = target;
  exchange.head = http::ResponseHead{"HTTP/1.1", status, "", {}};
  exchange.request_body.Append(request);
  exchange.response_body.Append(answer);
  return exchange;
}

// A scenario with the parameter n, and a case of it for each list of exchanges.
journal::Journal CoveredJournal(const std::vector<std::pair<std::string, Json>>& observe, const std::vector<std::vector<journal::Exchange>>& cases) {
  journal::Journal journal;
  journal::EngineRecord engine;
  engine.name = "d";
  engine.identity = {{"api", "1.41"}};
  journal.engines.push_back(engine);
  journal::ScenarioRecord scenario;
  scenario.id = "list/s";
  scenario.observe = observe;
  scenario.parameters = {{"n", {}}};
  for (size_t i = 0; i < cases.size(); ++i) {
    scenario.parameters[0].values.push_back(i);
    journal::CaseRecord record;
    record.id = "list/s[n=" + std::to_string(i) + "]@d";
    record.scenario = scenario.id;
    record.engine = "d";
    record.parameters = {{"n", i}};
    record.exchanges = cases[i];
    journal.cases.push_back(record);
  }
  scenario.rows = cases.size();
  journal.scenarios.push_back(scenario);
  return journal;
}

EngineCoverage Covered(const journal::Journal& journal) {
  const auto findings = Analyse(journal);
  EXPECT_TRUE(findings) << findings.error().Text();
  return CoverageOf(ListAndCreate(), *findings, journal).engines.at("d");
}

const OperationCoverage& Of(const EngineCoverage& coverage, const std::string& name) {
  return *std::find_if(coverage.operations.begin(), coverage.operations.end(), [&](const auto& each) { return each.name == name; });
}

// "all: effect on how many"
std::string Input(const EngineCoverage& coverage, const std::string& operation, const std::string& name) {
  for (const InputCoverage& input : Of(coverage, operation).inputs) {
    if (input.name != name) continue;
    if (!input.shown_in.empty()) return "effect on " + input.shown_by;
    return !input.varied_in.empty() ? "varied" : input.called ? "called" : "none";
  }
  return "unknown";
}

TEST(CoverageOf, TellsStatusesAndFieldsOfAnswers) {
  const auto journal = CoveredJournal({{"s", "${a.status}"}}, {{AnsweredCall("a", "GET", "/v1.41/containers/json", 200, "", R"([{"Id":"x","Names":null}])")},
                                                          {AnsweredCall("a", "GET", "/containers/json?limit=x", 400, "", "{}")},
                                                          {AnsweredCall("a", "GET", "/v1.24/info", 200, "", "{}")}});
  const EngineCoverage coverage = Covered(journal);
  EXPECT_EQ(coverage.version, "1.41");
  const OperationCoverage& list = Of(coverage, "GET /containers/json");
  EXPECT_THAT(list.statuses, ElementsAre(testing::Pair(200, "list/s"), testing::Pair(400, "list/s")));
  EXPECT_THAT(list.documented, ElementsAre(200, 400, 500));
  EXPECT_TRUE(list.succeeded() && list.documents_failure() && list.failed_as_documented());
  EXPECT_THAT(list.fields, ElementsAre("200 [].Id", "200 [].Names"));
  EXPECT_THAT(list.fields_seen, ElementsAre("200 [].Id")) << "null says nothing";
  EXPECT_FALSE(Of(coverage, "GET /info").called()) << "in another version";
}

TEST(CoverageOf, SeesAnEffectWhereAnObservationFollowsAnInput) {
  const auto list = [](const std::string& query, const std::string& answer) {
    return std::vector{AnsweredCall("a", "GET", "/v1.41/containers/json" + query, 200, "", answer)};
  };
  const auto journal = CoveredJournal({{"how many", Json{{"value", "${a.body}"}, {"count", true}}}},
                                 {list("?limit=1", "[1]"), list("?limit=2&size=1", "[1,2]"), list("?size=0&limit=2", "[1,2]")});
  const EngineCoverage coverage = Covered(journal);
  EXPECT_EQ(Input(coverage, "GET /containers/json", "limit"), "effect on how many");
  EXPECT_EQ(Input(coverage, "GET /containers/json", "all"), "none");
  const auto same = Covered(CoveredJournal({{"how many", Json{{"value", "${a.body}"}, {"count", true}}}}, {list("?all=1", "[1]"), list("?all=0", "[1]")}));
  EXPECT_EQ(Input(same, "GET /containers/json", "all"), "varied");
  EXPECT_EQ(Input(same, "GET /containers/json", "size"), "none");
}

TEST(CoverageOf, ComparesCallsOfOneCaseByTheSameObservation) {
  const std::vector exchanges{AnsweredCall("a", "GET", "/v1.41/containers/json?all=0", 200, "", "[]"),
                              AnsweredCall("b", "GET", "/v1.41/containers/json?all=1", 200, "", "[1]")};
  EXPECT_EQ(Input(Covered(CoveredJournal({{"without", "${a.body}"}, {"with", "${b.body}"}}, {exchanges})), "GET /containers/json", "all"), "effect on without");
  EXPECT_EQ(Input(Covered(CoveredJournal({{"without", "${a.status}"}, {"with", "${b.body}"}}, {exchanges})), "GET /containers/json", "all"), "varied")
      << "these two are not comparable";
}

TEST(CoverageOf, LooksIntoBodiesAndNotAtItsOwnLabels) {
  const auto create = [](const std::string& body) { return std::vector{AnsweredCall("a", "POST", "/v1.41/containers/create", body.size() > 90 ? 409 : 201, body, "")}; };
  const auto journal = CoveredJournal({{"status", "${a.status}"}},
                                 {create(R"({"Labels":{"plimsoll.run":"a"},"HostConfig":{"Memory":1}})"), create(R"({"Labels":{"plimsoll.run":"b"},"HostConfig":{"Memory":2,"Init":true},"Tty":true,"Odd":12345})")});
  const EngineCoverage coverage = Covered(journal);
  EXPECT_EQ(Input(coverage, "POST /containers/create", "HostConfig.Memory"), "effect on status");
  EXPECT_EQ(Input(coverage, "POST /containers/create", "Tty"), "effect on status");
  EXPECT_EQ(Input(coverage, "POST /containers/create", "Labels"), "none");
  EXPECT_EQ(Input(coverage, "POST /containers/create", "Odd"), "unknown");
}

TEST(GapsOf, NamesWhatIsMissingAndWhyItCannotBeHad) {
  const auto journal = CoveredJournal({{"s", "${a.status}"}}, {{AnsweredCall("a", "GET", "/v1.41/containers/json", 200, "", "[]")}});
  Coverage coverage = CoverageOf(ListAndCreate(), *Analyse(journal), journal);
  coverage.out_of_reach = {{"*", 500, "", "", {}, "a fault"}, {"POST /containers/create", 0, "", "", {"d"}, "no"}};
  std::vector<std::string> lines;
  for (const Gap& gap : GapsOf(coverage)) lines.push_back(gap.operation + " " + gap.what + " " + gap.reason);
  EXPECT_THAT(lines, ElementsAre("GET /containers/json 400 ", "GET /containers/json 500 a fault", "GET /containers/json all ", "GET /containers/json limit ",
                                 "GET /containers/json size ", "GET /containers/json 200 [].Id ", "GET /containers/json 200 [].Names ", "GET /info  ",
                                 "POST /containers/create  no"));
  const auto figures = FiguresOf(coverage, "d");
  EXPECT_EQ(figures[0].some, 1u);
  EXPECT_EQ(figures[0].excused, 1u);
  EXPECT_EQ(figures[0].all, 3u);
}

}  // namespace
}  // namespace plimsoll::analyse
