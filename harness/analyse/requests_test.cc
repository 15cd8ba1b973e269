#include "analyse/requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::analyse {
namespace {

const Descriptions& DescribedPing() {
  static const Descriptions descriptions{{"1.41", *openapi::Description::Parse(R"(
swagger: "2.0"
info: {version: "1.41"}
paths:
  /_ping: {get: {operationId: Ping, responses: {}}}
)")}};
  return descriptions;
}

journal::Exchange Asking(const std::string& target, const std::string& method = "GET") {
  journal::Exchange exchange;
  exchange.method = method;
  exchange.target = target;
  return exchange;
}

TEST(CheckRequests, TellsWhichCallsAreNotAsDescribed) {
  journal::Journal journal;
  journal.engines.push_back({"d", "", false, {{"api", "1.41"}}});
  journal::CaseRecord record;
  record.engine = "d";
  record.exchanges = {Asking("/_ping"), Asking("/v1.41/_ping?odd=1"), Asking("/v1.41/nothing"), Asking("/v1.30/_ping"), Asking("", ""),
                      Asking("/v4.0.0/libpod/_ping")};
  const RequestFindings found = CheckRequests(DescribedPing(), record, journal);
  EXPECT_EQ(found.checked, 3u);
  EXPECT_THAT(found.unknown, ::testing::ElementsAre("1.30"));
  ASSERT_THAT(found.list, ::testing::SizeIs(2));
  EXPECT_EQ(found.list[0].exchange, 1u);
  EXPECT_EQ(found.list[0].operation, "GET /_ping");
  ASSERT_THAT(found.list[0].drifts, ::testing::SizeIs(1));
  EXPECT_EQ(found.list[0].drifts[0], (openapi::Drift{openapi::DriftKind::kParameter, "?odd", "1"}));
  EXPECT_EQ(found.list[1].exchange, 2u);
  EXPECT_EQ(found.list[1].operation, "");
}

}  // namespace
}  // namespace plimsoll::analyse
