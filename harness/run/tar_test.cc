#include "run/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>

namespace plimsoll::run {
namespace {

using Kind = TarEntry::Kind;

struct Found {
  unsigned type = 0;
  unsigned mode = 0;
  int64_t owner = 0, group = 0, time = 0;
  std::string content;
  std::string link;
};

// What libarchive's reader makes of the archive.
std::map<std::string, Found> Unpack(const std::string& tar) {
  std::map<std::string, Found> entries;
  const std::unique_ptr<archive, decltype(&archive_read_free)> reader(archive_read_new(), archive_read_free);
  archive_read_support_format_tar(reader.get());
  EXPECT_EQ(archive_read_open_memory(reader.get(), tar.data(), tar.size()), ARCHIVE_OK);
  archive_entry* entry = nullptr;
  while (archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
    Found found;
    found.type = archive_entry_filetype(entry);
    found.mode = archive_entry_perm(entry);
    found.owner = archive_entry_uid(entry);
    found.group = archive_entry_gid(entry);
    found.time = archive_entry_mtime(entry);
    if (const char* link = archive_entry_symlink(entry)) found.link = link;
    found.content.resize(static_cast<size_t>(archive_entry_size(entry)));
    if (!found.content.empty()) archive_read_data(reader.get(), found.content.data(), found.content.size());
    entries[archive_entry_pathname(entry)] = found;
  }
  return entries;
}

TEST(MakeTar, EndsWithTwoEmptyBlocksAndNoMore) {
  const auto tar = MakeTar({{"file", Kind::kFile, "hello", 0644}});
  ASSERT_TRUE(tar);
  EXPECT_EQ(tar->size(), 4u * 512);  // header, content, and those two
  EXPECT_EQ(tar->find_last_not_of('\0'), 512u + 4);
}

TEST(MakeTar, FillsUpItsLastRecordWhereAsked) {
  const std::vector<TarEntry> entries = {{"file", Kind::kFile, "hello", 0644}};
  const std::string plain = *MakeTar(entries);
  for (const int factor : {2, 4, 5, 20, 256}) {
    const std::string padded = *MakeTar(entries, factor);
    EXPECT_EQ(padded.size(), static_cast<size_t>(std::max(factor, 4)) * 512) << factor;
    EXPECT_TRUE(padded.starts_with(plain)) << factor;
    EXPECT_EQ(padded.find_last_not_of('\0'), 512u + 4) << factor;
  }
}

TEST(MakeTar, FillsUpLongArchivesToo) {
  for (const int factor : {3, 7, 200}) {
    EXPECT_EQ(MakeTar({{"file", Kind::kFile, std::string(1'000'000, 'x'), 0644}}, factor)->size() % (factor * 512), 0u) << factor;
  }
}

TEST(MakeTar, GivesBackWhatWasPutIn) {
  const std::string bytes("\0\1\xff", 3);
  const auto tar = MakeTar({{"etc", Kind::kFolder, "", 0755},
                            {"etc/passwd", Kind::kFile, "root:x:0:0\n", 0644},
                            {"bin/sh", Kind::kLink, "busybox", 0777},
                            {"bin/busybox", Kind::kFile, bytes, 04755},
                            {"empty", Kind::kFile, "", 0600}});
  ASSERT_TRUE(tar) << tar.error().what;
  const auto found = Unpack(*tar);
  ASSERT_EQ(found.size(), 5u);
  EXPECT_EQ(found.at("etc/").type, static_cast<unsigned>(AE_IFDIR));
  EXPECT_EQ(found.at("etc/passwd").content, "root:x:0:0\n");
  EXPECT_EQ(found.at("etc/passwd").mode, 0644u);
  EXPECT_EQ(found.at("bin/sh").type, static_cast<unsigned>(AE_IFLNK));
  EXPECT_EQ(found.at("bin/sh").link, "busybox");
  EXPECT_EQ(found.at("bin/busybox").content, bytes);
  EXPECT_EQ(found.at("bin/busybox").mode, 04755u);
  EXPECT_EQ(found.at("empty").content, "");
  for (const auto& [path, entry] : found) {
    EXPECT_EQ(entry.owner, 0) << path;
    EXPECT_EQ(entry.group, 0) << path;
    EXPECT_EQ(entry.time, 1'000'000'000) << path;
  }
}

TEST(MakeTar, KeepsFilesWhoseLengthIsNoMultipleOfABlock) {
  for (const size_t size : {511u, 512u, 513u, 100'000u}) {
    const auto tar = MakeTar({{"a", Kind::kFile, std::string(size, 'x'), 0644}, {"b", Kind::kFile, "after", 0644}});
    ASSERT_TRUE(tar);
    EXPECT_EQ(tar->size() % 512, 0u);
    EXPECT_EQ(Unpack(*tar).at("a").content.size(), size);
    EXPECT_EQ(Unpack(*tar).at("b").content, "after");
  }
}

TEST(MakeTar, IsTheSameEveryTime) {
  const std::vector<TarEntry> entries = {{"a", Kind::kFile, "x", 0644}};
  EXPECT_EQ(*MakeTar(entries), *MakeTar(entries));
}

TEST(MakeTar, OfNothingIsAnEmptyArchive) { EXPECT_TRUE(Unpack(*MakeTar({})).empty()); }

TEST(MakeTar, NamesTheEntryThatDoesNotFitTheFormat) {
  const std::string long_name = std::string(300, 'a');
  const auto tar = MakeTar({{long_name, Kind::kFile, "x", 0644}});
  ASSERT_FALSE(tar);
  EXPECT_THAT(tar.error().what, ::testing::StartsWith("cannot put " + long_name + " into a tar archive: "));
}

}  // namespace
}  // namespace plimsoll::run
