#include "base/version.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"

namespace plimsoll {

int VersionNumber(std::string_view version) {
  int major = 0, minor = 0;
  const char* end = version.data() + version.size();
  const auto first = std::from_chars(version.data(), end, major);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.') return 0;
  const auto second = std::from_chars(first.ptr + 1, end, minor);
  if (second.ec != std::errc() || second.ptr != end) return 0;
  return major * 1000 + minor;
}

Result<VersionRange> VersionRange::Parse(std::string_view text) {
  VersionRange range;
  range.before_ = text.starts_with("<") && !text.starts_with("<=");
  if (range.before_ || text.starts_with(">=")) range.limit_ = Trim(text.substr(range.before_ ? 1 : 2));
  if (VersionNumber(range.limit_) == 0) {
    return Fail(fmt::format("\"{}\" is no condition on a version", Printable(text)),
                "write \">=1.42\" (from it on) or \"<1.42\" (before it), in quotes");
  }
  return range;
}

bool VersionRange::Has(std::string_view version) const {
  const bool older = VersionNumber(version) < VersionNumber(limit_);
  return before_ == older;
}

std::string VersionRange::Describe() const { return before_ ? "before " + limit_ : limit_ + " or later"; }

}  // namespace plimsoll
