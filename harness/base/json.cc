#include "base/json.h"

namespace plimsoll {
namespace {

constexpr int kMaxDepth = 500;

// nlohmann's parser keeps its own stack, but destroying or dumping a document recurses, so depth
// has to be refused before the document is built.
bool TooDeep(std::string_view text) {
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
    if ((c == '{' || c == '[') && ++depth > kMaxDepth) return true;
    if (c == '}' || c == ']') --depth;
  }
  return false;
}

}  // namespace

std::string CompactJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string PrettyJson(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Json> ParseJson(std::string_view text) {
  if (TooDeep(text)) return Fail("JSON nested deeper than 500 levels");
  try {
    return Json::parse(text);
  } catch (const Json::exception& e) {
    return Fail(std::string("not JSON: ") + e.what());
  }
}

std::optional<Json> TryParseJson(std::string_view text) {
  if (TooDeep(text)) return std::nullopt;
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
