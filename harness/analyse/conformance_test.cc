#include "analyse/conformance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::analyse {
namespace {

using ::testing::ElementsAre;

const Descriptions& TheDescriptions() {
  static const Descriptions descriptions{{"1.41", *openapi::Description::Parse(R"(
swagger: "2.0"
produces: ["application/json"]
info: {version: "1.41"}
paths:
  /info: {get: {operationId: Info, responses: {200: {description: ok, schema: {type: object, properties: {ID: {type: string}}}}}}}
)")}};
  return descriptions;
}

journal::Exchange Answered(const std::string& target, int status, const std::string& body) {
  journal::Exchange exchange;
  exchange.method = "GET";
  exchange.target = target;
  exchange.head = http::ResponseHead{"HTTP/1.1", status, "", {{"Content-Type", "application/json"}}};
  exchange.response_body.Append(body);
  return exchange;
}

journal::Journal JournalOf(const std::vector<journal::Exchange>& exchanges) {
  journal::Journal journal;
  for (const char* engine : {"d", "p"}) {
    journal::EngineRecord record;
    record.name = engine;
    record.identity = {{"api", "1.41"}};
    journal.engines.push_back(record);
    journal::CaseRecord of_engine;
    of_engine.id = std::string("system/info@") + engine;
    of_engine.scenario = "system/info";
    of_engine.engine = engine;
    of_engine.exchanges = exchanges;
    journal.cases.push_back(of_engine);
  }
  journal.cases[1].exchanges.resize(1);
  return journal;
}

std::vector<std::string> Lines(const Conformance& conformance) {
  std::vector<std::string> lines;
  for (const DriftFinding& finding : conformance.drifts) {
    std::string line = finding.operation + " " + std::string(Name(finding.drift.kind)) + " " + finding.drift.place;
    for (const auto& [engine, seen] : finding.engines) line += " " + engine + ":" + std::to_string(seen.exchanges) + " " + seen.case_id;
    lines.push_back(line);
  }
  return lines;
}

TEST(CheckAgainst, CountsWhatDriftsByEngine) {
  const journal::Journal journal = JournalOf({Answered("/v1.41/info", 200, R"({"ID":"a","Odd":1})"), Answered("/info", 200, R"({"Odd":2})"),
                                              Answered("/v1.41/info", 500, ""), Answered("/v1.41/nowhere", 404, "")});
  const Conformance conformance = CheckAgainst(TheDescriptions(), journal);
  EXPECT_THAT(Lines(conformance), ElementsAre("GET /info undocumented status  d:1 system/info@d",
                                              "GET /info undocumented field Odd d:2 system/info@d p:1 system/info@p"));
  EXPECT_EQ(conformance.engines.at("d").exchanges, 3u);
  EXPECT_EQ(conformance.engines.at("d").operations, 1u);
  EXPECT_THAT(conformance.engines.at("d").versions, ElementsAre("1.41"));
}

TEST(CheckAgainst, LeavesOutWhatNothingIsKnownOf) {
  journal::Journal journal = JournalOf({Answered("/v1.24/info", 200, R"({"Odd":1})"), Answered("/v1.41/info", 200, R"({"Odd":1})")});
  EXPECT_THAT(VersionsSpoken(journal), ElementsAre("1.24", "1.41"));
  const Conformance conformance = CheckAgainst(TheDescriptions(), journal);
  EXPECT_THAT(Lines(conformance), ElementsAre("GET /info undocumented field Odd d:1 system/info@d"));
  EXPECT_THAT(conformance.engines.at("p").unknown, ElementsAre("1.24"));
  for (const char* range : {"api", "api_min"}) {
    journal::Journal other = journal;
    for (journal::EngineRecord& engine : other.engines) engine.identity[range] = range == std::string("api") ? "1.40" : "1.42";
    EXPECT_THAT(Lines(CheckAgainst(TheDescriptions(), other)), testing::IsEmpty()) << range;
  }
  journal.cases[0].outcome = journal::CaseOutcome::kHarnessError;
  EXPECT_THAT(Lines(CheckAgainst(TheDescriptions(), journal)), testing::IsEmpty());
}

}  // namespace
}  // namespace plimsoll::analyse
