#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using testing::HasSubstr;
using testing::IsNull;
using testing::StartsWith;

std::string Nested(int depth) {
  return std::string(static_cast<size_t>(depth), '[') +
         std::string(static_cast<size_t>(depth), ']');
}

TEST(ParseJson, RefusesNestingThatWouldExhaustTheStack) {
  EXPECT_TRUE(ParseJson(Nested(520)).has_value());
  for (const int depth : {521, 5'000'000}) {
    const auto parsed = ParseJson(Nested(depth));
    ASSERT_FALSE(parsed.has_value()) << depth;
    EXPECT_EQ(parsed.error().what, "JSON nested deeper than 520 levels");
  }
  EXPECT_TRUE(TryParseJson(Nested(500)).has_value());
  EXPECT_FALSE(TryParseJson(Nested(501)).has_value());
  EXPECT_FALSE(TryParseJson(std::string(5'000'000, '{')).has_value());
}

TEST(ParseJson, DoesNotCountBracketsInsideStrings) {
  const std::string text = "[\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\"]";
  EXPECT_TRUE(ParseJson(text).has_value());
}

TEST(ParseJson, CountsDepthAndNotBrackets) {
  std::string wide = "[";
  for (int i = 0; i < 2000; ++i) wide += "[],";
  EXPECT_TRUE(ParseJson(wide + "{}]").has_value());
}

TEST(ParseJson, SaysWhereTheTextIsNotJson) {
  for (const char* text : {"", "{", "{\"a\":}", "nul", "[1] 2", "\xff"}) {
    const auto parsed = ParseJson(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_THAT(parsed.error().what, StartsWith("not JSON: "));
    EXPECT_FALSE(TryParseJson(text).has_value()) << text;
  }
  EXPECT_THAT(ParseJson("{\n  \"a\" 1}").error().what, HasSubstr("line 2, column 7"));
}

TEST(ParseJson, LetsTheLastOfDuplicateKeysWin) {
  EXPECT_EQ(CompactJson(*ParseJson(R"({"a": 1, "a": 2})")), R"({"a":2})");
}

TEST(CompactJson, WritesEqualValuesAsEqualBytes) {
  EXPECT_EQ(CompactJson(*ParseJson(R"( {"b": [1, 2.5, null], "a": {"d": "x", "c": true}} )")),
            R"({"a":{"c":true,"d":"x"},"b":[1,2.5,null]})");
}

TEST(CompactJson, ReplacesInvalidUtf8InsteadOfThrowing) {
  EXPECT_EQ(CompactJson(Json("a\xff\xc3")), "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
  EXPECT_EQ(PrettyJson(Json({{"\xff", 1}})), "{\n  \"\xef\xbf\xbd\": 1\n}\n");
}

TEST(ParseJson, ReadsBackWhatHoldsTheDeepestDocumentOfOthers) {
  const Json foreign = *TryParseJson(Nested(500));
  const Json own = {{"events", Json::array({{{"body", foreign}}})}};
  EXPECT_TRUE(ParseJson(CompactJson(own)).has_value());
}

TEST(PrettyJson, EscapesWhatCouldSteerATerminal) {
  const std::string text = "a\x7f" "b\xc2\x9b" "c\xe2\x80\xae" "d\xe2\x81\xa6" "e\x1b";
  EXPECT_EQ(PrettyJson(Json(text)), "\"a\\u007fb\\u009bc\\u202ed\\u2066e\\u001b\"\n");
  EXPECT_EQ(*ParseJson(PrettyJson(Json(text))), Json(text));
  EXPECT_EQ(PrettyJson(Json("\xc2\xa0\xe2\x80\x93\xe2\x82\xac\xc3\xa4")), "\"\xc2\xa0\xe2\x80\x93\xe2\x82\xac\xc3\xa4\"\n");
}

TEST(PrettyJson, EndsWithANewline) { EXPECT_EQ(PrettyJson(Json({1, 2})), "[\n  1,\n  2\n]\n"); }

TEST(Find, GivesNothingWhereThereIsNoSuchMember) {
  const Json object = {{"a", 1}, {"null", nullptr}};
  EXPECT_EQ(*Find(object, "a"), 1);
  EXPECT_EQ(*Find(object, "null"), nullptr);
  EXPECT_THAT(Find(object, "b"), IsNull());
  for (const Json& other : {Json(), Json("a"), Json({1, 2}), Json(5)}) {
    EXPECT_THAT(Find(other, "a"), IsNull()) << other;
  }
}

TEST(TypedMembers, FallBackWhereTheMemberIsMissingOrOfAnotherType) {
  const Json object = {{"text", "x"}, {"number", 5}, {"real", 1.5}, {"flag", true}};
  EXPECT_EQ(GetString(object, "text"), "x");
  EXPECT_EQ(GetString(object, "number", "none"), "none");
  EXPECT_EQ(GetInt(object, "number"), 5);
  EXPECT_EQ(GetInt(object, "real", -1), -1);
  EXPECT_EQ(GetInt(object, "nobody", 7), 7);
  EXPECT_TRUE(GetBool(object, "flag"));
  EXPECT_TRUE(GetBool(object, "number", true));
  EXPECT_FALSE(GetBool(Json(nullptr), "flag"));
}

}  // namespace
}  // namespace plimsoll
