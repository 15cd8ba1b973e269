// An answer is understood in the same way however it is cut. The first byte of an input chooses the method, the
// second how the rest is cut.
#include "fuzz/fuzz.h"
#include "http/parse_for_test.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace plimsoll;
  if (size < 2) return 0;
  const std::string_view method = data[0] % 8 == 7 ? "HEAD" : "GET";
  const std::string_view bytes = fuzz::Text(data + 2, size - 2);
  fuzz::Pieces pieces(data[1]);
  std::vector<size_t> cuts;
  for (size_t at = pieces.Next(); at < bytes.size(); at += pieces.Next()) cuts.push_back(at);
  for (const bool close : {false, true}) {
    const http::Seen whole = http::ParseInPieces(method, bytes, {}, close);
    const http::Seen cut = http::ParseInPieces(method, bytes, cuts, close);
    fuzz::Promise(whole == cut, "the same answer however it is cut");
    fuzz::Promise(whole.used <= bytes.size() && whole.body.size() <= bytes.size(), "no bytes out of nothing");
    fuzz::Promise((whole.state == http::State::kMalformed) == !whole.malformed.empty(), "malformed says why");
  }
  return 0;
}
