#include "journal/stream_text.h"

#include <gtest/gtest.h>

namespace plimsoll::journal {
namespace {

using Framing = StreamText::Framing;

std::string Framed(int stream, const std::string& payload) {
  return std::string({static_cast<char>(stream), 0, 0, 0, 0, 0, 0, static_cast<char>(payload.size())}) + payload;
}

StreamText Fed(const std::string& bytes, size_t piece) {
  StreamText text;
  for (size_t at = 0; at < bytes.size(); at += piece) text.Feed(std::string_view(bytes).substr(at, piece));
  text.End();
  return text;
}

TEST(StreamText, DecidesTheSameHoweverTheBytesAreCut) {
  const std::string framed = Framed(2, "err") + Framed(1, "out\n") + Framed(0, "in") + Framed(1, "");
  for (size_t piece = 1; piece <= framed.size(); ++piece) {
    const StreamText text = Fed(framed, piece);
    EXPECT_EQ(text.framing(), Framing::kMultiplexed) << piece;
    EXPECT_EQ(text.out(), "out\nin") << piece;
    EXPECT_EQ(text.err(), "err") << piece;
    EXPECT_EQ(text.all(), "errout\nin") << piece;
    EXPECT_EQ(text.frames(), 4u) << piece;
    EXPECT_EQ(text.malformed(), "") << piece;
  }
}

TEST(StreamText, TakesTextForRawFromItsFirstByteOn) {
  StreamText text;
  text.Feed("h");
  EXPECT_EQ(text.framing(), Framing::kRaw);
  text.Feed(Framed(1, "not a frame"));
  EXPECT_EQ(text.out(), "h" + Framed(1, "not a frame"));
}

TEST(StreamText, WaitsForAWholeHeaderBeforeItBelievesInFrames) {
  StreamText text;
  text.Feed(std::string("\x01\0\0\0", 4));
  EXPECT_EQ(text.framing(), Framing::kUndecided);
  EXPECT_EQ(text.all(), "");
  text.Feed(std::string("\0\0\0\x02", 4));
  EXPECT_EQ(text.framing(), Framing::kMultiplexed);
}

TEST(StreamText, ShorterThanAHeaderIsRaw) {
  const StreamText text = Fed(std::string("\x01\0\0", 3), 1);
  EXPECT_EQ(text.framing(), Framing::kRaw);
  EXPECT_EQ(text.out(), std::string("\x01\0\0", 3));
}

TEST(StreamText, WithControlCharactersIsRaw) {
  EXPECT_EQ(Fed("\x01y", 1).framing(), Framing::kRaw);
  EXPECT_EQ(Fed("\x1b[0m", 1).framing(), Framing::kRaw);
}

TEST(StreamText, OfAWebSocketIsThePayloadOfItsDataFrames) {
  using http::Opcode;
  StreamText text = StreamText::OfWebSocket();
  text.Feed(http::PlainFrame(Opcode::kText, "out") + http::PlainFrame(Opcode::kPing, "1") + http::PlainFrame(Opcode::kPing, "2"));
  EXPECT_EQ(text.framing(), Framing::kWebSocket);
  EXPECT_EQ(text.all(), "out");
  EXPECT_EQ(text.TakePing(), "2");
  EXPECT_EQ(text.TakePing(), std::nullopt);
  EXPECT_FALSE(text.websocket_closed());
  text.Feed(http::PlainFrame(Opcode::kClose, ""));
  EXPECT_TRUE(text.websocket_closed());
  EXPECT_EQ(text.frames(), 4u);
}

TEST(StreamText, KeepsTheFirstFramesOfAWebSocketAndItsClose) {
  StreamText text = StreamText::OfWebSocket();
  for (size_t i = 0; i < StreamText::kMostWebSocketFrames + 10; ++i) text.Feed(http::PlainFrame(http::Opcode::kPong, ""));
  text.Feed(http::PlainFrame(http::Opcode::kClose, http::ClosePayload(1001)));
  ASSERT_EQ(text.websocket_frames().size(), StreamText::kMostWebSocketFrames + 1);
  EXPECT_EQ(text.websocket_frames().back().opcode, http::Opcode::kClose);
}

TEST(StreamText, WithoutAnyByteIsUndecided) {
  EXPECT_EQ(Fed("", 1).framing(), Framing::kUndecided);
}

}  // namespace
}  // namespace plimsoll::journal
