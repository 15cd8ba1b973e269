#include "expect/value.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::expect {
namespace {

constexpr size_t kShownBytes = 60;

}  // namespace

std::string TextOf(const Json& value) {
  return value.is_string() ? value.get_ref<const std::string&>() : CompactJson(value);
}

std::optional<uint64_t> CountOf(const Json& value) {
  if (value.is_array() || value.is_object()) return value.size();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  const auto ended = static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
  return ended + (!text.empty() && text.back() != '\n' ? 1 : 0);
}

std::string Shown(const Json& value) { return Abridged(CompactJson(value), kShownBytes); }

}  // namespace plimsoll::expect
