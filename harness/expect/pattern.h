// Pattern: an ECMAScript regular expression that can be let loose on whatever an engine answers.
// Its time is linear in the text and its stack does not grow with it, which std::regex as it comes
// does not promise. The price: no back-references and no look-ahead (`not:` and `all-of:` say the
// same), patterns of a moderate size, and of a text only the first kMaxText bytes are looked at.
// Immutable after Compile; any thread.
#pragma once

#include <regex>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plimsoll::expect {

class Pattern {
 public:
  static constexpr size_t kMaxText = 64 * 1024;

  Pattern() = default;
  // Errors are sentences for diagnostics on the user's file.
  static Result<Pattern> Compile(std::string_view pattern);
  bool FoundIn(std::string_view text) const;

 private:
  std::regex regex_;
};

}  // namespace plimsoll::expect
