#include "run/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <memory>

namespace plimsoll::run {
namespace {

constexpr int kBlock = 512;
constexpr int kWritten = 64 * 1024;  // so much at a time, and what makes it a multiple of a record
constexpr time_t kFixedTime = 1'000'000'000;

la_ssize_t AppendTo(archive*, void* out, const void* bytes, size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

bool WriteEntry(archive* tar, const TarEntry& entry) {
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> header(archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname(header.get(), entry.path.c_str());
  archive_entry_set_perm(header.get(), static_cast<mode_t>(entry.mode));
  archive_entry_set_mtime(header.get(), kFixedTime, 0);
  const bool file = entry.kind == TarEntry::Kind::kFile;
  archive_entry_set_filetype(header.get(), file ? AE_IFREG : entry.kind == TarEntry::Kind::kFolder ? AE_IFDIR : AE_IFLNK);
  archive_entry_set_size(header.get(), file ? static_cast<la_int64_t>(entry.content.size()) : 0);
  if (entry.kind == TarEntry::Kind::kLink) archive_entry_set_symlink(header.get(), entry.content.c_str());
  if (archive_write_header(tar, header.get()) != ARCHIVE_OK) return false;
  return !file || entry.content.empty() ||
         archive_write_data(tar, entry.content.data(), entry.content.size()) == static_cast<la_ssize_t>(entry.content.size());
}

}  // namespace

Result<std::string> MakeTar(const std::vector<TarEntry>& entries, int blocking_factor) {
  std::string out;
  const std::unique_ptr<archive, decltype(&archive_write_free)> tar(archive_write_new(), archive_write_free);
  archive_write_set_format_ustar(tar.get());
  // Not filled up to 10 KiB, as is libarchive's default: podman stops reading at the two empty blocks and may then answer 500
  // "broken pipe", since somebody still writes (containers/buildah#6573).
  const int record = blocking_factor * kBlock;
  archive_write_set_bytes_per_block(tar.get(), (kWritten + record - 1) / record * record);
  archive_write_set_bytes_in_last_block(tar.get(), record);
  archive_write_open(tar.get(), &out, nullptr, AppendTo, nullptr);
  for (const TarEntry& entry : entries) {
    if (!WriteEntry(tar.get(), entry)) {
      return Fail(fmt::format("cannot put {} into a tar archive: {}", entry.path, archive_error_string(tar.get())));
    }
  }
  if (archive_write_close(tar.get()) != ARCHIVE_OK) return Fail("cannot end a tar archive");
  return out;
}

}  // namespace plimsoll::run
