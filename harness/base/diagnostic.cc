#include "base/diagnostic.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"

namespace plimsoll {
namespace {

// Letters inserted, dropped, replaced, or two neighbours swapped ("stpes").
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

// A piece of a source line as it can be shown: what could steer the terminal is escaped.
std::string Shown(std::string_view piece) {
  std::string text(piece);
  std::replace(text.begin(), text.end(), '\t', ' ');
  return Printable(text);
}

// Characters, not bytes.
size_t Width(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

SourceText::SourceText(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  starts_.push_back(0);
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') starts_.push_back(i + 1);
  }
}

std::string_view SourceText::Line(int number) const {
  if (number < 1 || static_cast<size_t>(number) > starts_.size()) return {};
  const size_t start = starts_[static_cast<size_t>(number) - 1];
  const size_t end = std::min(text_.find('\n', start), text_.size());
  std::string_view line(text_.data() + start, end - start);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::string Render(const Diagnostic& diagnostic) {
  const SourcePlace& at = diagnostic.place;
  std::string out = at.source ? Printable(at.source->name()) : "(no file)";
  if (at.line > 0) out += fmt::format(":{}:{}", at.line, at.column);
  out += ": error: " + Printable(diagnostic.message) + "\n";
  const std::string_view line = at.source ? at.source->Line(at.line) : std::string_view{};
  if (!line.empty()) {
    const std::string gutter = fmt::format("{:>5} | ", at.line);
    const size_t start = std::min(static_cast<size_t>(std::max(at.column - 1, 0)), line.size());
    const size_t length = static_cast<size_t>(std::max(at.length, 1));
    const std::string before = Shown(line.substr(0, start));
    const std::string marked = Shown(line.substr(start, length));
    const std::string after =
        start + length < line.size() ? Shown(line.substr(start + length)) : "";
    out += gutter + before + marked + after + "\n";
    out += std::string(gutter.size() - 2, ' ') + "| " + std::string(Width(before), ' ') +
           std::string(std::max<size_t>(Width(marked), 1), '^') + "\n";
  }
  if (!diagnostic.hint.empty()) out += "  hint: " + Printable(diagnostic.hint) + "\n";
  return out;
}

std::string NearestName(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(word.size() / 3, 1) + 1;
  for (const std::string& candidate : candidates) {
    const size_t distance = EditDistance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string nearest = NearestName(word, candidates);
  if (!nearest.empty()) return fmt::format("did you mean \"{}\"?", nearest);
  if (candidates.empty()) return "";
  return fmt::format("known: {}", fmt::join(candidates, ", "));
}

}  // namespace plimsoll
