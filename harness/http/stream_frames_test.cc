#include "http/stream_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::http {
namespace {

std::string Frame(int stream, std::string_view payload) {
  std::string frame(1, static_cast<char>(stream));
  frame.append(3, '\0');
  for (const int shift : {24, 16, 8, 0}) {
    frame += static_cast<char>(payload.size() >> shift & 0xff);
  }
  return frame.append(payload);
}

// What a decoder tells of a stream, however its payloads were cut.
struct Seen {
  std::string by_stream[4];
  uint64_t begun = 0;
  uint64_t frames = 0;
  std::string malformed;
  bool operator==(const Seen&) const = default;
};

Seen Decode(std::string_view bytes, size_t piece) {
  Seen seen;
  FrameDecoder decoder;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    for (const FramePiece& part : decoder.Feed(bytes.substr(at, piece))) {
      seen.by_stream[part.stream] += part.data;
      seen.begun += part.begins ? 1 : 0;
    }
  }
  decoder.End();
  seen.frames = decoder.frames();
  seen.malformed = decoder.malformed();
  return seen;
}

TEST(FrameDecoder, GivesEachStreamItsBytes) {
  const Seen seen =
      Decode(Frame(1, "out") + Frame(2, "err") + Frame(1, "put") + Frame(0, "in"), 999);
  EXPECT_EQ(seen.by_stream[0], "in");
  EXPECT_EQ(seen.by_stream[1], "output");
  EXPECT_EQ(seen.by_stream[2], "err");
  EXPECT_EQ(seen.frames, 4u);
  EXPECT_EQ(seen.begun, 4u);
  EXPECT_EQ(seen.malformed, "");
}

TEST(FrameDecoder, SeesTheSameWhereverTheBytesAreCut) {
  for (const std::string& bytes : {
           Frame(1, "hello\n") + Frame(2, "") + Frame(3, "daemon error") + Frame(1, "x"),
           Frame(1, "hello") + Frame(2, "cut").substr(0, 9),
           Frame(1, "hello") + Frame(2, "cut").substr(0, 5),
           Frame(1, "hello") + std::string("not a frame"),
           std::string("\x01\x00\x00\x01oops", 8),
           std::string(),
       }) {
    const Seen whole = Decode(bytes, 9999);
    for (size_t piece = 1; piece <= bytes.size(); ++piece) {
      EXPECT_EQ(Decode(bytes, piece), whole) << "in pieces of " << piece;
    }
  }
}

TEST(FrameDecoder, HandsOutAPayloadBeforeItsFrameIsWhole) {
  FrameDecoder decoder;
  const std::string bytes = Frame(1, "hello");
  const auto pieces = decoder.Feed(std::string_view(bytes).substr(0, 10));
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_EQ(pieces[0].data, "he");
  EXPECT_TRUE(pieces[0].begins);
  const auto rest = decoder.Feed(std::string_view(bytes).substr(10));
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].data, "llo");
  EXPECT_FALSE(rest[0].begins);
}

TEST(FrameDecoder, CountsEmptyFrames) {
  EXPECT_EQ(Decode(Frame(1, "") + Frame(2, ""), 99).frames, 2u);
  EXPECT_EQ(Decode(Frame(1, ""), 99).malformed, "");
}

TEST(FrameDecoder, SaysWhichFrameDoesNotBeginLikeOne) {
  EXPECT_EQ(Decode("raw terminal output", 99).malformed,
            "frame 1 begins with 72 61 77 20, not a stream header");
  EXPECT_EQ(Decode(Frame(1, "x") + std::string("\x04\0\0\0\0\0\0\0", 8), 99).malformed,
            "frame 2 begins with 04 00 00 00, not a stream header");
  EXPECT_EQ(Decode(std::string("\x01\0\x01\0\0\0\0\0", 8), 99).malformed,
            "frame 1 begins with 01 00 01 00, not a stream header");
}

TEST(FrameDecoder, DecodesNothingAfterAMalformedHeader) {
  FrameDecoder decoder;
  EXPECT_TRUE(decoder.Feed("nonsense" + Frame(1, "x")).empty());
  EXPECT_TRUE(decoder.Feed(Frame(1, "x")).empty());
  decoder.End();
  EXPECT_EQ(decoder.malformed(), "frame 1 begins with 6e 6f 6e 73, not a stream header");
}

TEST(FrameDecoder, SaysWhereAnUnfinishedStreamEnded) {
  EXPECT_EQ(Decode(Frame(1, "0123456789").substr(0, 11), 99).malformed,
            "the stream ended 3 bytes into a frame of 10");
  EXPECT_EQ(Decode(Frame(1, "x") + Frame(1, "x").substr(0, 3), 99).malformed,
            "the stream ended 3 bytes into a frame header");
}

TEST(FrameDecoder, TakesAFrameOfFourGigabytesForAPromise) {
  const Seen seen = Decode(std::string("\x01\0\0\0\xff\xff\xff\xffhello", 13), 99);
  EXPECT_EQ(seen.by_stream[1], "hello");
  EXPECT_EQ(seen.malformed, "the stream ended 5 bytes into a frame of 4294967295");
}

TEST(Demultiplex, TakesStreamsTwoAndThreeForErrorOutput) {
  const Demultiplexed all =
      Demultiplex(Frame(1, "a") + Frame(2, "b") + Frame(3, "c") + Frame(0, "d"));
  EXPECT_EQ(all.out, "ad");
  EXPECT_EQ(all.err, "bc");
  EXPECT_EQ(all.frames, 4u);
  EXPECT_EQ(all.malformed, "");
}

TEST(Demultiplex, KeepsWhatCameBeforeTheMalformedHeader) {
  const Demultiplexed all = Demultiplex(Frame(1, "a") + "then raw bytes");
  EXPECT_EQ(all.out, "a");
  EXPECT_EQ(all.malformed, "frame 2 begins with 74 68 65 6e, not a stream header");
}

}  // namespace
}  // namespace plimsoll::http
