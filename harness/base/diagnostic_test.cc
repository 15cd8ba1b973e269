#include "base/diagnostic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll {
namespace {

SourcePlace At(std::string text, int line, int column, int length) {
  return {std::make_shared<SourceText>("area/file.yaml", std::move(text)), line, column, length};
}

TEST(SourceText, FindsItsLines) {
  const SourceText text("x", "one\r\ntwo\n\nlast");
  EXPECT_EQ(text.Line(1), "one");
  EXPECT_EQ(text.Line(2), "two");
  EXPECT_EQ(text.Line(3), "");
  EXPECT_EQ(text.Line(4), "last");
  EXPECT_EQ(text.Line(0), "");
  EXPECT_EQ(text.Line(5), "");
  EXPECT_EQ(text.Line(-1), "");
  EXPECT_EQ(SourceText("x", "").Line(1), "");
}

TEST(Render, ShowsThePlaceTheLineAndTheHint) {
  EXPECT_EQ(Render({At("title: x\nstepz:\n  - call: GET /\n", 2, 1, 5), "unknown key \"stepz\"",
                    "did you mean \"steps\"?"}),
            "area/file.yaml:2:1: error: unknown key \"stepz\"\n"
            "    2 | stepz:\n"
            "      | ^^^^^\n"
            "  hint: did you mean \"steps\"?\n");
}

TEST(Render, LeavesOutAHintThatIsNotThere) {
  EXPECT_EQ(Render({At("a: b", 1, 4, 1), "wrong", ""}),
            "area/file.yaml:1:4: error: wrong\n"
            "    1 | a: b\n"
            "      |    ^\n");
}

TEST(Render, ShowsNoLineForTheFileAsAWhole) {
  EXPECT_EQ(Render({At("a: b", 0, 0, 1), "\"steps\" is missing", "add it"}),
            "area/file.yaml: error: \"steps\" is missing\n"
            "  hint: add it\n");
}

TEST(Render, GetsAlongWithoutASource) {
  EXPECT_EQ(Render({{}, "no such file", ""}), "(no file): error: no such file\n");
}

TEST(Render, KeepsTheGutterInLineForLargeNumbers) {
  EXPECT_EQ(Render({At(std::string(123455, '\n') + "a: b", 123456, 1, 1), "wrong", ""}),
            "area/file.yaml:123456:1: error: wrong\n"
            "123456 | a: b\n"
            "       | ^\n");
}

TEST(Render, KeepsTheCaretsWithinTheLine) {
  const auto carets = [](int column, int length) {
    return Render({At("abc", 1, column, length), "wrong", ""});
  };
  const std::string line = ": error: wrong\n    1 | abc\n";
  EXPECT_EQ(carets(2, 99), "area/file.yaml:1:2" + line + "      |  ^^\n");
  EXPECT_EQ(carets(4, 1), "area/file.yaml:1:4" + line + "      |    ^\n");
  EXPECT_EQ(carets(99, 5), "area/file.yaml:1:99" + line + "      |    ^\n");
  EXPECT_EQ(carets(1, 0), "area/file.yaml:1:1" + line + "      | ^\n");
  EXPECT_EQ(carets(0, -5), "area/file.yaml:1:0" + line + "      | ^\n");
}

TEST(Render, LetsNoFileSteerATerminal) {
  const std::string shown = Render({At("a:\tb\x1b[31m\x07\x7f", 1, 4, 1), "bad \x1b[2J\n", "x\ry"});
  EXPECT_EQ(shown,
            "area/file.yaml:1:4: error: bad \\x1b[2J\\n\n"
            "    1 | a: b\\x1b[31m\\x07\\x7f\n"
            "      |    ^\n"
            "  hint: x\\ry\n");
}

TEST(NearestName, FindsASlipOfThePenOnly) {
  const std::vector<std::string> known = {"steps", "expect", "observe"};
  EXPECT_EQ(NearestName("stepz", known), "steps");
  EXPECT_EQ(NearestName("step", known), "steps");
  EXPECT_EQ(NearestName("obsreve", known), "observe");
  EXPECT_EQ(NearestName("body", known), "");
  EXPECT_EQ(NearestName("", known), "");
  EXPECT_EQ(NearestName("steps", {}), "");
}

TEST(DidYouMean, NamesTheNearestOrElseAllThatIsKnown) {
  EXPECT_EQ(DidYouMean("stepz", {"steps", "expect"}), "did you mean \"steps\"?");
  EXPECT_EQ(DidYouMean("body", {"steps", "expect"}), "known: steps, expect");
  EXPECT_EQ(DidYouMean("body", {}), "");
}

}  // namespace
}  // namespace plimsoll
