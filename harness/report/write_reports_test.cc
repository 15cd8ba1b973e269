#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

#include "base/text.h"
#include "report/report.h"

namespace plimsoll::report {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class WriteReportsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "plimsoll-write-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  std::string Read(const std::string& name) const {
    return ReadFile(folder_ + "/" + name).value_or("(none)");
  }
  void Put(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(WriteFileWhole(folder_ + "/" + name, text));
  }

  std::string folder_;
};

TEST_F(WriteReportsTest, MakesTheFoldersItNeedsAndListsItsFiles) {
  ASSERT_TRUE(WriteReports(folder_ + "/new", {{"README.md", "r"}, {"a/b.md", "b"}}));
  EXPECT_EQ(Read("new/README.md"), "r");
  EXPECT_EQ(Read("new/a/b.md"), "b");
  EXPECT_EQ(Read("new/.manifest"), "README.md\na/b.md\n");
}

TEST_F(WriteReportsTest, RemovesWhatAnEarlierReportMadeAndNothingElse) {
  ASSERT_TRUE(WriteReports(folder_, {{"a/old.md", "1"}, {"kept.md", "1"}}));
  Put("a/mine.md", "mine");
  ASSERT_TRUE(WriteReports(folder_, {{"kept.md", "2"}}));
  EXPECT_FALSE(fs::exists(folder_ + "/a/old.md"));
  EXPECT_EQ(Read("a/mine.md"), "mine");
  EXPECT_EQ(Read("kept.md"), "2");
  EXPECT_EQ(Read(".manifest"), "kept.md\n");
}

TEST_F(WriteReportsTest, OverwritesNoFileThatItDidNotWrite) {
  Put("README.md", "written by hand");
  const Status status = WriteReports(folder_, {{"README.md", "report"}, {"x.md", "x"}});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().Text(),
            folder_ +
                "/README.md is there and was not written by plimsoll: left alone, and no "
                "report written\nchoose an empty folder for the report, or remove the file");
  EXPECT_EQ(Read("README.md"), "written by hand");
  EXPECT_FALSE(fs::exists(folder_ + "/x.md"));
}

TEST_F(WriteReportsTest, AcceptsAFileWithoutManifestThatIsTheSame) {
  Put("README.md", "report");
  EXPECT_TRUE(WriteReports(folder_, {{"README.md", "report"}}));
}

TEST_F(WriteReportsTest, BelievesNoManifestThatNamesAFileOutside) {
  Put("outside.md", "outside");
  Put("in/.manifest", "../outside.md\n" + folder_ + "/outside.md\n.\n\na/../../outside.md\n");
  ASSERT_TRUE(WriteReports(folder_ + "/in", {{"README.md", "r"}}));
  EXPECT_EQ(Read("outside.md"), "outside");
}

TEST_F(WriteReportsTest, RefusesToWriteOutside) {
  for (const char* name : {"../x.md", "/tmp/x.md", "a/../../x.md", "", ".manifest"}) {
    const Status status = WriteReports(folder_, {{name, "x"}});
    ASSERT_FALSE(status) << name;
    EXPECT_THAT(status.error().what, HasSubstr("not a file name for a report"));
  }
}

TEST_F(WriteReportsTest, LeavesNoTemporaryFileBehind) {
  ASSERT_TRUE(WriteReports(folder_, {{"README.md", "r"}}));
  size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder_)) ++entries;
  EXPECT_EQ(entries, 2u);
}

}  // namespace
}  // namespace plimsoll::report
