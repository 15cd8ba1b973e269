#include "report/escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"

namespace plimsoll::report {
namespace {

constexpr size_t kLongestFileName = 120;

bool IsWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// An underscore inside a word is not emphasis in GitHub's Markdown, and identifiers have many.
bool IsInsideWord(std::string_view text, size_t i) {
  return i > 0 && i + 1 < text.size() && IsWordCharacter(text[i - 1]) &&
         IsWordCharacter(text[i + 1]);
}

// Characters that mean something at the beginning of a line only. For "1." it is the dot.
size_t LineMarker(std::string_view text) {
  if (!text.empty() && std::string_view("#+-=>:").find(text[0]) != std::string_view::npos) return 0;
  size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  const bool list = digits > 0 && digits < text.size() &&
                    (text[digits] == '.' || text[digits] == ')') &&
                    (digits + 1 == text.size() || text[digits + 1] == ' ');
  return list ? digits : std::string_view::npos;
}

// Inside <code> Markdown is still read; as entities its marks mean nothing.
std::string CodeElement(std::string_view text) {
  std::string out = "<code>";
  for (const char c : text) {
    if (IsWordCharacter(c) || std::string_view(" .,/-=+\"'").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("&#{};", static_cast<int>(c));
    }
  }
  return out + "</code>";
}

std::string ReplacedCharacters(std::string_view text,
                               const std::vector<std::pair<char, std::string_view>>& table) {
  std::string out;
  for (const char c : text) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const auto& entry) { return entry.first == c; });
    if (found == table.end()) {
      out += c;
    } else {
      out += found->second;
    }
  }
  return out;
}

// GitHub makes links of bare addresses: wanted in citations, not in what an engine calls itself.
enum class Urls { kInert, kLinked };

bool StartsUrl(std::string_view text, size_t i) {
  return (text[i] == ':' && text.substr(i, 3) == "://") ||
         (text[i] == '.' && i >= 3 && ToLower(text.substr(i - 3, 3)) == "www");
}

std::string Words(std::string_view text, Urls urls) {
  const std::string safe = Printable(text);
  const size_t marker = LineMarker(safe);
  std::string out;
  for (size_t i = 0; i < safe.size(); ++i) {
    const char c = safe[i];
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (urls == Urls::kInert && StartsUrl(safe, i)) {
      out += fmt::format("&#{};", static_cast<int>(c));
    } else if (c == '_' && IsInsideWord(safe, i)) {
      out += c;
    } else {
      const bool special = std::string_view("\\`*_[]|~$>").find(c) != std::string_view::npos;
      if (special || i == marker) out += '\\';
      out += c;
    }
  }
  return out;
}

std::string WordsAndCode(std::string_view text, Urls urls) {
  std::string out;
  const std::vector<std::string> parts = Split(text, '`');
  for (size_t i = 0; i < parts.size(); ++i) {
    const bool code = i % 2 == 1 && i + 1 < parts.size();
    if (code && parts[i].empty()) {
      out += "\\`\\`";
    } else if (code) {
      out += MdCode(parts[i]);
    } else {
      if (i % 2 == 1) out += "\\`";  // the last backtick has no partner
      out += Words(parts[i], urls);
    }
  }
  return out;
}

}  // namespace

std::string Flat(std::string_view text) {
  std::string out;
  for (const char c : Trim(text)) {
    if (!IsSpace(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

std::string MdText(std::string_view text) { return Words(text, Urls::kInert); }

std::string MdCode(std::string_view text) {
  const std::string safe = Printable(text);
  if (safe.empty()) return "`\"\"`";
  // A backtick would need a longer fence, a pipe would end a table's cell even in code.
  if (safe.find_first_of("`|") != std::string::npos) return CodeElement(safe);
  // One space at both ends is taken off when the span is rendered.
  if (safe.front() == ' ' && safe.back() == ' ') return "` " + safe + " `";
  return "`" + safe + "`";
}

std::string MdInline(std::string_view text) { return WordsAndCode(text, Urls::kInert); }

std::string MdProse(std::string_view text) { return WordsAndCode(Flat(text), Urls::kLinked); }

std::string MdFence(std::string_view language, std::string_view text) {
  size_t longest = 0;
  size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(std::max<size_t>(3, longest + 1), '`');
  const std::string_view line_end = text.empty() || text.back() == '\n' ? "" : "\n";
  return fmt::format("{}{}\n{}{}{}\n", fence, language, text, line_end, fence);
}

std::string MdAnchor(std::string_view heading) {
  std::string out;
  for (const char c : ToLower(heading)) {
    if (c == ' ') out += '-';
    if (IsWordCharacter(c) || c == '-' || c == '_') out += c;
  }
  return out;
}

std::string HtmlText(std::string_view text) {
  return ReplacedCharacters(
      Printable(text),
      {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}});
}

std::string MermaidText(std::string_view text) {
  // Mermaid's own entities: "#" and a name or number and ";".
  return ReplacedCharacters(Printable(text), {{'#', "#35;"},
                                              {';', "#59;"},
                                              {'<', "#lt;"},
                                              {'>', "#gt;"},
                                              {'&', "#amp;"},
                                              {'"', "#quot;"},
                                              {'`', "#96;"},
                                              {'%', "#37;"},
                                              {'{', "#123;"},
                                              {'}', "#125;"},
                                              {'\\', "#92;"}});
}

std::string XmlText(std::string_view text) {
  std::string out;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find_first_of("\n\t", start), text.size());
    // U+FFFE and U+FFFF are the only printable ones that XML 1.0 forbids (section 2.2).
    std::string piece = HtmlText(text.substr(start, end - start));
    for (const std::string_view forbidden : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
      for (size_t at = piece.find(forbidden); at != std::string::npos; at = piece.find(forbidden)) {
        piece.erase(at, forbidden.size());
      }
    }
    out += piece;
    if (end < text.size()) out += text[end];
    start = end + 1;
  }
  return out;
}

std::string ShellWord(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0x80) == 0 &&
           (IsWordCharacter(c) || std::string_view("_-./:=,@%+").find(c) != std::string_view::npos);
  });
  if (plain) return std::string(text);
  return "'" + ReplacedCharacters(text, {{'\'', "'\\''"}}) + "'";
}

std::string FileName(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool kept = (static_cast<unsigned char>(c) & 0x80) == 0 &&
                      (IsWordCharacter(c) || c == '.' || c == '-' || c == '_');
    out += kept ? c : '_';
  }
  if (out.empty()) return "_";
  if (out[0] == '.') out[0] = '_';
  return out.substr(0, kLongestFileName);
}

}  // namespace plimsoll::report
