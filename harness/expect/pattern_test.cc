#include "expect/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::expect {
namespace {

bool Found(std::string_view pattern, std::string_view text) {
  const auto compiled = Pattern::Compile(pattern);
  EXPECT_TRUE(compiled.has_value()) << pattern << ": " << (compiled ? "" : compiled.error().what);
  return compiled && compiled->FoundIn(text);
}

TEST(Pattern, IsLookedForAnywhereInTheText) {
  EXPECT_TRUE(Found("b+", "abbc"));
  EXPECT_FALSE(Found("b+", "ac"));
  EXPECT_TRUE(Found("^a|c$", "abc"));
  EXPECT_FALSE(Found("^b|b$", "abc"));
  EXPECT_TRUE(Found("^[0-9a-f]{64}$", std::string(64, 'f')));
  EXPECT_FALSE(Found("^[0-9a-f]{64}$", std::string(65, 'f')));
  EXPECT_TRUE(Found(R"(\bNo such (container|image)\b)", "Error: No such image: x"));
  EXPECT_FALSE(Found(R"(\bNo such (container|image)\b)", "No such imagery"));
  EXPECT_TRUE(Found("b", "a\nb")) << "in any line";
  EXPECT_FALSE(Found("a.b", "a\nb"));
  EXPECT_TRUE(Found("", ""));
  EXPECT_TRUE(Found("x|", "abc"));
  EXPECT_TRUE(Found("[(?=]", "?")) << "no look-ahead, a class";
  EXPECT_TRUE(Found(R"(\(\?=)", "(?="));
  EXPECT_TRUE(Found(R"([\]]x{2}?)", "]xx"));
}

TEST(Pattern, LooksAtTheFirstBytesOfALongTextOnly) {
  std::string text(Pattern::kMaxText, 'a');
  text.back() = 'x';
  EXPECT_TRUE(Found("x", text));
  EXPECT_FALSE(Found("x", "a" + text));
}

// With std::regex as it comes the first of these overflows the stack and the second never ends.
TEST(Pattern, TakesLinearTimeAndLittleStackForAnyText) {
  const std::string text(10 << 20, 'a');
  EXPECT_TRUE(Found("^(a|b)*a", text));
  EXPECT_FALSE(Found("(a|aa)*c", text));
  EXPECT_FALSE(Found("(a*)*(a*)*b", text));
}

TEST(Pattern, MayNestAsDeepAsItsSizeAllows) {
  EXPECT_TRUE(Found(std::string(400, '(') + "a" + std::string(400, ')'), "a"));
}

TEST(Pattern, SaysWhyItIsRefused) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"(", "a parenthesis has no partner"},
      {")(", "a parenthesis has no partner"},
      {"[a", "a bracket has no partner"},
      {"a{2", "bad {counts}"},
      {"[b-a]", "bad range of characters"},
      {"*", "nothing stands before *, +, ? or {"},
      {"a|+", "nothing stands before *, +, ? or {"},
      {"(?)", "nothing stands before *, +, ? or {"},
      {"[[:nothing:]]", "unknown class of characters"},
      {R"((a)\1)", "back-references are not supported"},
      {R"(a\22222222222222222222222)", "back-references are not supported"},
      {R"([\22222222222222222222222])", "back-references are not supported"},
      {"(?=a)b", "look-ahead is not supported"},
      {"a(?!b)", "look-ahead is not supported"},
      {"a{999999999999}", "too large"},
      {"((a?){300}){300}", "too large"},
      {"((((a{9}){9}){9}){9}){9}", "too large"},
  };
  for (const auto& [pattern, why] : table) {
    const auto compiled = Pattern::Compile(pattern);
    ASSERT_FALSE(compiled.has_value()) << pattern;
    EXPECT_EQ(compiled.error().what,
              "\"" + pattern + "\" is not a usable regular expression: " + why);
  }
  const auto long_one = Pattern::Compile(std::string(1001, 'a'));
  EXPECT_THAT(long_one.error().what, testing::HasSubstr("longer than 1000 bytes"));
}

TEST(Pattern, LeavesNoInputWithoutAnAnswer) {
  for (const char* odd :
       {"\\",  "(",       "[",  "{", "(?", "(?:", "[^",  "[]",  "[^]",   "a{", "a{,",
        "{1}", "a{1}{2}", "()", "|", "^*", "$+",  "\\c", "\\x", "\\u12", "[\\"}) {
    const auto compiled = Pattern::Compile(odd);
    if (compiled) {
      compiled->FoundIn("some text");
    } else {
      EXPECT_THAT(compiled.error().what, testing::HasSubstr("regular expression: ")) << odd;
    }
  }
}

}  // namespace
}  // namespace plimsoll::expect
