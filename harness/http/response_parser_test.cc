#include "http/response_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/parse_for_test.h"

namespace plimsoll::http {
namespace {

struct Sample {
  std::string name;
  std::string bytes;
  std::string method = "GET";
};

std::vector<Sample> Samples() {
  return {
      {"ping", "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK"},
      {"two answers", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOKHTTP/1.1 404 x\r\n\r\n"},
      {"bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 2\nA: b\n\nOKrest"},
      {"mixed line ends", "HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nOK"},
      {"chunked",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
       "5\r\nhello\r\nA;name=\"v;x\" ; b\r\n0123456789\r\n000\r\n\r\nrest"},
      {"chunked with trailers",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
       "1\r\na\r\n0\r\nDigest: x\r\nMore: y\r\n\r\nrest"},
      {"chunked with bare line feeds",
       "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n0\nT: x\n\nrest"},
      {"chunk too long", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n"},
      {"chunk with lone return",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\rb\n0\r\n\r\n"},
      {"chunk size broken",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nzz\r\n"},
      {"chunk size endless",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(5000, 'x')},
      {"interim",
       "HTTP/1.1 100 Continue\r\nContent-Length: 7\r\n\r\n"
       "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!"},
      {"upgrade",
       "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nContent-Length: 3\r\n\r\nraw\n\n"},
      {"no content", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nHTTP/"},
      {"not modified", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"},
      {"head request", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnext", "HEAD"},
      {"until close", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nall\r\n\r\nof it"},
      {"obs-fold", "HTTP/1.1 200 OK\r\nA: one\r\n\t two \r\n \r\n three\r\nB: \r\n x\r\n\r\n"},
      {"no reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"},
      {"not HTTP", "SSH-2.0-OpenSSH\r\n\r\n"},
      {"nearly HTTP", "HTTQ/1.1 200 OK\r\n\r\n"},
      {"HTTP/2", "HTTP/2 200\r\n\r\n"},
      {"bad length", "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello"},
      {"bad header", "HTTP/1.1 200 OK\r\nno colon here\r\n\r\nhello"},
      {"empty", ""},
  };
}

TEST(ResponseParser, SeesTheSameWhereverTheBytesAreCut) {
  for (const Sample& sample : Samples()) {
    for (const bool close : {false, true}) {
      SCOPED_TRACE(sample.name + (close ? ", closed" : ""));
      const Seen whole = ParseInPieces(sample.method, sample.bytes, {}, close);
      std::vector<size_t> everywhere;
      for (size_t cut = 1; cut < sample.bytes.size(); ++cut) {
        everywhere.push_back(cut);
        EXPECT_EQ(ParseInPieces(sample.method, sample.bytes, {cut}, close), whole) << cut;
      }
      EXPECT_EQ(ParseInPieces(sample.method, sample.bytes, everywhere, close), whole);
    }
  }
}

TEST(ResponseParser, SeesTheSameWhenCutInThree) {
  for (const Sample& sample : Samples()) {
    if (sample.bytes.size() > 200) continue;  // quadratic; the long ones differ in length only
    const Seen whole = Parse(sample.bytes, sample.method);
    for (size_t a = 1; a < sample.bytes.size(); ++a) {
      for (size_t b = a; b < sample.bytes.size(); ++b) {
        ASSERT_EQ(ParseInPieces(sample.method, sample.bytes, {a, b}, false), whole)
            << sample.name << " cut at " << a << " and " << b;
      }
    }
  }
}

TEST(ResponseParser, ToleratesEmptyPieces) {
  const std::string bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";
  EXPECT_EQ(ParseInPieces("GET", bytes, {0, 5, 5, 38, 38}, false), Parse(bytes));
}

TEST(ResponseParser, TakesTheHeadApart) {
  ResponseParser parser("GET");
  std::string body;
  parser.Feed(
      "HTTP/1.0 404 No such container: a b\r\nServer:Docker/20.10 (linux)\r\nX-A:  1 \t\r\nx-a: "
      "2\r\nEmpty:\r\n\r\n",
      body);
  ASSERT_TRUE(parser.has_head());
  EXPECT_EQ(parser.head().version, "HTTP/1.0");
  EXPECT_EQ(parser.head().status, 404);
  EXPECT_EQ(parser.head().reason, "No such container: a b");
  EXPECT_THAT(parser.head().headers,
              testing::ElementsAre(Header{"Server", "Docker/20.10 (linux)"}, Header{"X-A", "1"},
                                   Header{"x-a", "2"}, Header{"Empty", ""}));
}

TEST(ResponseParser, LeavesTheReasonEmptyWhereThereIsNone) {
  for (const char* line : {"HTTP/1.1 200", "HTTP/1.1 200 "}) {
    const Seen seen = Parse(std::string(line) + "\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(seen.state, State::kComplete);
    EXPECT_EQ(seen.reason, "");
  }
}

TEST(ResponseParser, KeepsAStatusThatNoDocumentNames) {
  EXPECT_EQ(Parse("HTTP/1.1 799 Odd\r\nContent-Length: 0\r\n\r\n").status, 799);
}

TEST(ResponseParser, JoinsFoldedHeaderLinesWithABlank) {
  const Seen seen =
      Parse("HTTP/1.1 200 OK\r\nA: one\r\n\t two \r\n \r\n three\r\nB: \r\n x\r\n\r\n");
  EXPECT_THAT(seen.headers, testing::ElementsAre(Header{"A", "one two three"}, Header{"B", "x"}));
}

TEST(ResponseParser, TakesABareLineFeedForALineEnd) {
  const Seen seen = Parse("HTTP/1.1 200 OK\nContent-Length: 2\nA: b\n\nOK");
  EXPECT_EQ(seen.state, State::kComplete);
  EXPECT_EQ(seen.body, "OK");
  EXPECT_EQ(seen.reason, "OK");
}

TEST(ResponseParser, SaysInWordsWhatIsWrongWithAHead) {
  const std::vector<Broken> table = {
      {"SSH-2.0\r\n", "the answer begins with \"S\", not with \"HTTP/\""},
      {std::string("\x15\x03\x01", 3), "the answer begins with \"\\x15\", not with \"HTTP/\""},
      {"HTTP 200", "the answer begins with \"HTTP \", not with \"HTTP/\""},
      {"http/1.1 200 OK\r\n\r\n", "the answer begins with \"h\", not with \"HTTP/\""},
      {"\r\nHTTP/1.1 200 OK\r\n\r\n", "the answer begins with \"\\r\", not with \"HTTP/\""},
      {"HTTP/2 200\r\n\r\n", "the status line \"HTTP/2 200\" does not name HTTP/1.1"},
      {"HTTP/1.1\r\n\r\n", "the status line \"HTTP/1.1\" has no status of three digits"},
      {"HTTP/1.1 20 OK\r\n\r\n",
       "the status line \"HTTP/1.1 20 OK\" has no status of three digits"},
      {"HTTP/1.1 2000 OK\r\n\r\n",
       "the status line \"HTTP/1.1 2000 OK\" has no status of three digits"},
      {"HTTP/1.1 099 OK\r\n\r\n",
       "the status line \"HTTP/1.1 099 OK\" has no status of three digits"},
      {"HTTP/1.1  200 OK\r\n\r\n",
       "the status line \"HTTP/1.1  200 OK\" has no status of three digits"},
      {"HTTP/1.1 200 O\rK\r\n\r\n",
       "the status line \"HTTP/1.1 200 O\\rK\" holds a control character"},
      {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a header line has no colon: \"no colon\""},
      {"HTTP/1.1 200 OK\r\n: x\r\n\r\n", "a header has the invalid name \"\""},
      {"HTTP/1.1 200 OK\r\nName : x\r\n\r\n", "a header has the invalid name \"Name \""},
      {"HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
       "the first header line begins with a blank: \" folded: x\""},
      {std::string("HTTP/1.1 200 OK\r\nA: \0\r\n\r\n", 25),
       "a header line holds a control character: \"A: \\x00\""},
      {"HTTP/1.1 200 OK\r\nA: x\rB: y\r\n\r\n",
       "a header line holds a control character: \"A: x\\rB: y\""},
      {"HTTP/1.1 200 OK\r\nA: x\r\n y\rz\r\n\r\n",
       "a header line holds a control character: \" y\\rz\""},
  };
  for (const Broken& broken : table) {
    const Seen seen = Parse(broken.bytes);
    EXPECT_EQ(seen.state, State::kMalformed) << broken.message;
    EXPECT_EQ(seen.malformed, broken.message);
    EXPECT_FALSE(seen.has_head);
    EXPECT_FALSE(seen.keep_alive);
  }
}

TEST(ResponseParser, IgnoresWhatFollowsAMalformedHead) {
  ResponseParser parser("GET");
  std::string body;
  parser.Feed("nonsense", body);
  EXPECT_EQ(parser.Feed("HTTP/1.1 200 OK\r\n\r\nbody", body), 0u);
  parser.Close();
  EXPECT_EQ(parser.state(), State::kMalformed);
  EXPECT_EQ(parser.malformed(), "the answer begins with \"n\", not with \"HTTP/\"");
  EXPECT_EQ(body, "");
}

std::string HeadOfSize(size_t size) {
  const std::string start = "HTTP/1.1 204 x\r\nLong: ";
  return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
}

TEST(ResponseParser, TakesAHeadOfTheGreatestSizeAndRefusesOneByteMore) {
  constexpr size_t kMax = ResponseParser::kMaxHeadBytes;
  EXPECT_EQ(Parse(HeadOfSize(kMax)).state, State::kComplete);
  const std::string long_head = HeadOfSize(kMax + 1);
  const Seen refused = Parse(long_head);
  EXPECT_EQ(refused.malformed, "the head is longer than 262144 bytes");
  EXPECT_EQ(refused.used, kMax);
  for (const size_t cut : {size_t{1}, size_t{1000}, kMax - 1, kMax}) {
    EXPECT_EQ(ParseInPieces("GET", long_head, {cut}, false), refused) << cut;
    EXPECT_EQ(ParseInPieces("GET", HeadOfSize(kMax), {cut}, false).state, State::kComplete) << cut;
  }
}

TEST(ResponseParser, SkipsInterimAnswersWithAllTheirHeaders) {
  const Seen seen = Parse(
      "HTTP/1.1 100 Continue\r\nContent-Length: 7\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!");
  EXPECT_EQ(seen.state, State::kComplete);
  EXPECT_EQ(seen.status, 200);
  EXPECT_EQ(seen.headers.size(), 1u);
  EXPECT_EQ(seen.body, "!");
}

TEST(ResponseParser, GivesUpOnAFloodOfInterimAnswers) {
  std::string flood;
  for (int i = 0; i < 200; ++i) flood += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(Parse(flood).malformed, "more than 100 interim (1xx) answers");
}

TEST(ResponseParser, HandsOutRawBytesAfterAnUpgrade) {
  const Seen seen = Parse("HTTP/1.1 101 UPGRADED\r\nContent-Length: 1\r\n\r\n\r\nraw bytes");
  EXPECT_EQ(seen.state, State::kUpgraded);
  EXPECT_EQ(seen.framing, Framing::kRaw);
  EXPECT_EQ(seen.body, "\r\nraw bytes");
}

TEST(ResponseParser, EndsAnUpgradedStreamAtTheClose) {
  const Seen seen = ParseAndClose("HTTP/1.1 101 UPGRADED\r\n\r\nraw");
  EXPECT_EQ(seen.state, State::kComplete);
  EXPECT_EQ(seen.body, "raw");
  EXPECT_FALSE(seen.keep_alive);
}

TEST(ResponseParser, HijacksAnAnswerWithoutLength) {
  ResponseParser parser("POST");
  std::string body;
  parser.Feed("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\none",
              body);
  parser.Hijack();
  EXPECT_EQ(parser.state(), State::kUpgraded);
  EXPECT_EQ(parser.framing(), Framing::kRaw);
  EXPECT_EQ(parser.Feed("two", body), 3u);
  EXPECT_EQ(body, "onetwo");
}

TEST(ResponseParser, HijacksAnAnswerThatSaysItIsEmpty) {
  ResponseParser parser("POST");
  std::string body;
  parser.Feed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", body);
  ASSERT_EQ(parser.state(), State::kComplete);
  parser.Hijack();
  EXPECT_EQ(parser.Feed("raw", body), 3u);
  EXPECT_EQ(body, "raw");
}

TEST(ResponseParser, DoesNotHijackWhatIsChunkedOrHasNoHeadOrIsMalformed) {
  std::string body;
  ResponseParser chunked("POST");
  chunked.Feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", body);
  chunked.Hijack();
  EXPECT_EQ(chunked.state(), State::kBody);
  ResponseParser early("POST");
  early.Hijack();
  EXPECT_EQ(early.state(), State::kHead);
  ResponseParser malformed("POST");
  malformed.Feed("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", body);
  malformed.Hijack();
  EXPECT_EQ(malformed.state(), State::kMalformed);
}

}  // namespace
}  // namespace plimsoll::http
