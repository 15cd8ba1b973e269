// A websocket's frames are decoded in the same way however they are cut, and what is encoded is decoded to the same.
// The first byte of an input chooses how the rest is cut, and its lowest bit which side sends.
#include "fuzz/fuzz.h"
#include "http/websocket.h"

namespace {

using namespace plimsoll;
using http::WebSocketDecoder;

struct Seen {
  std::string frames;  // one after the other: "text+abc", what is after a '+' or '.' is payload
  std::string malformed;
  uint64_t count = 0;
  bool closed = false;
  bool operator==(const Seen&) const = default;
};

Seen Decode(std::string_view bytes, WebSocketDecoder::From from, fuzz::Pieces* pieces) {
  Seen seen;
  WebSocketDecoder decoder(from);
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, pieces ? pieces->Next() : bytes.size());
    bytes.remove_prefix(piece.size());
    for (const http::WebSocketPiece& part : decoder.Feed(piece)) {
      if (part.begins) seen.frames += std::string(Name(part.opcode)) + (part.final ? "." : "+");
      seen.frames += part.data;
    }
  }
  decoder.End();
  seen.malformed = decoder.malformed();
  seen.count = decoder.frames();
  seen.closed = decoder.closed();
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::string_view bytes = fuzz::Text(data + 1, size - 1);
  const auto from = data[0] & 1 ? WebSocketDecoder::From::kClient : WebSocketDecoder::From::kServer;
  fuzz::Pieces pieces(data[0]);
  fuzz::Promise(Decode(bytes, from, nullptr) == Decode(bytes, from, &pieces), "the same frames however they are cut");
  const http::Mask mask = {data[0], 1, 2, 3};
  const std::string sent = http::MaskedFrame(http::Opcode::kBinary, bytes, mask);
  const Seen back = Decode(sent, WebSocketDecoder::From::kClient, nullptr);
  fuzz::Promise(back.malformed.empty() && back.frames == "binary." + std::string(bytes), "what was encoded is decoded");
  return 0;
}
