#include "report/escape.h"

#include <gmock/gmock.h>

namespace plimsoll::report {
namespace {

TEST(MdText, LeavesOrdinaryProseAsItIs) {
  EXPECT_EQ(MdText("Stop's `t`? No: exit_code, 100%, (moby#1)."),
            "Stop's \\`t\\`? No: exit_code, 100%, (moby#1).");
}

TEST(MdText, TakesTheMeaningFromEveryMark) {
  EXPECT_EQ(MdText("*a* _b_ [c](d) <e> f|g ~h~ $i$ &amp; \\"),
            "\\*a\\* \\_b\\_ \\[c\\](d) &lt;e\\> f\\|g \\~h\\~ \\$i\\$ &amp;amp; \\\\");
}

TEST(MdText, MakesNoLinkOfAnAddressButProseDoes) {
  EXPECT_EQ(MdText("https://a.b www.c.d"), "https&#58;//a.b www&#46;c.d");
  EXPECT_EQ(MdProse("see  https://a.b"), "see https://a.b");
}

TEST(MdText, StartsNoListHeadingOrQuote) {
  EXPECT_EQ(MdText("# a"), "\\# a");
  EXPECT_EQ(MdText("- a"), "\\- a");
  EXPECT_EQ(MdText("+ a"), "\\+ a");
  EXPECT_EQ(MdText("> a"), "\\> a");
  EXPECT_EQ(MdText("12. a"), "12\\. a");
  EXPECT_EQ(MdText("1.41 is a version"), "1.41 is a version");
}

TEST(MdText, ShowsControlCharactersAndBadBytesAsText) {
  EXPECT_EQ(MdText("a\nb\x1b[0m\xff"), "a\\\\nb\\\\x1b\\[0m\\\\xff");
}

TEST(MdCode, IsASpanWhereItCanBe) {
  EXPECT_EQ(MdCode("exited"), "`exited`");
  EXPECT_EQ(MdCode(" "), "`   `");
  EXPECT_EQ(MdCode(""), "`\"\"`");
  EXPECT_EQ(MdCode("a\nb"), "`a\\nb`");
}

TEST(MdCode, SurvivesBackticksAndPipesInATable) {
  EXPECT_EQ(MdCode("a|`b`"), "<code>a&#124;&#96;b&#96;</code>");
  EXPECT_EQ(MdCode("|*<b>"), "<code>&#124;&#42;&#60;b&#62;</code>");
}

TEST(MdInline, KeepsCodeAsCode) {
  EXPECT_EQ(MdInline("is one of `a`, `b*`"), "is one of `a`, `b*`");
  EXPECT_EQ(MdInline("a `` b"), "a \\`\\` b");
  EXPECT_EQ(MdInline("odd ` <b>"), "odd \\` &lt;b\\>");
}

TEST(MdFence, IsLongerThanAnyFenceInside) {
  EXPECT_EQ(MdFence("sh", "a\n```\nb"), "````sh\na\n```\nb\n````\n");
}

TEST(MdAnchor, IsWhatGitHubMakesOfAHeading) {
  EXPECT_EQ(MdAnchor("Where the engines differ"), "where-the-engines-differ");
  EXPECT_EQ(MdAnchor("It's 1.41!"), "its-141");
}

TEST(HtmlText, EscapesMarkupAndQuotes) {
  EXPECT_EQ(HtmlText("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

TEST(MermaidText, EndsNoMessageAndStartsNoDirective) {
  EXPECT_EQ(MermaidText("a;b#c\n%%{init}"), "a#59;b#35;c#92;n#37;#37;#123;init#125;");
}

TEST(XmlText, KeepsLinesAndDropsWhatXmlCannotHold) {
  EXPECT_EQ(XmlText("a\n\tb\x1b\x01<c>\xff\xef\xbf\xbf"), "a\n\tb\\x1b\\x01&lt;c&gt;\\xff");
}

TEST(ShellWord, QuotesOnlyWhatNeedsIt) {
  EXPECT_EQ(ShellWord("http://d/v1.41/info"), "http://d/v1.41/info");
  EXPECT_EQ(ShellWord("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(ShellWord(""), "''");
  EXPECT_EQ(ShellWord("a?b"), "'a?b'");
}

TEST(FileName, NeverLeavesItsFolder) {
  EXPECT_EQ(FileName("docker-20.10"), "docker-20.10");
  EXPECT_EQ(FileName(".."), "_.");
  EXPECT_EQ(FileName("a/b\\c d"), "a_b_c_d");
  EXPECT_EQ(FileName(""), "_");
  EXPECT_EQ(FileName(std::string(1000, 'x')).size(), 120u);
}

}  // namespace
}  // namespace plimsoll::report
