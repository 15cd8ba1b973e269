#include <algorithm>
#include <regex>

#include "base/text.h"
#include "expect/value.h"
#include "journal/scope.h"

namespace plimsoll::journal {
namespace {

constexpr std::string_view kOwnLabels = "plimsoll.";
// Beyond this a text is compared as it is: std::regex recurses with the length of its input.
constexpr size_t kLongest = 16 * 1024;

bool IsHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool IsSpokenOf(std::string_view short_id, const CaseRecord& record) {
  return std::ranges::any_of(record.exchanges, [&](const Exchange& exchange) {
    return exchange.target.find("/" + std::string(short_id)) != std::string::npos;
  });
}

// Runs of exactly 64 (an id) or 12 (its short form) hex digits, not part of a longer word.
std::string WithoutIds(const std::string& text, const CaseRecord& record) {
  const auto word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  std::string out;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && IsHex(text[end])) ++end;
    const bool alone = (i == 0 || !word(text[i - 1])) && (end == text.size() || !word(text[end]));
    const std::string_view run(text.data() + i, end - i);
    // Twelve decimal digits may be a number, unless the case has spoken of an id that begins so.
    const bool short_id = run.size() == 12 && (run.find_first_of("abcdef") != std::string_view::npos ||
                                               IsSpokenOf(run, record));
    if (alone && (run.size() == 64 || short_id)) {
      out += "<id>";
    } else {
      out += run;
    }
    i = end;
    while (i < text.size() && (!IsHex(text[i]) || (i > 0 && word(text[i - 1])))) out += text[i++];
  }
  return out;
}

std::string NormalizeText(std::string text, const CaseRecord& record) {
  if (text.size() > kLongest) return text;
  if (!record.container_name.empty()) ReplaceAll(text, record.container_name, "<name>");
  text = WithoutIds(text, record);
  static const std::regex kTime(R"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[ ]?[+-]\d\d:?\d\d)?( UTC)?)");
  // The zero time means "never": that is a fact, not a moment.
  if (text.starts_with("0001-01-01T00:00:00")) return text;
  return std::regex_replace(text, kTime, "<time>");
}

}  // namespace

Json Normalize(const Json& value, const CaseRecord& record) {
  if (value.is_string()) return NormalizeText(value.get<std::string>(), record);
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value) out.push_back(Normalize(item, record));
    return out;
  }
  if (expect::NothingOf(value)) return value;
  if (value.is_object()) {
    Json out = Json::object();
    for (const auto& [key, member] : value.items()) {
      if (!key.starts_with(kOwnLabels)) out[NormalizeText(key, record)] = Normalize(member, record);
    }
    return out;
  }
  return value;
}

}  // namespace plimsoll::journal
