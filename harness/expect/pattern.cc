#include "expect/pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/text.h"

namespace plimsoll::expect {
namespace {

constexpr size_t kMaxPattern = 1000;  // bytes; the compiler of the library is recursive
constexpr size_t kMaxWeight = 500;    // atoms after all {counts} are written out

namespace rc = std::regex_constants;

// Our own words: those of the library differ between its versions.
std::string_view Trouble(rc::error_type code) {
  if (code == rc::error_paren) return "a parenthesis has no partner";
  if (code == rc::error_brack) return "a bracket has no partner";
  if (code == rc::error_brace || code == rc::error_badbrace) return "bad {counts}";
  if (code == rc::error_range) return "bad range of characters";
  if (code == rc::error_badrepeat) return "nothing stands before *, +, ? or {";
  if (code == rc::error_escape) return "bad escape after \\";
  if (code == rc::error_ctype || code == rc::error_collate) return "unknown class of characters";
  if (code == rc::error_complexity) return "back-references are not supported";
  if (code == rc::error_space || code == rc::error_stack) return "too large";
  return "bad syntax";
}

// libstdc++'s usual matcher recurses for every character and backtracks; its polynomial one keeps a
// set of states instead.
std::regex::flag_type Flags() {
  auto flags = std::regex::ECMAScript | std::regex::nosubs | std::regex::optimize;
#ifdef __GLIBCXX__
  flags |= rc::__polynomial;
#endif
  return flags;
}

// The largest number in the {n,m} at the front of `text`, and how long it is.
struct Counts {
  size_t most = 0;
  size_t length = 0;
};
Counts ReadCounts(std::string_view text) {
  Counts counts;
  size_t number = 0;
  for (const char c : text) {
    ++counts.length;
    number = c >= '0' && c <= '9' ? std::min<size_t>(number * 10 + (c - '0'), kMaxWeight + 1) : 0;
    counts.most = std::max(counts.most, number);
    if (c == '}') break;
  }
  return counts;
}

size_t ClassLength(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == ']')
      return i + 1;
  }
  return text.size();
}

// Also within [...]: the library's compiler overflows on a number with many digits.
bool HasBackReference(std::string_view pattern) {
  for (size_t i = 0; i + 1 < pattern.size(); ++i) {
    if (pattern[i] != '\\') continue;
    ++i;
    if (pattern[i] >= '1' && pattern[i] <= '9') return true;
  }
  return false;
}

// How many atoms the pattern is with its counts written out ("(ab){3}" is 9), or why it is refused.
// Syntax is not its business: what is wrong is left to the compiler to say.
class Weigher {
 public:
  std::optional<std::string_view> Refuses(std::string_view text) {
    while (!text.empty()) {
      if (text.starts_with("(?=") || text.starts_with("(?!")) return "look-ahead is not supported";
      const bool repeats = std::string_view("*+?{").find(text[0]) != std::string_view::npos;
      if (repeats && last_ == 0) return Trouble(rc::error_badrepeat);
      text.remove_prefix(std::min(Take(text), text.size()));
      if (open_.back() > kMaxWeight) return "too large";
    }
    return std::nullopt;
  }

 private:
  // Returns the length of what it took.
  size_t Take(std::string_view text) {
    switch (text[0]) {
      case '(':
        open_.push_back(0);
        last_ = 0;
        return text.starts_with("(?:") ? 3 : 1;
      case ')':
        return Close();
      case '{':
        return Repeat(ReadCounts(text));
      case '[':
        return Add(1, ClassLength(text));
      case '\\':
        return Add(1, 2);
      case '*':
      case '+':
      case '?':
        return 1;
      case '|':
        last_ = 0;
        return 1;
      default:
        return Add(1, 1);
    }
  }

  size_t Add(size_t weight, size_t length) {
    last_ = weight;
    open_.back() += weight;
    return length;
  }

  size_t Close() {
    if (open_.size() == 1) return 1;
    const size_t inside = open_.back();
    open_.pop_back();
    return Add(inside + 1, 1);
  }

  size_t Repeat(Counts counts) {
    const size_t times = std::max<size_t>(counts.most, 1);
    open_.back() += last_ * (times - 1);
    last_ *= times;
    return counts.length;
  }

  std::vector<size_t> open_ = {0};  // weights of the groups not yet closed
  size_t last_ = 0;                 // weight of what a {count} would repeat
};

}  // namespace

Result<Pattern> Pattern::Compile(std::string_view pattern) {
  const auto fail = [&](std::string_view why) {
    return Fail(
        fmt::format("\"{}\" is not a usable regular expression: {}", Abridged(pattern, 80), why));
  };
  if (pattern.size() > kMaxPattern) return fail("longer than 1000 bytes");
  if (HasBackReference(pattern)) return fail(Trouble(rc::error_complexity));
  if (const auto why = Weigher().Refuses(pattern)) return fail(*why);
  try {
    const std::string text(pattern);
    const std::regex alone(text, Flags());  // so that ")(" is refused and not completed below
    Pattern result;
    // Searching would try the pattern anew from every byte; "anything, then the pattern" is one
    // try.
    result.regex_ = std::regex("[^]*?(?:" + text + ")", Flags());
    return result;
  } catch (const std::regex_error& e) {
    return fail(Trouble(e.code()));
  }
}

bool Pattern::FoundIn(std::string_view text) const {
  text = text.substr(0, kMaxText);
  try {
    return std::regex_search(text.begin(), text.end(), regex_, rc::match_continuous);
  } catch (const std::regex_error&) {
    return false;
  }
}

}  // namespace plimsoll::expect
