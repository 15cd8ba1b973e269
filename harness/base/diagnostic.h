// Diagnostics: what is wrong in a file that the user wrote, with its place, so that it can be shown
// under the source line with a caret. All of a file's problems are collected, not the first.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// A file's text with its lines found; shared by everything that points into it.
class SourceText {
 public:
  SourceText(std::string name, std::string text);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  // Line `number` counted from 1, without its line end; empty beyond the last.
  std::string_view Line(int number) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<size_t> starts_;
};

struct SourcePlace {
  std::shared_ptr<const SourceText> source;
  int line = 0;    // from 1; 0: the file as a whole
  int column = 0;  // from 1, in bytes
  int length = 1;  // bytes to underline
};

struct Diagnostic {
  SourcePlace place;
  std::string message;  // what is wrong, lower case, no final stop
  std::string hint;     // what to do, e.g. `did you mean "steps"?`; may be empty
};

// "file:line:column: error: message", the line, a caret, and "  hint: ..."; ends with a newline.
// What could steer a terminal is shown escaped (text.h, Printable).
std::string Render(const Diagnostic& diagnostic);

// The candidate nearest to `word` if it is near enough to be a slip of the pen, else "".
std::string NearestName(std::string_view word, const std::vector<std::string>& candidates);
// `did you mean "x"?` or, where nothing is near, `known: a, b, c`.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace plimsoll
