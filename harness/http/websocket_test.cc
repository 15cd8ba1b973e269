#include "http/websocket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::http {
namespace {

using From = WebSocketDecoder::From;
using ::testing::ElementsAre;

constexpr Mask kExampleMask = {0x37, 0xfa, 0x21, 0x3d};

std::string FromCodes(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text += static_cast<char>(byte);
  return text;
}

// What a decoder tells of a stream, however its payloads were cut: a line per frame, "text+ 3 'abc'" (+: more to come).
struct SeenFrames {
  std::vector<std::string> frames;
  std::string malformed;
  bool closed = false;
  bool operator==(const SeenFrames&) const = default;
};

SeenFrames DecodeFrames(std::string_view bytes, From from = From::kServer, size_t piece = 1 << 20) {
  SeenFrames seen;
  WebSocketDecoder decoder(from);
  for (size_t at = 0; at < bytes.size(); at += piece) {
    for (const WebSocketPiece& part : decoder.Feed(bytes.substr(at, piece))) {
      if (part.begins) seen.frames.push_back(std::string(Name(part.opcode)) + (part.final ? ":" : "+:"));
      seen.frames.back() += part.data;
    }
  }
  decoder.End();
  seen.malformed = decoder.malformed();
  seen.closed = decoder.closed();
  return seen;
}

TEST(WebSocketAccept, IsThatOfTheStandardsExample) {
  EXPECT_EQ(WebSocketAccept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(BecomesWebSocket, WhereItWasAskedForAndTheAnswerSaysSo) {
  const Headers asked = {{"upgrade", "WebSocket"}};
  EXPECT_TRUE(BecomesWebSocket(asked, {"HTTP/1.1", 101, "", {{"Upgrade", "websocket"}, {"Sec-WebSocket-Accept", "x"}}}));
  EXPECT_FALSE(BecomesWebSocket(asked, {"HTTP/1.1", 101, "", {{"Upgrade", "websocket"}}}));
  EXPECT_FALSE(BecomesWebSocket(asked, {"HTTP/1.1", 101, "", {{"Upgrade", "tcp"}}}));
  EXPECT_FALSE(BecomesWebSocket(asked, {"HTTP/1.1", 200, "", {{"Upgrade", "websocket"}, {"Sec-WebSocket-Accept", "x"}}}));
  EXPECT_FALSE(BecomesWebSocket({{"Upgrade", "tcp"}}, {"HTTP/1.1", 101, "", {{"Upgrade", "websocket"}}}));
  EXPECT_FALSE(BecomesWebSocket({}, {"HTTP/1.1", 101, "", {}}));
}

// RFC 6455, 5.7.
TEST(WebSocketFrames, AreThoseOfTheStandardsExamples) {
  EXPECT_EQ(PlainFrame(Opcode::kText, "Hello"), FromCodes({0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f}));
  EXPECT_EQ(MaskedFrame(Opcode::kText, "Hello", kExampleMask),
            FromCodes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58}));
  EXPECT_EQ(PlainFrame(Opcode::kText, "Hel", Fin::kMore) + PlainFrame(Opcode::kContinuation, "lo"),
            FromCodes({0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f}));
  EXPECT_EQ(PlainFrame(Opcode::kBinary, std::string(256, 'x')).substr(0, 4), FromCodes({0x82, 0x7e, 0x01, 0x00}));
  EXPECT_EQ(PlainFrame(Opcode::kBinary, std::string(65536, 'x')).substr(0, 10),
            FromCodes({0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0}));
  EXPECT_EQ(ClosePayload(1000, "bye"), FromCodes({0x03, 0xe8}) + "bye");
}

TEST(WebSocketDecoder, GivesFramesWithTheirOpcodesWhereverTheBytesAreCut) {
  const std::string bytes = PlainFrame(Opcode::kText, "Hel", Fin::kMore) + PlainFrame(Opcode::kPing, "are you there") +
                            PlainFrame(Opcode::kContinuation, "lo") + PlainFrame(Opcode::kBinary, "") +
                            PlainFrame(Opcode::kPong, "") + PlainFrame(Opcode::kBinary, std::string(300, 'b')) +
                            PlainFrame(Opcode::kClose, ClosePayload(1000));
  const SeenFrames whole = DecodeFrames(bytes);
  EXPECT_THAT(whole.frames, ElementsAre("text+:Hel", "ping:are you there", "continuation:lo", "binary:", "pong:",
                                        "binary:" + std::string(300, 'b'), "close:" + ClosePayload(1000)));
  EXPECT_EQ(whole.malformed, "");
  EXPECT_TRUE(whole.closed);
  for (size_t piece = 1; piece < 20; ++piece) EXPECT_EQ(DecodeFrames(bytes, From::kServer, piece), whole) << piece;
}

TEST(WebSocketDecoder, UnmasksWhatAClientSendsWhereverItIsCut) {
  const std::string bytes = MaskedFrame(Opcode::kText, "hello, world", kExampleMask) + MaskedFrame(Opcode::kClose, "", kExampleMask);
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    const SeenFrames seen = DecodeFrames(bytes, From::kClient, piece);
    EXPECT_THAT(seen.frames, ElementsAre("text:hello, world", "close:")) << piece;
    EXPECT_EQ(seen.malformed, "") << piece;
  }
}

TEST(WebSocketDecoder, TakesALengthOf64BitsWithoutKeepingRoomForIt) {
  WebSocketDecoder decoder(From::kServer);
  const auto pieces = decoder.Feed(FromCodes({0x82, 0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}) + "abc");
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_EQ(pieces[0].data, "abc");
  EXPECT_EQ(pieces[0].size, 0x7fffffffffffffffu);
}

TEST(WebSocketDecoder, SaysWhatBreaksTheProtocol) {
  const struct {
    const char* what;
    std::string bytes;
    From from;
    const char* said;
  } cases[] = {
      {"reserved bits", FromCodes({0xc1, 0x00}), From::kServer, "frame 1 has reserved bits set (c1)"},
      {"opcode 3", FromCodes({0x83, 0x00}), From::kServer, "frame 1 has the unknown opcode 3"},
      {"opcode 15", PlainFrame(Opcode::kText, "a") + FromCodes({0x8f, 0x00}), From::kServer, "frame 2 has the unknown opcode 15"},
      {"a masked server", MaskedFrame(Opcode::kText, "a", kExampleMask), From::kServer, "frame 1 is masked, as no server's may be"},
      {"an unmasked client", PlainFrame(Opcode::kText, "a"), From::kClient, "frame 1 is not masked, as a client's must be"},
      {"a fragmented ping", FromCodes({0x09, 0x00}), From::kServer, "frame 1 is a fragmented ping"},
      {"a long pong", FromCodes({0x8a, 0x7e, 0x00, 0x7e}), From::kServer, "frame 1 is a pong of more than 125 bytes"},
      {"a lone continuation", PlainFrame(Opcode::kContinuation, "a"), From::kServer, "frame 1 continues no message"},
      {"a message in a message", PlainFrame(Opcode::kText, "a", Fin::kMore) + PlainFrame(Opcode::kText, "b"), From::kServer,
       "frame 2 begins a message within another"},
      {"16 bits for 5", FromCodes({0x82, 0x7e, 0x00, 0x05}), From::kServer,
       "frame 1 writes its length of 5 in more bytes than it takes"},
      {"64 bits for 300", FromCodes({0x82, 0x7f, 0, 0, 0, 0, 0, 0, 1, 0x2c}), From::kServer,
       "frame 1 writes its length of 300 in more bytes than it takes"},
      {"a negative length", FromCodes({0x82, 0x7f, 0x80, 0, 0, 0, 0, 0, 0, 0}), From::kServer,
       "frame 1 has a length of more than 63 bits"},
      {"half a close code", PlainFrame(Opcode::kClose, "x"), From::kServer, "frame 1 is a close of 1 byte, which is no code"},
      {"more after the close", PlainFrame(Opcode::kClose, "") + PlainFrame(Opcode::kText, "a"), From::kServer,
       "bytes after the close frame"},
      {"a cut header", FromCodes({0x82, 0x7e, 0x01}), From::kServer, "the connection ended 3 bytes into a frame's header"},
      {"a cut payload", FromCodes({0x82, 0x05}) + "abc", From::kServer, "the connection ended 3 bytes into a frame of 5"},
      {"a cut message", PlainFrame(Opcode::kText, "a", Fin::kMore), From::kServer,
       "the connection ended within a fragmented message"},
  };
  for (const auto& [what, bytes, from, said] : cases) {
    EXPECT_EQ(DecodeFrames(bytes, from).malformed, said) << what;
    EXPECT_EQ(DecodeFrames(bytes, from, 1).malformed, said) << what << ", byte by byte";
  }
}

TEST(WebSocketDecoder, DecodesNothingMoreOnceItIsMalformed) {
  EXPECT_THAT(DecodeFrames(PlainFrame(Opcode::kText, "a") + FromCodes({0x83, 0x00}) + PlainFrame(Opcode::kText, "b")).frames,
              ElementsAre("text:a"));
}

TEST(WebSocketDecoder, MayEndWithoutACloseFrame) {
  EXPECT_EQ(DecodeFrames(PlainFrame(Opcode::kText, "a")).malformed, "");
  EXPECT_FALSE(DecodeFrames(PlainFrame(Opcode::kText, "a")).closed);
  EXPECT_EQ(DecodeFrames("").malformed, "");
}

}  // namespace
}  // namespace plimsoll::http
