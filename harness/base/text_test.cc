#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace plimsoll {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

TEST(IsValidUtf8, RefusesWhatUnicodeDoesNotHave) {
  for (const std::string text : {"", "plain", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
                                 "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf"}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
  }
  for (const std::string text :
       {"\x80", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "a\xffz", "\xe2\x82"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << Printable(text);
  }
}

TEST(Printable, KeepsWhatIsSafeToShow) {
  EXPECT_EQ(Printable("plain \"text\" \\ and \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
            "plain \"text\" \\ and \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
}

TEST(Printable, ShowsControlCharactersAndInvalidBytesAsEscapes) {
  EXPECT_EQ(Printable("a\nb\r\tc"), "a\\nb\\r\\tc");
  EXPECT_EQ(Printable("\x1b[31mred\x7f"), "\\x1b[31mred\\x7f");
  EXPECT_EQ(Printable(std::string("\0", 1)), "\\x00");
  EXPECT_EQ(Printable("\xff\xc3("), "\\xff\\xc3(");
}

TEST(Printable, EscapesWhatSteersATerminalThoughItIsUnicode) {
  EXPECT_EQ(Printable("\xc2\x9b"
                      "2J"),
            "\\xc2\\x9b2J")
      << "U+009B, a one-character ESC [";
  EXPECT_EQ(Printable("\xe2\x80\xae"), "\\xe2\\x80\\xae") << "U+202E, right to left";
  EXPECT_EQ(Printable("\xe2\x80\xa8"), "\\xe2\\x80\\xa8") << "U+2028, line separator";
  EXPECT_EQ(Printable("\xe2\x81\xa6"), "\\xe2\\x81\\xa6") << "U+2066, isolate";
  EXPECT_EQ(Printable("\xc2\xa0\xe2\x80\xa7"), "\xc2\xa0\xe2\x80\xa7") << "their neighbours stay";
}

TEST(Abridged, CutsAtACharacterAndSaysSo) {
  EXPECT_EQ(Abridged("hello", 5), "hello");
  EXPECT_EQ(Abridged("hello!", 5), "hello...");
  EXPECT_EQ(Abridged("", 0), "");
  EXPECT_EQ(Abridged("x", 0), "...");
  EXPECT_EQ(Abridged("ab\xc3\xa9", 3), "ab...") << "not half a character";
  EXPECT_EQ(Abridged("ab\xc3\xa9z", 4), "ab\xc3\xa9...");
  EXPECT_EQ(Abridged("\xf0\x9f\x98\x80\xf0\x9f\x98\x80", 7), "\xf0\x9f\x98\x80...");
}

TEST(Abridged, IsShortAlsoWhereEscapesMakeTheTextLonger) {
  EXPECT_EQ(Abridged("\n\n\n", 4), "\\n\\n...");
  EXPECT_LE(Abridged(std::string(1000, '\x01'), 20).size(), 23u);
}

TEST(ToLower, LeavesOtherThanAsciiAlone) { EXPECT_EQ(ToLower("AbZ\xc3\x89-"), "abz\xc3\x89-"); }

TEST(Split, KeepsEmptyParts) {
  EXPECT_THAT(Split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(Split("", ','), ElementsAre(""));
  EXPECT_THAT(Split("abc", ','), ElementsAre("abc"));
}

TEST(Trim, TakesBlanksOffBothEnds) {
  EXPECT_EQ(Trim(" \t\r\na b\n "), "a b");
  EXPECT_EQ(Trim(" \n"), "");
}

TEST(Base64, WritesThePaddedForm) {
  // The vectors of RFC 4648, 10.
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  };
  for (const auto& [plain, encoded] : table) {
    EXPECT_EQ(Base64(plain), encoded);
    EXPECT_EQ(*FromBase64(encoded), plain);
  }
}

TEST(Base64, KeepsEveryByte) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (size_t length = 0; length <= all.size(); ++length) {
    const std::string part = all.substr(all.size() - length);
    EXPECT_EQ(*FromBase64(Base64(part)), part);
  }
  EXPECT_EQ(Base64("\xfb\xff"), "+/8=");
}

TEST(FromBase64, TakesLineEndsAndRefusesOtherCharacters) {
  EXPECT_EQ(*FromBase64("Zm9v\r\nYmFy\n"), "foobar");
  EXPECT_EQ(FromBase64("Zm9v!").error().what, "not base64: unexpected character in the text");
  EXPECT_FALSE(FromBase64("Zm 9v").has_value());
  EXPECT_FALSE(FromBase64("_-==").has_value()) << "the URL alphabet is another one";
}

// A folder of the test's own, gone afterwards.
class Files : public testing::Test {
 protected:
  Files() {
    std::string name = testing::TempDir() + "/plimsoll-text-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~Files() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  std::filesystem::path folder_;
};

TEST_F(Files, AreReplacedWhole) {
  const std::string bytes("a\0b\r\n\xff", 6);
  ASSERT_TRUE(WriteFileWhole(Path("x"), "something longer that was there before").has_value());
  ASSERT_TRUE(WriteFileWhole(Path("x"), bytes).has_value());
  EXPECT_EQ(*ReadFile(Path("x")), bytes);
  EXPECT_THAT(Names(), ElementsAre("x")) << "nothing is left beside it";
}

TEST_F(Files, AreNeverChangedUnderAReader) {
  ASSERT_TRUE(WriteFileWhole(Path("x"), "old").has_value());
  std::ifstream reader(Path("x"));
  ASSERT_TRUE(WriteFileWhole(Path("x"), "new!").has_value());
  std::string seen;
  reader >> seen;
  EXPECT_EQ(seen, "old");
}

TEST_F(Files, GetTheirFoldersMade) {
  ASSERT_TRUE(WriteFileWhole(Path("a/b/c.txt"), "x").has_value());
  EXPECT_EQ(*ReadFile(Path("a/b/c.txt")), "x");
}

TEST_F(Files, AreLeftAloneWhereTheyCannotBeWritten) {
  ASSERT_TRUE(WriteFileWhole(Path("file"), "x").has_value());
  std::filesystem::create_directories(Path("folder/inside"));
  EXPECT_THAT(WriteFileWhole(Path("folder"), "y").error().what,
              StartsWith("cannot replace " + Path("folder") + ": "));
  EXPECT_THAT(WriteFileWhole(Path("file/below"), "y").error().what,
              StartsWith("cannot make the folder of " + Path("file/below") + ": "));
  EXPECT_THAT(Names(), testing::UnorderedElementsAre("file", "folder")) << "no temporary file left";
  EXPECT_EQ(*ReadFile(Path("file")), "x");
}

TEST_F(Files, ThatCannotBeReadAreNamed) {
  EXPECT_EQ(ReadFile(Path("none")).error().what,
            "cannot read " + Path("none") + ": No such file or directory");
  EXPECT_EQ(ReadFile(folder_.string()).error().what,
            "cannot read " + folder_.string() + ": it is a folder");
}

TEST_F(Files, AreForTheirOwnerAloneWhereThatIsAsked) {
  ASSERT_TRUE(WriteFileWhole(Path("x"), "old").has_value());
  ASSERT_TRUE(WriteFileWhole(Path("x"), "new", Readers::kOwner).has_value());
  EXPECT_EQ(*ReadFile(Path("x")), "new");
  EXPECT_EQ(std::filesystem::status(Path("x")).permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(Files, MayBeEmpty) {
  ASSERT_TRUE(WriteFileWhole(Path("x"), "").has_value());
  EXPECT_EQ(*ReadFile(Path("x")), "");
}

}  // namespace
}  // namespace plimsoll
