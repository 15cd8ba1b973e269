#include "scenario/yaml_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace plimsoll::scenario {
namespace {

struct Explanation {
  std::string_view theirs;  // the beginning of yaml-cpp's message
  std::string_view ours;
  std::string_view hint;
};

constexpr std::string_view kNoEndOfFlowMap = "end of map flow not found";
constexpr std::string_view kNoEndOfFlowList = "end of sequence flow not found";

// yaml-cpp's messages name its parser's states; these name the slips that lead there.
constexpr Explanation kExplanations[] = {
    {"illegal map value", "a `:` cannot stand here",
     "put a text that holds \": \" in quotes, or check the indentation"},
    {"end of map not found", "this does not belong to the map above it",
     "the keys of one map begin in the same column; quotes go around a whole text, not a part"},
    {"end of sequence not found", "this does not belong to the list above it",
     "check the indentation: the \"- \" of one list, and the keys of one map, begin in the same "
     "column"},
    {kNoEndOfFlowMap, "this cannot stand inside { }", "members of { } are separated by commas"},
    {kNoEndOfFlowList, "this cannot stand inside [ ]", "elements of [ ] are separated by commas"},
    {"illegal block entry", "a \"- \" cannot stand here",
     "a list under a key begins on the next line; a text that begins with \"- \" must be in "
     "quotes"},
    {"illegal map key", "a key cannot stand here", "check the indentation"},
    {"illegal EOF in scalar", "the quotes of this text are never closed", ""},
    {"unknown token", "a text cannot begin with this character", "put the text in quotes"},
    {"illegal character in scalar", "this character cannot stand in a plain text",
     "put the text in quotes"},
    {"illegal flow end", "there is nothing for this bracket to close", ""},
    {"unknown escape character", "this escape is unknown",
     "in double quotes write \\\\ for a backslash; in single quotes it needs nothing"},
    {"the referenced anchor is not defined", "this alias refers to no anchor",
     "an alias *name needs an anchor &name before it; a text that begins with * must be in quotes"},
    {"alias not found after *", "this * begins an alias without a name",
     "a text that begins with * must be in quotes"},
    {"anchor not found after &", "this & begins an anchor without a name",
     "a text that begins with & must be in quotes"},
};

constexpr Explanation kDollarBrace = {
    "", "`${` cannot stand bare inside [ ] or { }",
    "YAML takes the brace for a map of its own: put the text in quotes, as in [\"${name}\"]"};
constexpr Explanation kUnclosed = {"", "this bracket is never closed", ""};
constexpr Explanation kTab = {"", "a tab indents this line", "YAML is indented with spaces only"};

std::optional<size_t> TabInIndentation(std::string_view line) {
  const size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
  const size_t tab = line.find('\t');
  if (tab < indent) return tab;
  return std::nullopt;
}

// In a flow collection YAML ends a plain `${` before its brace.
bool HasBareDollarBrace(std::string_view line) {
  const size_t bracket = line.find_first_of("[{");
  if (bracket == line.npos || (bracket > 0 && line[bracket - 1] == '$')) return false;
  const size_t dollar = line.find("${", bracket);
  return dollar != line.npos &&
         std::count(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(dollar), '"') % 2 == 0;
}

Diagnostic At(const std::shared_ptr<const SourceText>& source, int line, size_t column,
              size_t length, const Explanation& e) {
  return {{source, line, static_cast<int>(column) + 1, static_cast<int>(length)},
          std::string(e.ours),
          std::string(e.hint)};
}

// The last bracket before `line` (from 1) that is still open there, judged without regard to
// quotes.
std::optional<Diagnostic> OpenBracket(const std::shared_ptr<const SourceText>& source, int line) {
  int closed = 0;
  for (int number = line; number > 0; --number) {
    const std::string_view text = source->Line(number);
    for (size_t i = text.size(); i-- > 0;) {
      if (text[i] == ']' || text[i] == '}') ++closed;
      if ((text[i] == '[' || text[i] == '{') && closed-- == 0) {
        return At(source, number, i, 1, kUnclosed);
      }
    }
  }
  return std::nullopt;
}

// yaml-cpp notices some mistakes a line late, and some only at the end of the file.
std::optional<Diagnostic> FromNearbyLines(const std::shared_ptr<const SourceText>& source,
                                          int line) {
  for (int near = line; near >= std::max(1, line - 1); --near) {
    const std::string_view text = source->Line(near);
    if (const auto tab = TabInIndentation(text)) return At(source, near, *tab, 1, kTab);
    if (HasBareDollarBrace(text)) {
      return At(source, near, text.find("${", text.find_first_of("[{")), 2, kDollarBrace);
    }
  }
  return std::nullopt;
}

}  // namespace

Diagnostic ExplainYamlError(const std::shared_ptr<const SourceText>& source, int line, int column,
                            const std::string& message) {
  if (line < 0) return {{source, 0, 0, 1}, "this is not YAML: " + message, ""};
  int number = line + 1;
  size_t offset = static_cast<size_t>(std::max(column, 0));
  // The end of the file is no place to look at: the last line with something in it is.
  while (number > 1 && Trim(source->Line(number)).empty()) {
    --number;
    offset = source->Line(number).size();
  }
  const std::string_view text = source->Line(number);
  if (offset >= text.size() && !text.empty()) offset = text.size() - 1;
  if (auto found = FromNearbyLines(source, number)) return *std::move(found);
  if (message.starts_with(kNoEndOfFlowMap) || message.starts_with(kNoEndOfFlowList)) {
    // Found on a later line, or behind the last one: what comes there is not to blame.
    const int last = source->Line(line + 1).empty() ? number : number - 1;
    if (auto open = OpenBracket(source, last)) return *std::move(open);
  }
  for (const Explanation& e : kExplanations) {
    if (message.starts_with(e.theirs)) return At(source, number, offset, 1, e);
  }
  return {{source, number, static_cast<int>(offset) + 1, 1}, "this is not YAML: " + message, ""};
}

}  // namespace plimsoll::scenario
