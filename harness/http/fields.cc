#include "http/fields.h"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace plimsoll::http {
namespace {

bool IsDigitCharacter(char c) { return c >= '0' && c <= '9'; }
bool IsBlankCharacter(char c) { return c == ' ' || c == '\t'; }

constexpr std::array<bool, 256> TokenCharacters() {
  std::array<bool, 256> all{};
  for (int c = '0'; c <= '9'; ++c) all[static_cast<size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) all[static_cast<size_t>(c)] = all[static_cast<size_t>(c - 'a' + 'A')] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) all[static_cast<unsigned char>(c)] = true;
  return all;
}
constexpr std::array<bool, 256> kTokenCharacters = TokenCharacters();

size_t EndOfToken(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && kTokenCharacters[static_cast<unsigned char>(text[end])]) ++end;
  return end;
}

}  // namespace

std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && IsBlankCharacter(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlankCharacter(text.back())) text.remove_suffix(1);
  return text;
}

bool IsToken(std::string_view text) {
  return !text.empty() && EndOfToken(text) == text.size();
}

std::string_view TakeLine(std::string_view& text) {
  const size_t newline = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, newline);
  text.remove_prefix(std::min(newline + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

size_t FindHeadEnd(std::string_view text, size_t from) {
  for (size_t at = text.find('\n', from); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    const std::string_view next = text.substr(at + 1, 2);
    if (next.starts_with('\n')) return at + 2;
    if (next == "\r\n") return at + 3;
  }
  return std::string_view::npos;
}

bool HasElement(const Headers& headers, std::string_view name, std::string_view wanted) {
  bool found = false;
  ForEachElement(headers, name,
                 [&](std::string_view element) { found |= ToLower(element) == wanted; });
  return found;
}

std::optional<uint64_t> ParseNumber(std::string_view text, unsigned base) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  if (text.empty()) return std::nullopt;
  uint64_t number = 0;
  for (const char c : text) {
    const char lower = static_cast<char>(c | 0x20);
    const unsigned digit = IsDigitCharacter(c)                     ? static_cast<unsigned>(c - '0')
                           : lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a') + 10
                                                          : 99;
    if (digit >= base || number > (kMax - digit) / base) return std::nullopt;
    number = number * base + digit;
  }
  return number;
}

bool IsValue(std::string_view text) {
  return text.find('\0') == std::string_view::npos && text.find('\r') == std::string_view::npos;
}

std::string Quoted(std::string_view text) { return "\"" + Abridged(text, 100) + "\""; }

std::string ParseHeaderLine(std::string_view line, Headers& headers) {
  if (IsBlankCharacter(line[0])) {  // obs-fold (RFC 9112, 5.2): goes on with the line before, after a blank
    const std::string_view value_of_fold = TrimBlanks(line);
    if (headers.empty()) return "the first header line begins with a blank: " + Quoted(line);
    if (!IsValue(value_of_fold)) return "a header line holds a control character: " + Quoted(line);
    std::string& value = headers.back().value;
    if (!value.empty() && !value_of_fold.empty()) value += ' ';
    value += value_of_fold;
    return "";
  }
  const size_t end_of_name = EndOfToken(line);
  if (end_of_name == 0 || end_of_name == line.size() || line[end_of_name] != ':') {
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return "a header line has no colon: " + Quoted(line);
    return "a header has the invalid name " + Quoted(line.substr(0, colon));
  }
  const std::string_view value = TrimBlanks(line.substr(end_of_name + 1));
  if (!IsValue(value)) return "a header line holds a control character: " + Quoted(line);
  headers.push_back({std::string(line.substr(0, end_of_name)), std::string(value)});
  return "";
}

DeclaredFraming FramingOf(const Headers& headers) {
  DeclaredFraming framing;
  ForEachElement(headers, "content-length", [&](std::string_view text) {
    const auto length = ParseNumber(text, 10);
    if (!length) {
      framing.malformed = "the Content-Length " + Quoted(text) + " is not a number of bytes";
    } else if (framing.length && *framing.length != *length) {
      framing.malformed = fmt::format("two Content-Lengths: {} and {}", *framing.length, *length);
    } else {
      framing.length = length;
    }
  });
  if (!framing.malformed.empty()) return framing;
  int chunked = 0;
  ForEachElement(headers, "transfer-encoding", [&](std::string_view coding) {
    framing.transfer_encoding = true;
    framing.chunked_last = ToLower(coding) == "chunked";
    chunked += framing.chunked_last ? 1 : 0;
  });
  if (chunked > 1) framing.malformed = "the body is said to be chunked twice";
  return framing;
}

}  // namespace plimsoll::http
