#include "base/json.h"

#include <fmt/format.h>

namespace plimsoll {
namespace {

constexpr int kMaxDepth = 500;
// Our own files hold what others nested that deep, a few levels further down.
constexpr int kMaxOwnDepth = kMaxDepth + 20;

// nlohmann's parser keeps its own stack, but destroying or dumping a document recurses, so depth
// has to be refused before the document is built.
bool TooDeep(std::string_view text, int most) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    if ((c == '{' || c == '[') && ++depth > most) return true;
    if (c == '}' || c == ']') --depth;
  }
  return false;
}

// The dump with each \xNN that a terminal would have to be protected from as \u00NN: DEL and U+0080..U+009F
// stand in strings only, and so do the bidirectional overrides.
std::string WithoutControls(std::string text) {
  std::string out;
  size_t from = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](size_t k) { return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0u; };
    unsigned code = 0;
    size_t size = 1;
    if (byte(0) == 0x7f) {
      code = 0x7f;
    } else if (byte(0) == 0xc2 && byte(1) < 0xa0) {
      code = byte(1);
      size = 2;
    } else if (byte(0) == 0xe2 && (byte(1) == 0x80 || byte(1) == 0x81)) {
      code = 0x2000 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
      size = 3;
      if (!(code >= 0x2028 && code <= 0x202e) && !(code >= 0x2066 && code <= 0x2069)) code = 0;
    }
    if (code == 0) continue;
    out.append(text, from, i - from);
    out += fmt::format("\\u{:04x}", code);
    i += size - 1;
    from = i + 1;
  }
  if (from == 0) return text;
  return out.append(text, from);
}

}  // namespace

std::string CompactJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string PrettyJson(const Json& value) {
  return WithoutControls(value.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

Result<Json> ParseJson(std::string_view text) {
  if (TooDeep(text, kMaxOwnDepth)) return Fail(fmt::format("JSON nested deeper than {} levels", kMaxOwnDepth));
  try {
    return Json::parse(text);
  } catch (const Json::exception& e) {
    return Fail(std::string("not JSON: ") + e.what());
  }
}

std::optional<Json> TryParseJson(std::string_view text) {
  if (TooDeep(text, kMaxDepth)) return std::nullopt;
  Json parsed = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) return std::nullopt;
  return parsed;
}

const Json* Find(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

std::string GetString(const Json& object, std::string_view key, std::string fallback) {
  const Json* found = Find(object, key);
  return found && found->is_string() ? found->get<std::string>() : fallback;
}

int64_t GetInt(const Json& object, std::string_view key, int64_t fallback) {
  const Json* found = Find(object, key);
  return found && found->is_number_integer() ? found->get<int64_t>() : fallback;
}

bool GetBool(const Json& object, std::string_view key, bool fallback) {
  const Json* found = Find(object, key);
  return found && found->is_boolean() ? found->get<bool>() : fallback;
}

}  // namespace plimsoll
