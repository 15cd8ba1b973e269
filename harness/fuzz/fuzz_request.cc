// What a client sends is understood in the same way however it is cut. The first byte of an input chooses how the rest is
// cut.
#include "fuzz/fuzz.h"
#include "http/read_requests_for_test.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace plimsoll;
  if (size < 1) return 0;
  const std::string_view bytes = fuzz::Text(data + 1, size - 1);
  fuzz::Pieces pieces(data[0]);
  std::vector<size_t> cuts;
  for (size_t at = pieces.Next(); at < bytes.size(); at += pieces.Next()) cuts.push_back(at);
  const http::SeenRequests whole = http::ReadRequests(bytes, {});
  fuzz::Promise(whole == http::ReadRequests(bytes, cuts), "the same requests however they are cut");
  fuzz::Promise(whole.used <= bytes.size(), "no bytes out of nothing");
  fuzz::Promise(whole.malformed.empty() || !whole.requests.empty(), "what is malformed is shown");
  return 0;
}
