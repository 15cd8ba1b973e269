#include "expect/predicate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect/template.h"

namespace plimsoll::expect {
namespace {

Predicate ParsedPredicate(std::string_view spec) {
  auto parsed = Predicate::Parse(*ParseJson(spec));
  EXPECT_TRUE(parsed.has_value()) << spec << ": " << (parsed ? "" : parsed.error().Text());
  return *std::move(parsed);
}

// `value` is JSON; "" is a path that led nowhere.
bool Holds(std::string_view spec, std::string_view value) {
  return ParsedPredicate(spec).Holds(value.empty() ? std::nullopt : std::optional(*ParseJson(value)));
}

struct Case {
  std::string spec;
  std::vector<std::string> yes;
  std::vector<std::string> no;
};

void Check(const std::vector<Case>& table) {
  for (const Case& c : table) {
    for (const std::string& value : c.yes) EXPECT_TRUE(Holds(c.spec, value)) << c.spec << value;
    for (const std::string& value : c.no) EXPECT_FALSE(Holds(c.spec, value)) << c.spec << value;
  }
}

TEST(Predicate, TakesAPlainValueForEquality) {
  Check({
      {R"("exited")", {R"("exited")"}, {R"("running")", R"("Exited")", "null", "", "1"}},
      {"1", {"1", "1.0"}, {"2", R"("1")", "true", ""}},
      {"1.5", {"1.5"}, {"1", "2"}},
      {"true", {"true"}, {"false", "1", R"("true")"}},
      {"[1, 2]", {"[1,2]", "[1.0,2]"}, {"[2,1]", "[1]", ""}},
      {"{}", {"{}"}, {"[]", "null", R"({"a":1})"}},
      {R"({"equals": {"a": 1}})", {R"({"a":1})", R"({"a":1.0})"}, {"{}", R"({"a":2})"}},
  });
}

TEST(Predicate, TakesAMissingValueAndNullForTheSameNothing) {
  Check({
      {"null", {"null", ""}, {"0", R"("")", "[]", "false"}},
      {R"({"one-of": [1, null]})", {"1", "null", ""}, {"2"}},
      {R"({"exists": true})", {"0", "false", R"("")", "[]"}, {"null", ""}},
      {R"({"exists": false})", {"null", ""}, {"0", "false", R"("")"}},
      {R"({"not": "x"})", {"null", "", "1"}, {R"("x")"}},
      {R"({"not": {"exists": false}})", {"1"}, {"", "null"}},
      {R"({"not": null})", {"1"}, {"", "null"}},
  });
  for (const char* spec :
       {R"({"equals": "null"})", R"({"one-of": ["", 0]})", R"({"contains": ""})",
        R"({"matches": ""})", R"({"at-least": 0})", R"({"at-most": 0})", R"({"starts-with": ""})",
        R"({"ends-with": ""})", R"({"count": 0})", R"({"count": {"not": 1}})"}) {
    EXPECT_FALSE(Holds(spec, "")) << spec;
    EXPECT_FALSE(Holds(spec, "null")) << spec;
  }
}

TEST(Predicate, LooksForPartsByTheTypeOfTheValue) {
  Check({
      {R"({"contains": "ell"})",
       {R"("hello")", R"(["ell"])", R"({"ell":null})"},
       {R"("help")", R"(["hello"])", R"({"hello":1})", R"([["ell"]])", "1"}},
      {R"({"contains": 1})",
       {"[1]", "[1.0, 2]", R"("a1")", R"({"1":0})", "210"},
       {"[2]", R"(["1"])"}},
      {R"({"contains": {"a": 1}})", {R"([{"a":1}])"}, {R"([{"a":1,"b":2}])"}},
  });
}

TEST(Predicate, ComparesTextsAlsoOfNumbersAsTheyAreWritten) {
  Check({
      {R"({"starts-with": "he"})", {R"("hello")", R"("he")"}, {R"("ahe")", R"(["he"])", R"("h")"}},
      {R"({"ends-with": "lo"})", {R"("hello")"}, {R"("lol")", R"({"lo":1})"}},
      {R"({"starts-with": 2})", {"204", R"("2")"}, {"404"}},
      {R"({"matches": "^2..$"})", {"204", R"("2xx")"}, {"2004", "[200]"}},
  });
}

TEST(Predicate, MatchesARegularExpressionAnywhere) {
  Check({
      {R"({"matches": "b+"})", {R"("abbc")"}, {R"("ac")"}},
      {R"({"matches": "^[0-9a-f]{64}$"})", {"\"" + std::string(64, 'a') + "\""}, {R"("abc")"}},
      {R"({"matches": "\\bNo such (container|image)\\b"})",
       {R"("error: No such image: x")"},
       {R"("No suchimage")"}},
      {R"({"matches": "a.c"})", {R"("abc")"}, {R"("a\nc")"}},
  });
}

TEST(Predicate, ComparesNumbersWithLimits) {
  Check({
      {R"({"at-least": 3})", {"3", "3.0", "4"}, {"2", "2.9", R"("4")", "[3]", ""}},
      {R"({"at-most": 1.5})", {"1.5", "-1", "0"}, {"1.6", R"("1")", "true"}},
  });
}

TEST(Predicate, ComparesNanosecondsAndClassesWithADuration) {
  Check({
      {R"({"at-most": "3s"})",
       {"3000000000", "0", R"("2s")", R"("250ms")"},
       {"3000000001", R"("10s")", R"("soon")", "null"}},
      {R"({"at-least": "250ms"})", {"250000000", R"("1s")"}, {"249999999", R"("0s")"}},
  });
}

TEST(Predicate, CountsElementsMembersAndLines) {
  Check({
      {R"({"count": 2})",
       {"[1,2]", R"({"a":1,"b":2})", R"("a\nb")", R"("a\nb\n")"},
       {"[]", R"("a")", "2", R"("a\n\nb")"}},
      {R"({"count": 0})", {"[]", "{}", R"("")"}, {R"("\n")", "0"}},
      {R"({"count": {"at-least": 1}})", {"[0]"}, {"[]"}},
  });
}

TEST(Predicate, CombinesPredicates) {
  Check({
      {R"({"all-of": [{"at-least": 2}, {"at-most": 3}]})", {"2", "3"}, {"1", "4", ""}},
      {R"({"any-of": ["a", {"contains": "b"}]})", {R"("a")", R"("abc")"}, {R"("c")", ""}},
      {R"({"any-of": ["a", null]})", {R"("a")", ""}, {R"("c")"}},
      {R"({"not": {"any-of": [1, 2]}})", {"3", ""}, {"1", "2"}},
  });
}

TEST(Predicate, SeesAnAbsentParameterAsTheTextAbsent) {
  EXPECT_TRUE(ParsedPredicate(R"("absent")").Holds(AbsentMarker()));
  EXPECT_TRUE(ParsedPredicate(R"({"one-of": ["absent", 1]})").Holds(AbsentMarker()));
  EXPECT_FALSE(ParsedPredicate(R"({"equals": {}})").Holds(AbsentMarker()));
}

TEST(Predicate, DescribesItselfInWordsThatFitAfterAName) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {R"("exited")", "is `exited`"},
      {"0", "is `0`"},
      {R"("0")", "is `\"0\"`"},
      {R"("")", "is `\"\"`"},
      {R"(" x")", "is `\" x\"`"},
      {R"("true")", "is `\"true\"`"},
      {"null", "is `null`"},
      {R"([1, "a"])", "is `[1,\"a\"]`"},
      {R"("a`b")", "is `` a`b ``"},
      {R"("a\nb")", "is `a\\nb`"},
      {R"({"not": "x"})", "is not `x`"},
      {R"({"not": {"not": "x"}})", "is `x`"},
      {R"({"one-of": ["a", "b", 3]})", "is one of `a`, `b`, `3`"},
      {R"({"not": {"one-of": ["a"]}})", "is not one of `a`"},
      {R"({"contains": "hello"})", "contains `hello`"},
      {R"({"not": {"contains": "hello"}})", "does not contain `hello`"},
      {R"({"matches": "^a|b$"})", "matches `^a|b$`"},
      {R"({"not": {"matches": "a"}})", "does not match `a`"},
      {R"({"starts-with": "a"})", "starts with `a`"},
      {R"({"not": {"ends-with": "a"}})", "does not end with `a`"},
      {R"({"at-least": 3})", "is at least `3`"},
      {R"({"not": {"at-most": "3s"}})", "is not at most `3s`"},
      {R"({"exists": true})", "is there"},
      {R"({"exists": false})", "is not there"},
      {R"({"not": {"exists": false}})", "is there"},
      {R"({"count": 2})", "has a count that is `2`"},
      {R"({"all-of": [{"contains": "a"}, {"not": "b"}]})", "contains `a` and is not `b`"},
      {R"({"any-of": ["a", {"all-of": [{"at-least": 1}, {"at-most": 2}]}]})",
       "is `a` or (is at least `1` and is at most `2`)"},
      {R"({"not": {"all-of": [{"contains": "a"}, {"contains": "b"}]}})",
       "does not contain `a` or does not contain `b`"},
  };
  for (const auto& [spec, words] : table) EXPECT_EQ(ParsedPredicate(spec).Describe(), words) << spec;
}

struct BrokenPredicate {
  std::string spec;
  std::string message;
  std::string hint;
};

TEST(Predicate, SaysWhatIsWrongWithADefinition) {
  const std::vector<BrokenPredicate> table = {
      {R"({"contain": "x"})", "\"contain\" is not a predicate", "did you mean \"contains\"?"},
      {R"({"State": "x"})", "\"State\" is not a predicate",
       "to compare with a map, write {equals: {...}}; predicates: equals, not, one-of, contains, "
       "matches, at-least, at-most, exists, starts-with, ends-with, all-of, any-of, count"},
      {R"({"equals": 1, "not": 2})", "a predicate has one key, not \"equals\" and \"not\"",
       "put several into all-of: [...] or any-of: [...]"},
      {R"({"one-of": "a"})", "\"one-of\" takes a list of values, not \"a\"", ""},
      {R"({"one-of": []})", "\"one-of\" takes a list of values, not []", ""},
      {R"({"all-of": []})", "\"all-of\" takes a list of predicates, not []", ""},
      {R"({"any-of": {"equals": 1}})", "\"any-of\" takes a list of predicates, not {\"equals\":1}",
       ""},
      {R"({"exists": 1})", "\"exists\" takes true or false, not 1", ""},
      {R"({"at-least": "many"})", "\"at-least\" takes a number or a duration, not \"many\"",
       "write 3 or 250ms"},
      {R"({"at-most": "3"})", "\"at-most\" takes a number or a duration, not \"3\"",
       "write 3 or 250ms"},
      {R"({"starts-with": ["a"]})", "\"starts-with\" takes a text, not [\"a\"]", ""},
      {R"({"contains": null})", "\"contains\" takes a text or another value, not null", ""},
      {R"({"matches": 5})", "\"matches\" takes a regular expression as text, not 5", ""},
      {R"({"matches": "("})",
       "\"(\" is not a usable regular expression: a parenthesis has no partner", ""},
      {R"({"matches": "(a)\\1"})",
       "\"(a)\\1\" is not a usable regular expression: back-references are not supported", ""},
      {R"({"not": {"one-of": 1}})", "\"one-of\" takes a list of values, not 1", ""},
  };
  for (const BrokenPredicate& broken : table) {
    const auto parsed = Predicate::Parse(*ParseJson(broken.spec));
    ASSERT_FALSE(parsed.has_value()) << broken.spec;
    EXPECT_EQ(parsed.error().what, broken.message);
    EXPECT_EQ(parsed.error().hint, broken.hint) << broken.spec;
  }
}

}  // namespace
}  // namespace plimsoll::expect
