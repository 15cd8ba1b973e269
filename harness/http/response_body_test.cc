// The second half of response_parser_test.cc: where a body ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/parse_for_test.h"
#include "http/response_parser.h"

namespace plimsoll::http {
namespace {

TEST(ResponseBody, EndsABodyAtItsLengthAndLeavesTheRest) {
  const std::string first = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  const Seen seen = Parse(first + "HTTP/1.1 404 Not Found\r\n");
  EXPECT_EQ(seen.state, State::kComplete);
  EXPECT_EQ(seen.framing, Framing::kLength);
  EXPECT_EQ(seen.body, "hello");
  EXPECT_EQ(seen.used, first.size());
}

TEST(ResponseBody, TakesTheSameContentLengthTwice) {
  for (const char* lines : {"Content-Length: 2\r\ncontent-length: 2", "Content-Length: 2, 2"}) {
    const Seen seen = Parse("HTTP/1.1 200 OK\r\n" + std::string(lines) + "\r\n\r\nOK");
    EXPECT_EQ(seen.state, State::kComplete) << lines;
    EXPECT_EQ(seen.body, "OK");
  }
}

TEST(ResponseBody, RefusesContentLengthsThatSayNothingOrTwoThings) {
  const std::vector<Broken> table = {
      {"Content-Length: 5\r\nContent-Length: 6", "two Content-Lengths: 5 and 6"},
      {"Content-Length: 5, 6", "two Content-Lengths: 5 and 6"},
      {"Content-Length: five", "the Content-Length \"five\" is not a number of bytes"},
      {"Content-Length:", "the Content-Length \"\" is not a number of bytes"},
      {"Content-Length: -1", "the Content-Length \"-1\" is not a number of bytes"},
      {"Content-Length: +1", "the Content-Length \"+1\" is not a number of bytes"},
      {"Content-Length: 0x10", "the Content-Length \"0x10\" is not a number of bytes"},
      {"Content-Length: 1 2", "the Content-Length \"1 2\" is not a number of bytes"},
      {"Content-Length: 5,", "the Content-Length \"\" is not a number of bytes"},
      {"Content-Length: 18446744073709551616",
       "the Content-Length \"18446744073709551616\" is not a number of bytes"},
  };
  for (const Broken& broken : table) {
    const Seen seen = Parse("HTTP/1.1 200 OK\r\n" + broken.bytes + "\r\n\r\nhello");
    EXPECT_EQ(seen.malformed, broken.message);
    EXPECT_TRUE(seen.has_head) << "the status is known all the same";
    EXPECT_EQ(seen.status, 200);
  }
}

TEST(ResponseBody, PromisesOfAHugeBodyCostNothing) {
  ResponseParser parser("GET");
  std::string body;
  parser.Feed("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\nabc", body);
  EXPECT_EQ(parser.state(), State::kBody);
  EXPECT_EQ(parser.content_length(), 18446744073709551615u);
  EXPECT_LT(body.capacity(), 1000u);
}

TEST(ResponseBody, KnowsAnswersThatHaveNoBodyWhateverTheHeadersSay) {
  struct Case {
    std::string method, status;
  };
  for (const Case& c :
       {Case{"HEAD", "200 OK"}, {"GET", "204 No Content"}, {"GET", "304 Not Modified"}}) {
    for (const char* header : {"Content-Length: 5", "Transfer-Encoding: chunked", "A: b"}) {
      const std::string head = "HTTP/1.1 " + c.status + "\r\n" + header + "\r\n\r\n";
      const Seen seen = Parse(head + "hello", c.method);
      EXPECT_EQ(seen.state, State::kComplete) << c.status << header;
      EXPECT_EQ(seen.framing, Framing::kNone);
      EXPECT_EQ(seen.body, "");
      EXPECT_EQ(seen.used, head.size());
      EXPECT_TRUE(seen.keep_alive);
    }
  }
}

TEST(ResponseBody, ReadsABodyWithoutFramingUntilTheClose) {
  const std::string bytes = "HTTP/1.1 200 OK\r\n\r\nall of it";
  EXPECT_EQ(Parse(bytes).state, State::kBody);
  const Seen seen = ParseAndClose(bytes);
  EXPECT_EQ(seen.state, State::kComplete);
  EXPECT_EQ(seen.framing, Framing::kUntilClose);
  EXPECT_EQ(seen.body, "all of it");
  EXPECT_FALSE(seen.keep_alive);
}

Seen ParseChunked(const std::string& chunks) {
  return Parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
}

TEST(ResponseBody, RemovesChunksTheirExtensionsAndTrailers) {
  for (const char* chunks : {
           "5\r\nhello\r\n0\r\n\r\n",
           "1\r\nh\r\n4\r\nello\r\n0\r\n\r\n",
           "5;name=value\r\nhello\r\n0;last\r\n\r\n",
           "5 ; a=\"b;c\"\r\nhello\r\n0\r\n\r\n",
           "00000000000000000000005\r\nhello\r\n00\r\n\r\n",
           "5\r\nhello\r\n0\r\nExpires: never\r\nX: y\r\n\r\n",
           "5\nhello\n0\n\n",
       }) {
    const Seen seen = ParseChunked(chunks);
    EXPECT_EQ(seen.state, State::kComplete) << chunks;
    EXPECT_EQ(seen.body, "hello") << chunks;
    EXPECT_TRUE(seen.keep_alive) << chunks;
  }
}

TEST(ResponseBody, ReadsChunkSizesOfBothCases) {
  EXPECT_EQ(ParseChunked("aB\r\n" + std::string(171, 'x') + "\r\n0\r\n\r\n").body.size(), 171u);
}

TEST(ResponseBody, HandsOutAChunkBeforeItIsWhole) {
  EXPECT_EQ(ParseChunked("ffffffffffffffff\r\nhel").body, "hel");
}

TEST(ResponseBody, SaysInWordsWhatIsWrongWithAChunk) {
  const std::vector<Broken> table = {
      {"zz\r\n", "chunk 1 has the size \"zz\""},
      {"\r\n", "chunk 1 has the size \"\""},
      {"-1\r\n", "chunk 1 has the size \"-1\""},
      {"0x5\r\nhello\r\n", "chunk 1 has the size \"0x5\""},
      {"5 5\r\nhello\r\n", "chunk 1 has the size \"5 5\""},
      {";a=b\r\n", "chunk 1 has the size \"\""},
      {"10000000000000000\r\n", "chunk 1 has the size \"10000000000000000\""},
      {"1\r\na\r\n2\r\nabc\r\n", "chunk 2 is longer than its size says"},
      {"1\r\na\r\rb", "chunk 1 is longer than its size says"},
      {"1\r\na\rb", "chunk 1 is longer than its size says"},
      {"1\r\na\r\n1;" + std::string(4096, 'x'),
       "the size line of chunk 2 is longer than 4096 bytes"},
      {"0\r\n" + std::string(300'000, 'x'), "the trailer is longer than 262144 bytes"},
  };
  for (const Broken& broken : table) {
    const Seen seen = ParseChunked(broken.bytes);
    EXPECT_EQ(seen.malformed, broken.message);
    EXPECT_EQ(seen.state, State::kMalformed) << broken.message;
  }
}

TEST(ResponseBody, BoundsATrailerOfManyShortLines) {
  std::string trailer = "0\r\n";
  while (trailer.size() < 300'000) trailer += "Name: value\r\n";
  EXPECT_EQ(ParseChunked(trailer + "\r\n").malformed, "the trailer is longer than 262144 bytes");
}

TEST(ResponseBody, LetsChunkedWinOverALength) {
  const Seen seen = Parse(
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n0\r\n\r\n");
  EXPECT_EQ(seen.body, "hello");
  EXPECT_FALSE(seen.keep_alive) << "two framings are not to be trusted with a second answer";
}

TEST(ResponseBody, TakesOnlyALastChunkedForFraming) {
  const auto framing = [](const std::string& headers) {
    return Parse("HTTP/1.1 200 OK\r\n" + headers + "\r\n\r\n").framing;
  };
  EXPECT_EQ(framing("Transfer-Encoding: gzip, Chunked"), Framing::kChunked);
  EXPECT_EQ(framing("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"), Framing::kChunked);
  EXPECT_EQ(framing("Transfer-Encoding: chunked, gzip"), Framing::kUntilClose);
  EXPECT_EQ(framing("Transfer-Encoding: gzip\r\nContent-Length: 5"), Framing::kUntilClose);
  EXPECT_EQ(Parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n").malformed,
            "the body is said to be chunked twice");
}

TEST(ResponseBody, SaysWhereTheConnectionWasClosed) {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const std::vector<Broken> table = {
      {"", "closed without an answer"},
      {"HTTP/1.1 100 Continue\r\n\r\n", "closed without an answer after an interim (1xx) one"},
      {"HTTP/1.1 200 OK\r\n", "closed after 17 bytes of the head"},
      {"HTTP/1.1 100 Continue\r\n\r\nHTTP", "closed after 4 bytes of the head"},
      {head + "Content-Length: 100\r\n\r\nhello, world",
       "closed after 12 of 100 bytes of the body"},
      {head + "Content-Length: 1\r\n\r\n", "closed after 0 of 1 bytes of the body"},
      {head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
       "closed after 3 bytes of the body, before its chunked end"},
      {head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
       "closed after 5 bytes of the body, before its chunked end"},
  };
  for (const Broken& broken : table) {
    const Seen seen = ParseAndClose(broken.bytes);
    EXPECT_EQ(seen.state, State::kMalformed) << broken.message;
    EXPECT_EQ(seen.malformed, broken.message);
  }
}

TEST(ResponseBody, DoesNotMindACloseAfterTheEnd) {
  const Seen seen = ParseAndClose("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK");
  EXPECT_EQ(seen.state, State::kComplete);
  EXPECT_EQ(seen.malformed, "");
}

TEST(ResponseBody, KnowsWhetherTheConnectionCanBeUsedAgain) {
  const auto keeps = [](const std::string& version, const std::string& headers) {
    return Parse(version + " 200 OK\r\nContent-Length: 0\r\n" + headers + "\r\n").keep_alive;
  };
  EXPECT_TRUE(keeps("HTTP/1.1", ""));
  EXPECT_TRUE(keeps("HTTP/1.1", "Connection: keep-alive\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "connection: Close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: keep-alive, close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1", "Connection: foo\r\nConnection: close\r\n"));
  EXPECT_TRUE(keeps("HTTP/1.1", "Connection: not-close\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0", ""));
  EXPECT_TRUE(keeps("HTTP/1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_FALSE(Parse("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nO").keep_alive) << "unfinished";
  EXPECT_FALSE(Parse("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: "
                     "chunked\r\n\r\n0\r\n\r\n")
                   .keep_alive);
}

TEST(ResponseBody, TakesNothingOfTheNextAnswer) {
  ResponseParser parser("GET");
  std::string body;
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";
  EXPECT_EQ(parser.Feed(answer + "HTTP", body), answer.size());
  EXPECT_EQ(parser.Feed("/1.1", body), 0u);
  EXPECT_EQ(body, "OK");
}

}  // namespace
}  // namespace plimsoll::http
