// A multiplexed stream is decoded in the same way however it is cut, and loses no byte of text. The first byte
// of an input chooses how the rest is cut.
#include "fuzz/fuzz.h"
#include "http/stream_frames.h"
#include "journal/stream_text.h"

namespace {

using namespace plimsoll;

http::Demultiplexed InPieces(std::string_view bytes, fuzz::Pieces pieces) {
  http::FrameDecoder decoder;
  http::Demultiplexed result;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, pieces.Next());
    bytes.remove_prefix(piece.size());
    for (const http::FramePiece& part : decoder.Feed(piece)) (part.stream >= 2 ? result.err : result.out) += part.data;
  }
  decoder.End();
  result.frames = decoder.frames();
  result.malformed = decoder.malformed();
  return result;
}

void CheckText(std::string_view bytes, fuzz::Pieces pieces) {
  journal::StreamText whole, cut;
  whole.Feed(bytes);
  whole.End();
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::string_view piece = rest.substr(0, pieces.Next());
    rest.remove_prefix(piece.size());
    cut.Feed(piece);
  }
  cut.End();
  fuzz::Promise(whole.framing() == cut.framing() && whole.out() == cut.out() && whole.err() == cut.err() &&
                    whole.all() == cut.all() && whole.malformed() == cut.malformed(),
                "the same text however it is cut");
  if (whole.framing() == journal::StreamText::Framing::kRaw) fuzz::Promise(whole.out() == bytes, "raw text as it came");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes = fuzz::Text(data + 1, size - 1);
  const http::Demultiplexed whole = http::Demultiplex(bytes);
  const http::Demultiplexed cut = InPieces(bytes, fuzz::Pieces(data[0]));
  fuzz::Promise(whole.out == cut.out && whole.err == cut.err && whole.frames == cut.frames &&
                    whole.malformed == cut.malformed,
                "the same frames however they are cut");
  CheckText(bytes, fuzz::Pieces(data[0]));
  return 0;
}
