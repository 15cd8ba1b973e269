// What the tests of ResponseParser share: answers given in pieces, and all that a reader of the
// connection can see of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/response_parser.h"

namespace plimsoll::http {

using State = ResponseParser::State;
using Framing = ResponseParser::BodyFraming;

// Everything that a reader of the connection can see of an answer.
struct Seen {
  State state = State::kHead;
  Framing framing = Framing::kNone;
  bool has_head = false;
  int status = 0;
  std::string reason;
  Headers headers;
  std::string body;
  std::string malformed;
  size_t used = 0;
  bool keep_alive = false;
  bool operator==(const Seen&) const = default;
};

// Gives `bytes` in the pieces that end at `cuts` (and at the end), as a connection would.
inline Seen ParseInPieces(std::string_view method, std::string_view bytes,
                          const std::vector<size_t>& cuts, bool close) {
  ResponseParser parser(method);
  Seen seen;
  size_t start = 0;
  for (size_t i = 0; i <= cuts.size(); ++i) {
    const size_t end = i < cuts.size() ? cuts[i] : bytes.size();
    const std::string_view piece = bytes.substr(start, end - start);
    const size_t used = parser.Feed(piece, seen.body);
    seen.used += used;
    if (used < piece.size()) break;
    start = end;
  }
  if (close) parser.Close();
  seen.state = parser.state();
  seen.framing = parser.framing();
  seen.has_head = parser.has_head();
  if (parser.has_head()) {
    seen.status = parser.head().status;
    seen.reason = parser.head().reason;
    seen.headers = parser.head().headers;
  }
  seen.malformed = parser.malformed();
  seen.keep_alive = parser.keep_alive();
  return seen;
}

inline Seen Parse(std::string_view bytes, std::string_view method = "GET") {
  return ParseInPieces(method, bytes, {}, /*close=*/false);
}

inline Seen ParseAndClose(std::string_view bytes, std::string_view method = "GET") {
  return ParseInPieces(method, bytes, {}, /*close=*/true);
}

// Bytes that are refused, and in which words.
struct Broken {
  std::string bytes;
  std::string message;
};

}  // namespace plimsoll::http
