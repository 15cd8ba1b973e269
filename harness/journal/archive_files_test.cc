#include "journal/archive_files.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace plimsoll::journal {
namespace {

// A ustar header, and the content in blocks of 512.
std::string Entry(const std::string& name, char type, const std::string& content, const std::string& link = "") {
  std::string block(512, '\0');
  const auto put = [&](size_t at, const std::string& text) { block.replace(at, text.size(), text); };
  put(0, name);
  put(100, "0000640");
  put(108, "0001750");
  put(116, "0000144");
  put(124, fmt::format("{:011o}", content.size()));
  put(136, "00000000000");
  put(148, "        ");
  block[156] = type;
  put(157, link);
  put(257, std::string("ustar\0", 6) + "00");
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  std::string padded = content;
  padded.resize((content.size() + 511) / 512 * 512, '\0');
  return block + padded;
}

TEST(FilesIn, ListsAnArchivesEntriesInItsOrder) {
  const Json files = FilesIn(Entry("d/", '5', "") + Entry("d/f", '0', "hello\n") + Entry("l", '2', "", "d/f") +
                             Entry("h", '1', "", "d/f") + std::string(1024, '\0'));
  ASSERT_EQ(files.size(), 4u);
  EXPECT_EQ(files[0]["path"], "d/");
  EXPECT_EQ(files[0]["kind"], "folder");
  EXPECT_EQ(CompactJson(files[1]),
            R"({"gid":100,"kind":"file","link":"","mode":"0640","path":"d/f","size":6,"text":"hello\n","uid":1000})");
  EXPECT_EQ(files[2]["kind"], "link");
  EXPECT_EQ(files[2]["link"], "d/f");
  EXPECT_EQ(files[3]["kind"], "hard link");
}

TEST(FilesIn, ListsWhatCameOfAnArchiveThatIsCut) {
  const std::string whole = Entry("a", '0', "first") + Entry("b", '0', std::string(2000, 'b'));
  EXPECT_EQ(FilesIn(whole.substr(0, 1600)).size(), 2u);
  EXPECT_EQ(FilesIn(whole.substr(0, 1200)).size(), 1u);
}

TEST(FilesIn, IsNullForWhatIsNoArchive) {
  EXPECT_TRUE(FilesIn("").is_null());
  EXPECT_TRUE(FilesIn("{\"message\":\"no\"}").is_null());
  EXPECT_TRUE(FilesIn(std::string(4096, '\0')).is_null());
}

}  // namespace
}  // namespace plimsoll::journal
