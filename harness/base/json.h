// The JSON type used everywhere, and the one canonical way to write it (sorted keys; invalid UTF-8
// replaced by U+FFFD, never an exception), so that equal values give equal bytes.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plimsoll {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

// On one line, without spaces after separators.
std::string CompactJson(const Json& value);
// Two-space indentation and a final newline: for files that people read and git compares. What could
// steer a terminal (DEL, C1 controls, bidirectional overrides) is escaped besides what JSON demands.
std::string PrettyJson(const Json& value);
// For our own files. Refuses nesting deeper than 520 levels, which would exhaust the stack: what
// TryParseJson accepts can be put into a document and read back. Duplicate keys: last wins.
Result<Json> ParseJson(std::string_view text);
// nullopt where `text` is no JSON document or is nested deeper than 500 levels; for bodies of which
// one cannot know beforehand.
std::optional<Json> TryParseJson(std::string_view text);

// Member of an object by key, or nullptr (also when `object` is no object).
const Json* Find(const Json& object, std::string_view key);
// Typed members with a default, for reading our own files tolerantly.
std::string GetString(const Json& object, std::string_view key, std::string fallback = "");
int64_t GetInt(const Json& object, std::string_view key, int64_t fallback = 0);
bool GetBool(const Json& object, std::string_view key, bool fallback = false);

}  // namespace plimsoll
