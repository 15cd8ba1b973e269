#include "http/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::http {
namespace {

using testing::ElementsAre;
using testing::IsNull;
using testing::Pointee;

TEST(Headers, AreFoundWhateverTheCaseOfTheirNames) {
  const Headers headers = {{"Content-Type", "a"}, {"content-type", "b"}};
  EXPECT_THAT(FindHeader(headers, "CONTENT-TYPE"), Pointee(std::string("a")));
  EXPECT_THAT(FindHeader(headers, "Content"), IsNull());
}

TEST(SetHeader, ReplacesAllOfThatNameInThePlaceOfTheFirst) {
  Headers headers = {{"A", "1"}, {"b", "2"}, {"a", "3"}};
  SetHeader(headers, "a", "4");
  EXPECT_THAT(headers, ElementsAre(Header{"A", "4"}, Header{"b", "2"}));
  SetHeader(headers, "C", "5");
  EXPECT_THAT(headers, ElementsAre(Header{"A", "4"}, Header{"b", "2"}, Header{"C", "5"}));
}

TEST(RemoveHeader, RemovesAllOfThatName) {
  Headers headers = {{"A", "1"}, {"b", "2"}, {"a", "3"}};
  RemoveHeader(headers, "a");
  EXPECT_THAT(headers, ElementsAre(Header{"b", "2"}));
}

TEST(Serialize, AddsAHostAndNothingElseToAGet) {
  EXPECT_EQ(Serialize({"GET", "/v1.41/_ping", {}, ""}),
            "GET /v1.41/_ping HTTP/1.1\r\nHost: plimsoll\r\n\r\n");
}

TEST(Serialize, AddsTheLengthOfABody) {
  EXPECT_EQ(Serialize({"PATCH", "/", {{"Content-Type", "application/json"}}, "{}"}),
            "PATCH / HTTP/1.1\r\nHost: plimsoll\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\n\r\n{}");
}

TEST(Serialize, TellsThatAPostOrPutHasNoBody) {
  for (const std::string method : {"POST", "PUT"}) {
    EXPECT_EQ(Serialize({method, "/", {}, ""}),
              method + " / HTTP/1.1\r\nHost: plimsoll\r\nContent-Length: 0\r\n\r\n");
  }
  EXPECT_EQ(Serialize({"DELETE", "/", {}, ""}), "DELETE / HTTP/1.1\r\nHost: plimsoll\r\n\r\n");
}

TEST(Serialize, LeavesAGivenHostLengthOrCodingAlone) {
  EXPECT_EQ(Serialize({"POST", "/", {{"host", "x"}, {"content-length", "9"}}, "abc"}),
            "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc");
  EXPECT_EQ(Serialize({"POST", "/", {{"transfer-encoding", "chunked"}}, "0\r\n\r\n"}),
            "POST / HTTP/1.1\r\nHost: plimsoll\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n");
}

TEST(Serialize, LeavesOutAHeaderWithoutName) {
  EXPECT_EQ(Serialize({"GET", "/", {{"", "x"}}, ""}), "GET / HTTP/1.1\r\nHost: plimsoll\r\n\r\n");
}

TEST(PercentEncode, KeepsOnlyUnreservedCharacters) {
  EXPECT_EQ(PercentEncode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncode("{\"a b\": [1/2]}"), "%7B%22a%20b%22%3A%20%5B1%2F2%5D%7D");
  EXPECT_EQ(PercentEncode("\xc3\xa9+%"), "%C3%A9%2B%25");
}

TEST(PercentDecode, UndoesTheEncodingOfEveryByte) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(PercentDecode(PercentEncode(all)), all);
  EXPECT_EQ(PercentDecode("%7b%7B"), "{{");
}

TEST(PercentDecode, LeavesWhatIsNoEncodingAsItIs) {
  for (const char* text : {"100%", "%4", "%zz", "%4z", "a+b"}) {
    EXPECT_EQ(PercentDecode(text), text);
  }
}

}  // namespace
}  // namespace plimsoll::http
