#include "hostile/harmless.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace plimsoll::hostile {
namespace {

// The length of the run of backticks at `at`.
size_t Ticks(std::string_view line, size_t at) {
  const size_t end = std::min(line.find_first_not_of('`', at), line.size());
  return end - at;
}

// The line without its code spans (CommonMark, 6.1: a run of backticks ends at the next run of equal length).
std::string WithoutCode(std::string_view line) {
  std::string out;
  for (size_t at = 0; at < line.size();) {
    if (line[at] == '\\' && at + 1 < line.size()) {
      out += line.substr(at, 2);
      at += 2;
      continue;
    }
    if (line[at] != '`') {
      out += line[at++];
      continue;
    }
    const size_t ticks = Ticks(line, at);
    size_t end = at + ticks;
    while ((end = line.find('`', end)) != std::string_view::npos && Ticks(line, end) != ticks) end += Ticks(line, end);
    if (end == std::string_view::npos) {
      out += line.substr(at, ticks);
      at += ticks;
    } else {
      out += "code";
      at = end + ticks;
    }
  }
  return out;
}

}  // namespace

std::string UnsafeText(std::string_view text) {
  size_t number = 0;
  for (const std::string& line : Split(text, '\n')) {
    ++number;
    const std::string shown = Printable(line);
    if (shown == line) continue;
    const auto differ = std::mismatch(line.begin(), line.end(), shown.begin(), shown.end());
    const auto at = static_cast<size_t>(differ.first - line.begin());
    return fmt::format("line {} holds what is not printable: {}", number, Abridged(std::string_view(line).substr(at), 80));
  }
  return "";
}

std::string UnsafeMarkdown(std::string_view text) {
  if (std::string why = UnsafeText(text); !why.empty()) return why;
  std::string fence;
  size_t number = 0;
  for (const std::string& line : Split(text, '\n')) {
    ++number;
    const std::string_view start = Trim(line);
    const size_t ticks = start.starts_with("```") ? Ticks(start, 0) : 0;
    if (!fence.empty()) {
      if (ticks >= fence.size() && ticks == start.size()) fence.clear();
      continue;
    }
    if (ticks >= 3 && start.find('`', ticks) == std::string_view::npos) {
      fence = start.substr(0, ticks);
      continue;
    }
    const std::string words = WithoutCode(line);
    for (const char* bad : {"<plimsoll-lie", "</plimsoll-lie", "<script", "<html", "<!--", "](http://plimsoll", "# plimsoll-heading"}) {
      const size_t at = words.find(bad);
      if (at == std::string::npos || (at > 0 && words[at - 1] == '\\')) continue;
      return fmt::format("line {} holds {}: {}", number, bad, Abridged(words.substr(at), 80));
    }
  }
  return fence.empty() ? "" : "a fence of code that is never closed";
}

}  // namespace plimsoll::hostile
