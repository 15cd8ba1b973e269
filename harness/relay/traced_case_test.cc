#include "relay/traced_case.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::relay {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

journal::Exchange Seen(const std::string& method, const std::string& target) {
  journal::Exchange exchange;
  exchange.method = method;
  exchange.target = target;
  exchange.times.ended = 70;
  return exchange;
}

TEST(CaseOf, NamesCallsAsAScenarioWould) {
  const auto record = CaseOf({Seen("HEAD", "/_ping"), Seen("POST", "/v1.41/containers/create?name=a"), Seen("POST", "/v1.41/containers/create"),
                              Seen("POST", "/containers/x/attach"), Seen("POST", "/exec/x/start"), Seen("GET", "/events"), Seen("GET", "/containers/x/json"),
                              Seen("DELETE", "/containers/x"), Seen("GET", "/images/a:b/c%20d"), Seen("", ""), Seen("GET", "/x/image")},
                             "docker-20.10", 1, 100);
  std::vector<std::string> names;
  for (const auto& exchange : record.exchanges) names.push_back(exchange.name);
  EXPECT_THAT(names, ElementsAre("ping", "box", "box2", "client", "exec_client", "listening", "inspect", "removal", "get", "odd", "image2"))
      << "`image` is always there";
  EXPECT_EQ(record.id, "trace@docker-20.10");
  EXPECT_EQ(record.exchanges.at(2).step, "steps[2]");
  EXPECT_EQ(record.started, 1);
  EXPECT_EQ(record.ended, 100);
}

TEST(CaseOf, NumbersManyCallsOfOneName) {
  std::vector<journal::Exchange> calls(100'000, Seen("GET", "/_ping"));
  calls[1] = Seen("GET", "/x/ping");
  const auto record = CaseOf(std::move(calls), "e", 1, 100);
  EXPECT_EQ(record.exchanges[1].name, "ping2");
  EXPECT_EQ(record.exchanges.back().name, "ping100000");
}

TEST(CaseOf, HasWhatCameOnEachStreamAsOneReading) {
  journal::Exchange ended = Seen("POST", "/containers/x/attach"), closed = Seen("GET", "/events"), call = Seen("GET", "/info");
  ended.stream = closed.stream = true;
  ended.head = closed.head = http::ResponseHead{"HTTP/1.1", 200, "OK", {}};
  ended.response_body.Append(std::string_view("\x01\0\0\0\0\0\0\x04one\n\x02\0\0\0\0\0\0\x04two\n", 24));
  closed.response_body.Append("{}");
  closed.outcome = journal::Outcome::kOpen;
  const auto record = CaseOf({ended, closed, call}, "e", 1, 100);
  ASSERT_THAT(record.readings, SizeIs(2));
  EXPECT_EQ(record.readings[0].stream, "client");
  EXPECT_EQ(record.readings[0].why, "end");
  EXPECT_TRUE(record.readings[0].found);
  EXPECT_EQ(record.readings[0].text, "one\ntwo\n");
  EXPECT_EQ(record.readings[0].started, 70);
  EXPECT_EQ(record.readings[1].why, "closed");
  EXPECT_EQ(record.readings[1].text, "{}");
}

}  // namespace
}  // namespace plimsoll::relay
