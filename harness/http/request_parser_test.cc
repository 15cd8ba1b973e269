#include "http/request_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/read_requests_for_test.h"

namespace plimsoll::http {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Row {
  std::string name;
  std::string bytes;
  std::vector<std::string> requests;  // as SeenRequests tells them
  std::string malformed;              // of the last one; "": nothing is wrong
};

const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
      {"nothing", "", {}, ""},
      {"a ping", "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n", {"GET /_ping HTTP/1.1 {Host=d} ''"}, ""},
      {"a body of stated length", "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", {"POST /a HTTP/1.1 {Content-Length=5} 'hello'"}, ""},
      {"a body of no bytes", "POST /a HTTP/1.1\r\nContent-Length: 0\r\n\r\n", {"POST /a HTTP/1.1 {Content-Length=0} ''"}, ""},
      {"a chunked body with extensions and a trailer",
       "PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nT: v\r\n\r\n",
       {"PUT /a HTTP/1.1 {Transfer-Encoding=chunked} 'hello!'"}, ""},
      {"both framings: chunked counts (RFC 9112, 6.3)",
       "PUT /a HTTP/1.1\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
       {"PUT /a HTTP/1.1 {Content-Length=99,Transfer-Encoding=chunked} 'a'"}, ""},
      {"pipelined requests", "GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 1\r\n\r\nxGET /3 HTTP/1.0\r\n\r\n",
       {"GET /1 HTTP/1.1 {} ''", "POST /2 HTTP/1.1 {Content-Length=1} 'x'", "GET /3 HTTP/1.0 {} ''"}, ""},
      {"empty lines before a request", "\r\n\n\r\nGET /1 HTTP/1.1\r\n\r\n\r\n", {"GET /1 HTTP/1.1 {} ''"}, ""},
      {"bare line feeds", "GET /1 HTTP/1.1\nA: b\n c\n\n", {"GET /1 HTTP/1.1 {A=b c} ''"}, ""},
      {"a method of its own", "BREW /pot HTTP/1.1\r\n\r\n", {"BREW /pot HTTP/1.1 {} ''"}, ""},
      {"HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {"PRI * HTTP/2.0 {} ''"}, "the request line \"PRI * HTTP/2.0\" does not name HTTP/1.1"},
      {"TLS", "\x16\x03\x01\x02", {"   {} ''"}, "the request begins with \"\\x16\", which is no method"},
      {"an endless method", std::string(100, 'A'), {"   {} ''"}, "which is no method"},
      {"no target", "GET HTTP/1.1\r\n\r\n", {"   {} ''"}, "the request line \"GET HTTP/1.1\" is not of three words"},
      {"a target with a blank", "GET /a b HTTP/1.1\r\n\r\n", {"GET /a b HTTP/1.1 {} ''"}, "has no target"},
      {"a header without a colon", "GET /a HTTP/1.1\r\nno colon\r\n\r\n", {"GET /a HTTP/1.1 {} ''"}, "a header line has no colon: \"no colon\""},
      {"two lengths", "POST /a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", {"POST /a HTTP/1.1 {Content-Length=1,Content-Length=2} ''"},
       "two Content-Lengths: 1 and 2"},
      {"a coding that ends nowhere", "POST /a HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", {"POST /a HTTP/1.1 {Transfer-Encoding=gzip} ''"},
       "nobody knows where the body ends"},
      {"a chunk that is too long", "PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab", {"PUT /a HTTP/1.1 {Transfer-Encoding=chunked} 'a'"},
       "chunk 1 is longer than its size says"},
      {"closed in the head", "GET /a HT", {"   {} ''"}, "closed after 9 bytes of the head"},
      {"closed in the body", "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhe", {"POST /a HTTP/1.1 {Content-Length=5} 'he'"},
       "closed after 2 of 5 bytes of the body"},
      {"closed in a chunked body", "PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
       {"PUT /a HTTP/1.1 {Transfer-Encoding=chunked} 'a'"}, "closed after 1 bytes of the body, before its chunked end"},
  };
  return rows;
}

TEST(RequestParser, ReadsWhatAClientSendsRightOrWrong) {
  for (const Row& row : Rows()) {
    const SeenRequests seen = ReadRequests(row.bytes, {});
    EXPECT_EQ(seen.requests, row.requests) << row.name;
    EXPECT_THAT(seen.malformed, HasSubstr(row.malformed)) << row.name;
    EXPECT_EQ(seen.malformed.empty(), row.malformed.empty()) << row.name << ": " << seen.malformed;
  }
}

TEST(RequestParser, ReadsTheSameHoweverItIsCut) {
  for (const Row& row : Rows()) {
    const SeenRequests whole = ReadRequests(row.bytes, {});
    for (size_t at = 1; at < row.bytes.size(); ++at) EXPECT_EQ(ReadRequests(row.bytes, {at}), whole) << row.name << " cut at " << at;
    std::vector<size_t> everywhere;
    for (size_t at = 1; at < row.bytes.size(); ++at) everywhere.push_back(at);
    EXPECT_EQ(ReadRequests(row.bytes, everywhere), whole) << row.name << " byte by byte";
  }
}

TEST(RequestParser, LeavesWhatFollowsARequestToItsOwner) {
  RequestParser parser;
  std::string body;
  const std::string bytes = "POST /attach HTTP/1.1\r\nUpgrade: tcp\r\n\r\nraw \r\n\r\n";
  const size_t used = parser.Feed(bytes, body);
  EXPECT_EQ(parser.state(), RequestParser::State::kComplete);
  EXPECT_EQ(bytes.substr(used), "raw \r\n\r\n");
  parser.Raw();
  EXPECT_EQ(parser.Feed("raw \r\n\r\n", body), 8u);
  EXPECT_EQ(body, "raw \r\n\r\n");
  parser.Close();
  EXPECT_EQ(parser.malformed(), "");
}

TEST(RequestParser, RefusesAHeadWithoutEndInBoundedMemory) {
  RequestParser parser;
  std::string body;
  parser.Feed("GET /a HTTP/1.1\r\n", body);
  const std::string line = "X: " + std::string(1000, 'x') + "\r\n";
  size_t used = 0, given = 0;
  while (parser.state() == RequestParser::State::kHead) {
    used += parser.Feed(line, body);
    given += line.size();
    ASSERT_LE(given, 2 * kLongestHead);
  }
  EXPECT_LE(used, kLongestHead);
  EXPECT_THAT(parser.malformed(), HasSubstr("the head is longer than 262144 bytes"));
  EXPECT_EQ(parser.Feed(line, body), 0u) << "nothing more is taken";
  EXPECT_THAT(body, IsEmpty());
}

}  // namespace
}  // namespace plimsoll::http
