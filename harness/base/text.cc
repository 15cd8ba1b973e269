#include "base/text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace plimsoll {
namespace {

// Length of the valid UTF-8 character at the front of `bytes`, or 0.
size_t CharacterLength(std::string_view bytes) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length == 0 || lead > 0xf4 || bytes.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Overlong forms, surrogates and code points beyond U+10FFFF show in the second byte.
  if (lead == 0xe0 && byte(1) < 0xa0) return 0;
  if (lead == 0xed && byte(1) > 0x9f) return 0;
  if (lead == 0xf0 && byte(1) < 0x90) return 0;
  if (lead == 0xf4 && byte(1) > 0x8f) return 0;
  return length;
}

std::string Escaped(unsigned char c) {
  switch (c) {
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return fmt::format("\\x{:02x}", c);
  }
}

// U+0080..U+009F are control characters too (a terminal may take U+009B for ESC [), and the
// bidirectional overrides can make a line read as something else than it is.
bool IsUnsafeCharacter(std::string_view c) {
  if (c.size() == 2 && static_cast<unsigned char>(c[0]) == 0xc2 &&
      static_cast<unsigned char>(c[1]) < 0xa0)
    return true;
  if (c.size() == 3 && c.substr(0, 2) == "\xe2\x80") {
    const auto last = static_cast<unsigned char>(c[2]);
    return last >= 0xa8 && last <= 0xae;
  }
  if (c.size() == 3 && c.substr(0, 2) == "\xe2\x81") {
    const auto last = static_cast<unsigned char>(c[2]);
    return last >= 0xa6 && last <= 0xa9;
  }
  return false;
}

}  // namespace

bool IsValidUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t length = CharacterLength(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string Printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    if (length == 0 || lead < 0x20 || lead == 0x7f) {
      out += Escaped(lead);
      text.remove_prefix(1);
      continue;
    }
    const std::string_view character = text.substr(0, length);
    if (IsUnsafeCharacter(character)) {
      for (const char c : character) out += Escaped(static_cast<unsigned char>(c));
    } else {
      out += character;
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string Abridged(std::string_view text, size_t limit) {
  std::string shown = Printable(text.substr(0, limit + 4));
  if (shown.size() <= limit && text.size() <= limit) return shown;
  size_t cut = std::min(limit, shown.size());
  while (cut > 0 && (static_cast<unsigned char>(shown[cut]) & 0xc0) == 0x80) --cut;
  return shown.substr(0, cut) + "...";
}

std::string ToLower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  size_t start = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != separator) continue;
    parts.emplace_back(text.substr(start, i - start));
    start = i + 1;
  }
  return parts;
}

std::string_view Trim(std::string_view text) {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

void ReplaceAll(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) text.replace(at, what.size(), with);
}

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

uint64_t Scattered(std::string_view text) {
  uint64_t hash = 14695981039346656037ull;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return hash * 0x9e3779b97f4a7c15ull;  // which alone hardly mixes a text's last letters
}

std::string Base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    const size_t have = std::min<size_t>(3, bytes.size() - i);
    for (size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < have ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (size_t k = 0; k < 4; ++k) {
      out += k <= have ? kBase64[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return out;
}

Result<std::string> FromBase64(std::string_view text) {
  std::string out;
  uint32_t group = 0;
  int bits = 0;
  size_t digits = 0, padding = 0;
  for (const char c : text) {
    if (c == '\n' || c == '\r') continue;
    const size_t value = kBase64.find(c);
    if (c == '=') {
      ++padding;
    } else if (value == std::string_view::npos || padding > 0) {
      return Fail("not base64: unexpected character in the text");
    } else {
      ++digits;
      group = group << 6 | static_cast<uint32_t>(value);
      bits += 6;
    }
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(group >> bits & 0xff);
    }
  }
  if ((digits + padding) % 4 != 0 || padding > 2)
    return Fail("not base64: its length is no multiple of four");
  return out;
}

Result<std::string> ReadFile(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error))
    return Fail(fmt::format("cannot read {}: it is a folder", path));
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) return Fail(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  return std::move(text).str();
}

Status WriteFileWhole(const std::string& path, std::string_view contents, Readers readers) {
  const std::filesystem::path target(path);
  std::error_code error;
  if (target.has_parent_path()) std::filesystem::create_directories(target.parent_path(), error);
  if (error) return Fail(fmt::format("cannot make the folder of {}: {}", path, error.message()));
  const std::string temporary = fmt::format("{}.{}.tmp", path, getpid());
  if (readers == Readers::kOwner) {
    // A stream that opens it leaves it as it is.
    std::filesystem::remove(temporary, error);
    if (const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600); fd >= 0) close(fd);
  }
  {
    std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
    file.write(contents.data(), static_cast<std::streamsize>(contents.size()));
    file.close();
    if (!file) {
      const std::string why = std::strerror(errno);
      std::filesystem::remove(temporary, error);
      return Fail(fmt::format("cannot write {}: {}", path, why));
    }
  }
  std::filesystem::rename(temporary, target, error);
  if (!error) return {};
  const std::string why = error.message();
  std::filesystem::remove(temporary, error);
  return Fail(fmt::format("cannot replace {}: {}", path, why));
}

}  // namespace plimsoll
