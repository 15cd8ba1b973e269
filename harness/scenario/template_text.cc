#include "scenario/template_text.h"

#include <fmt/format.h>

#include "expect/template.h"

namespace plimsoll::scenario {
namespace {

// A } within a quoted key (${box["a}b"]}) is part of the key.
size_t FindClosing(std::string_view text, size_t from) {
  bool quoted = false;
  for (size_t i = from; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"' && (quoted || (i > from && text[i - 1] == '['))) {
      quoted = !quoted;
    } else if (text[i] == '}' && !quoted) {
      return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::vector<TemplateSpan> SpansIn(std::string_view text) {
  std::vector<TemplateSpan> spans;
  for (size_t at = text.find('$'); at < text.size(); at = text.find('$', at)) {
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (next != '{') {
      at += next == '$' ? 2 : 1;
      continue;
    }
    const size_t closing = FindClosing(text, at + 2);
    if (closing == std::string_view::npos) {
      spans.push_back({at, text.size(), text.substr(at + 2)});
      break;
    }
    spans.push_back({at, closing + 1, text.substr(at + 2, closing - at - 2)});
    at = closing + 1;
  }
  return spans;
}

SourcePlace PlaceOfPart(const PlacedText& text, std::string_view part) {
  // A text over several lines (a block scalar) begins below its `|` or `>`.
  constexpr int kLinesToSearch = 40;
  const SourcePlace& at = text.place;
  if (!at.source || part.empty()) return at;
  for (int line = at.line; line < at.line + kLinesToSearch; ++line) {
    const bool first = line == at.line;
    const std::string_view shown = at.source->Line(line);
    const size_t found = shown.find(part, first ? static_cast<size_t>(at.column) - 1 : 0);
    if (found != shown.npos) {
      return {at.source, line, static_cast<int>(found) + 1, static_cast<int>(part.size())};
    }
    if (first && text.text.find('\n') == text.text.npos &&
        static_cast<size_t>(at.length) >= text.text.size()) {
      return at;
    }
  }
  return at;
}

bool CheckTemplate(const PlacedText& text, Problems& problems) {
  const size_t before = problems.count();
  for (const TemplateSpan& span : SpansIn(text.text)) {
    const std::string_view shown = text.text.substr(span.begin, span.end - span.begin);
    const bool closed = shown.ends_with('}') && span.begin + 2 + span.inside.size() < span.end;
    // Parsed in isolation, so that messages give no offsets: the caret does.
    const auto error = closed ? expect::Path::Parse(span.inside).map([](auto&&) { return 0; })
                              : expect::Template::Parse(shown).map([](auto&&) { return 0; });
    if (!error) problems.Add(PlaceOfPart(text, shown), error.error().what, error.error().hint);
  }
  return problems.count() == before;
}

bool CheckTemplatesIn(const Node& node, Problems& problems) {
  const size_t before = problems.count();
  for (const PlacedText& text : TextsIn(node)) CheckTemplate(text, problems);
  return problems.count() == before;
}

}  // namespace plimsoll::scenario
