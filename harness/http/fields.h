// What requests and responses have in common on the wire (RFC 9112): lines, header fields, numbers. Shared by the two
// parsers of this folder. Pure functions; any thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "http/message.h"

namespace plimsoll::http {

// Beyond this neither a head nor the trailer of a chunked body is read.
inline constexpr size_t kLongestHead = 256 * 1024;

std::string_view TrimBlanks(std::string_view text);
// "tchar" of RFC 9110, 5.6.2.
bool IsToken(std::string_view text);
// Values are data, but a NUL or a CR within one is how messages are split (RFC 9110, 5.5).
bool IsValue(std::string_view text);

// Takes the next line off the front of `text`, without its end. RFC 9112, 2.2 allows a recipient to
// take a bare LF for a line end; Go and curl do, and so do we, because a peer in the field would.
std::string_view TakeLine(std::string_view& text);
// Index behind the empty line that ends a head, or npos; looks from `from` on.
size_t FindHeadEnd(std::string_view text, size_t from);
// Adds the field, or goes on with the last one (obs-fold). Gives an empty string, or what is wrong with the line.
std::string ParseHeaderLine(std::string_view line, Headers& headers);

// Calls `each` with every element of the comma-separated lists in all headers called `name`, which is in lower case.
template <class Each>
void ForEachElement(const Headers& headers, std::string_view name, Each each) {
  for (const Header& header : headers) {
    if (!SameName(header.name, name)) continue;
    std::string_view rest = header.value;
    while (true) {
      const size_t comma = std::min(rest.find(','), rest.size());
      each(TrimBlanks(rest.substr(0, comma)));
      if (comma == rest.size()) break;
      rest.remove_prefix(comma + 1);
    }
  }
}
// Whether one of these is `wanted`, in whatever case. `name`, `wanted`: in lower case.
bool HasElement(const Headers& headers, std::string_view name, std::string_view wanted);

// Digits of `base` only: neither a sign, nor a blank, nor an overflow.
std::optional<uint64_t> ParseNumber(std::string_view text, unsigned base);
// For messages: abridged and in quotes.
std::string Quoted(std::string_view text);

// The framing that a head declares (RFC 9112, 6.3), as far as it does not depend on who sent it.
struct DeclaredFraming {
  std::optional<uint64_t> length;
  bool transfer_encoding = false;
  bool chunked_last = false;  // of the transfer codings
  std::string malformed;      // in words; empty: nothing is wrong with it
};
DeclaredFraming FramingOf(const Headers& headers);

}  // namespace plimsoll::http
