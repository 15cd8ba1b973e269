#include "journal/archive_files.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/text.h"

namespace plimsoll::journal {
namespace {

std::string_view KindOf(archive_entry* entry) {
  if (archive_entry_hardlink(entry)) return "hard link";
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG: return "file";
    case AE_IFDIR: return "folder";
    case AE_IFLNK: return "link";
    default: return "other";
  }
}

std::string TextOr(const char* text) { return text ? text : ""; }

Json Shown(const std::string& text) { return IsValidUtf8(text) ? Json(text) : Json(); }

Json FileView(archive* tar, archive_entry* entry) {
  std::string content(static_cast<size_t>(std::clamp<int64_t>(archive_entry_size(entry), 0, kShownText)), '\0');
  const la_ssize_t got = archive_read_data(tar, content.data(), content.size());
  content.resize(got > 0 ? static_cast<size_t>(got) : 0);
  const char* target = archive_entry_hardlink(entry) ? archive_entry_hardlink(entry) : archive_entry_symlink(entry);
  return {{"path", Printable(TextOr(archive_entry_pathname(entry)))},
          {"kind", KindOf(entry)},
          {"mode", fmt::format("{:04o}", archive_entry_mode(entry) & 07777)},
          {"size", archive_entry_size(entry)},
          {"link", Printable(TextOr(target))},
          {"uid", archive_entry_uid(entry)},
          {"gid", archive_entry_gid(entry)},
          {"text", Shown(content)}};
}

// Where a tar says what it is; ours and every engine's do, and what does not may be anything.
bool LooksLikeTar(std::string_view bytes) { return bytes.size() >= 512 && bytes.substr(257, 5) == "ustar"; }

}  // namespace

Json FilesIn(std::string_view bytes) {
  if (!LooksLikeTar(bytes)) return Json();
  const std::unique_ptr<archive, decltype(&archive_read_free)> tar(archive_read_new(), archive_read_free);
  archive_read_support_format_tar(tar.get());
  Json files = Json::array();
  if (archive_read_open_memory(tar.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) return files;
  archive_entry* entry = nullptr;
  while (files.size() < kMostFiles) {
    const int status = archive_read_next_header(tar.get(), &entry);
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) break;
    files.push_back(FileView(tar.get(), entry));
  }
  return files;
}

}  // namespace plimsoll::journal
