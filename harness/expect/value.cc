#include "expect/value.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::expect {
namespace {

constexpr size_t kShownBytes = 60;
constexpr const char* kNothingKey = "plimsoll.nothing";
constexpr const char* kNotTried = "not tried";
constexpr const char* kNoAnswer = "no answer";

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

Json NothingMarker(Nothing why) {
  if (why == Nothing::kNoSuchValue) return nullptr;
  return Json{{kNothingKey, why == Nothing::kNotTried ? kNotTried : kNoAnswer}};
}

std::optional<Nothing> NothingOf(const Json& value) {
  if (value.is_null()) return Nothing::kNoSuchValue;
  const Json* why = value.size() == 1 ? Find(value, kNothingKey) : nullptr;
  if (!why) return std::nullopt;
  if (*why == kNotTried) return Nothing::kNotTried;
  return *why == kNoAnswer ? std::optional(Nothing::kNoAnswer) : std::nullopt;
}

std::string Shown(const Json& value) { return Abridged(CompactJson(value), kShownBytes); }

}  // namespace plimsoll::expect
