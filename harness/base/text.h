// Text from elsewhere (engines, files) made safe to show, and small text helpers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace plimsoll {

bool IsValidUtf8(std::string_view bytes);
// Safe for a terminal, on one line: control characters become \n, \t, \x1b ..., invalid UTF-8 \xff.
std::string Printable(std::string_view text);
// The first `limit` bytes of Printable(text), cut at a character, with "..." where something is
// cut.
std::string Abridged(std::string_view text, size_t limit);

std::string ToLower(std::string_view text);
std::vector<std::string> Split(std::string_view text, char separator);
std::string_view Trim(std::string_view text);
// Every `what`, which must not be empty.
void ReplaceAll(std::string& text, std::string_view what, std::string_view with);

// A number that has nothing to do with the text but is always the same: to draw some of many as if by chance.
uint64_t Scattered(std::string_view text);

std::string Base64(std::string_view bytes);
Result<std::string> FromBase64(std::string_view text);

Result<std::string> ReadFile(const std::string& path);
// Who may read a file that is made.
enum class Readers {
  kAnybody,  // as far as the umask allows
  kOwner,    // it may hold what is nobody else's business
};
// Writes to a temporary file beside `path` and renames: the file is replaced whole or not at all.
Status WriteFileWhole(const std::string& path, std::string_view contents, Readers readers = Readers::kAnybody);

}  // namespace plimsoll
