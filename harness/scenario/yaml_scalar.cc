#include "scenario/yaml_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace plimsoll::scenario {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AnyOf(std::string_view text, std::initializer_list<std::string_view> choices) {
  return std::find(choices.begin(), choices.end(), text) != choices.end();
}

size_t CountDigits(std::string_view text) {
  return static_cast<size_t>(std::find_if_not(text.begin(), text.end(), IsDigit) - text.begin());
}

std::string_view WithoutSign(std::string_view text) {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return text;
}

bool IsInteger(std::string_view text) {
  const std::string_view digits = WithoutSign(text);
  return !digits.empty() && CountDigits(digits) == digits.size();
}

// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool IsFloat(std::string_view text) {
  text = WithoutSign(text);
  const size_t whole = CountDigits(text);
  text.remove_prefix(whole);
  size_t fraction = 0;
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    fraction = CountDigits(text);
    text.remove_prefix(fraction);
  }
  if (whole + fraction == 0) return false;
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  return IsInteger(text.substr(1));
}

template <class Number>
std::optional<Json> Parsed(std::string_view text, int base) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number, base);
  if (error != std::errc() || rest != end) return std::nullopt;
  return Json(number);
}

Result<Json> Integer(std::string_view text, std::string_view digits, int base) {
  if (auto small = Parsed<int64_t>(digits, base)) return *small;
  if (auto large = Parsed<uint64_t>(digits, base)) return *large;
  return Fail(fmt::format("{} is a number of more than 64 bits", text),
              "in quotes it is text; to send it as a number, write the whole payload as `text:`");
}

Result<Json> Float(std::string_view text) {
  const std::string_view unsigned_plus = text[0] == '+' ? text.substr(1) : text;
  double number = 0;
  const char* end = unsigned_plus.data() + unsigned_plus.size();
  const auto [rest, error] = std::from_chars(unsigned_plus.data(), end, number);
  if (error == std::errc()) return Json(number);
  return Fail(fmt::format("{} is beyond what a JSON number can hold", text),
              "in quotes it is text");
}

bool HasDigitsOf(std::string_view text, std::string_view prefix, std::string_view digits) {
  return text.starts_with(prefix) && text.size() > prefix.size() &&
         text.find_first_not_of(digits, prefix.size()) == std::string_view::npos;
}

}  // namespace

Result<Json> PlainScalar(std::string_view text) {
  if (AnyOf(text, {"", "~", "null", "Null", "NULL"})) return Json(nullptr);
  if (AnyOf(text, {"true", "True", "TRUE"})) return Json(true);
  if (AnyOf(text, {"false", "False", "FALSE"})) return Json(false);
  if (IsInteger(text)) return Integer(text, text[0] == '+' ? text.substr(1) : text, 10);
  if (HasDigitsOf(text, "0x", "0123456789abcdefABCDEF")) return Integer(text, text.substr(2), 16);
  if (HasDigitsOf(text, "0o", "01234567")) return Integer(text, text.substr(2), 8);
  if (IsFloat(text)) return Float(text);
  const std::string_view name = WithoutSign(text);
  if (AnyOf(name, {".inf", ".Inf", ".INF"}) || AnyOf(text, {".nan", ".NaN", ".NAN"})) {
    return Fail(fmt::format("{} is no number that JSON can hold", text), "in quotes it is text");
  }
  return Json(std::string(text));
}

}  // namespace plimsoll::scenario
