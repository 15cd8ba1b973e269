#include "report/kept_pages.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/text.h"

namespace plimsoll::report {
namespace {

constexpr std::string_view kBegin = "[made of]: # \"";
constexpr std::string_view kEnd = "\"\n";

std::string StampOf(std::string_view lasting, std::string_view page) {
  return fmt::format("{}{:016x}, {:016x}{}", kBegin, Scattered(lasting), Scattered(page), kEnd);
}

struct Parts {
  std::string_view page, lasting, whole;  // the last two: hexadecimal; empty where there is no stamp
};

Parts WithoutStamp(std::string_view text) {
  const std::string shape = StampOf("", "");
  if (text.size() < shape.size()) return {text, "", ""};
  const std::string_view stamp = text.substr(text.size() - shape.size());
  if (!stamp.starts_with(kBegin) || !stamp.ends_with(kEnd)) return {text, "", ""};
  return {text.substr(0, text.size() - shape.size()), stamp.substr(kBegin.size(), 16), stamp.substr(kBegin.size() + 18, 16)};
}

}  // namespace

std::string Stamped(std::string page, std::string_view lasting) {
  page += "\n";
  return page + StampOf(lasting, page);
}

bool StillHolds(std::string_view present, std::string_view made) {
  const Parts before = WithoutStamp(present), now = WithoutStamp(made);
  return !now.lasting.empty() && before.lasting == now.lasting && before.whole == fmt::format("{:016x}", Scattered(before.page));
}

Files KeepPages(Files files, const std::string& folder) {
  for (auto& [name, contents] : files) {
    if (auto present = ReadFile((std::filesystem::path(folder) / name).string()); present && StillHolds(*present, contents)) contents = std::move(*present);
  }
  return files;
}

}  // namespace plimsoll::report
