// Versions of the form major.minor, as the Engine API has them, and conditions on them. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace plimsoll {

// "1.41" as a number that compares: 1041. 0 where it is none.
int VersionNumber(std::string_view version);

// ">=1.42": from this version on; "<1.42": before it.
class VersionRange {
 public:
  static Result<VersionRange> Parse(std::string_view text);
  bool Has(std::string_view version) const;
  // "1.42 or later", "before 1.42"
  std::string Describe() const;

 private:
  bool before_ = false;
  std::string limit_;
};

}  // namespace plimsoll
