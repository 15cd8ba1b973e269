#include "analyse/refusals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::analyse {
namespace {

using ::testing::SizeIs;

journal::Exchange Refusable(int status, const std::string& body) {
  journal::Exchange exchange;
  exchange.method = "GET";
  exchange.target = "/x";
  exchange.head.emplace();
  exchange.head->status = status;
  exchange.response_body.Append(body);
  return exchange;
}

TEST(RefusalsIn, AreStatusesAndErrorsWithinStreamsOfDocuments) {
  journal::CaseRecord record;
  journal::Exchange silent;
  silent.method = "GET";
  journal::Exchange output = Refusable(101, "{\"error\": \"what a process wrote\"}\n");
  output.stream = true;
  record.exchanges = {Refusable(200, R"({"Error": "", "State": {"error": "x"}})"),
                      Refusable(404, R"({"message": "No such image: x"})"),
                      Refusable(500, " plain words\n"),
                      silent,
                      Refusable(200, "{\"status\": \"Pulling\"}\r\n{\"errorDetail\": {\"message\": \"m\"}, \"error\": \"denied\"}\r\n"),
                      output,
                      Refusable(304, ""),
                      Refusable(409, R"({"cause": "c", "error": "in use"})"),
                      Refusable(400, "")};
  const std::vector<Refusal> found = RefusalsIn(record);
  ASSERT_THAT(found, SizeIs(5));
  const Refusal expected[] = {{1, 404, "No such image: x"}, {2, 500, "plain words"}, {4, 200, "denied"}, {7, 409, "in use"}, {8, 400, ""}};
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].exchange, expected[i].exchange);
    EXPECT_EQ(found[i].status, expected[i].status);
    EXPECT_EQ(found[i].message, expected[i].message);
  }
}

}  // namespace
}  // namespace plimsoll::analyse
