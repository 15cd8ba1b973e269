#include "scenario/read_source.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "base/text.h"

namespace plimsoll::scenario {
namespace {

// Larger than any scenario; a mistaken path to an image or a log is refused before it is read.
constexpr uintmax_t kMaxBytes = 16 << 20;

int FromHex(std::string_view digits) {
  int value = 0;
  const auto [rest, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return error == std::errc() && rest == digits.data() + digits.size() ? value : 0;
}

// JSON writes characters beyond U+FFFF as two escapes (RFC 8259, section 7), which yaml-cpp
// refuses; YAML writes them as \U and eight digits.
std::string JoinSurrogates(std::string_view json) {
  std::string out;
  for (size_t at = 0; at < json.size();) {
    if (json[at] != '\\') {
      out += json[at++];
      continue;
    }
    const std::string_view both = json.substr(at, 12);
    const int high = both.size() == 12 && both[1] == 'u' ? FromHex(both.substr(2, 4)) : 0;
    const int low = high && both.substr(6, 2) == "\\u" ? FromHex(both.substr(8, 4)) : 0;
    if (high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
      out += fmt::format("\\U{:08x}", 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
      at += 12;
    } else {
      out += json.substr(at, 2);
      at += 2;
    }
  }
  return out;
}

}  // namespace

std::shared_ptr<const SourceText> MakeSource(const std::string& name, std::string text) {
  if (text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
  if (name.ends_with(".json")) text = JoinSurrogates(text);
  return std::make_shared<SourceText>(name, std::move(text));
}

Result<std::shared_ptr<const SourceText>> ReadSource(const std::string& path,
                                                     const std::string& name) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return Fail("this file does not exist");
  if (fs::is_directory(status)) return Fail("this is a folder, not a file");
  // Reading a pipe or a device might never end.
  if (!fs::is_regular_file(status)) return Fail("this is not a regular file");
  if (fs::file_size(path, error) > kMaxBytes) return Fail("this file is larger than 16 MiB");
  auto text = ReadFile(path);
  if (!text) return tl::make_unexpected(text.error());
  return MakeSource(name, *std::move(text));
}

}  // namespace plimsoll::scenario
