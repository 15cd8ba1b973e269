// What the tests of RequestParser and its fuzz target share: bytes given in pieces, and all that an onlooker can see of
// the requests in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/request_parser.h"

namespace plimsoll::http {

struct SeenRequests {
  std::vector<std::string> requests;  // "POST /a HTTP/1.1 {Content-Length=1} 'x'", the last one as far as it came
  std::string malformed;
  size_t used = 0;
  bool operator==(const SeenRequests&) const = default;
};

inline std::string TellRequest(const RequestParser& parser, const std::string& body) {
  const RequestHead& head = parser.head();
  std::string text = head.method + " " + head.target + " " + head.version + " {";
  for (const Header& header : head.headers) text += (text.ends_with("{") ? "" : ",") + header.name + "=" + header.value;
  return text + "} '" + body + "'";
}

// Gives `bytes` in the pieces that end at `cuts` (and at the end), as a connection would; then the client closes.
inline SeenRequests ReadRequests(std::string_view bytes, const std::vector<size_t>& cuts) {
  using State = RequestParser::State;
  RequestParser parser;
  SeenRequests seen;
  std::string body;
  size_t start = 0;
  for (size_t i = 0; i <= cuts.size() && parser.state() != State::kMalformed; ++i) {
    const size_t end = i < cuts.size() ? cuts[i] : bytes.size();
    std::string_view piece = bytes.substr(start, end - start);
    start = end;
    while (!piece.empty() && parser.state() != State::kMalformed) {
      const size_t used = parser.Feed(piece, body);
      seen.used += used;
      piece.remove_prefix(used);
      if (parser.state() != State::kComplete) continue;
      seen.requests.push_back(TellRequest(parser, body));
      parser.Next();
      body.clear();
    }
  }
  parser.Close();
  if (parser.begun()) seen.requests.push_back(TellRequest(parser, body));
  seen.malformed = parser.malformed();
  return seen;
}

}  // namespace plimsoll::http
