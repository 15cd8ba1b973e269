#include "expect/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::expect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Json& TemplateScope() {
  static const Json scope = *ParseJson(R"({
    "box": {"status": 201, "body": {"Id": "abc", "Warnings": [], "Nothing": null,
            "Config": {"Labels": {"com.example/a.b": "1", "a}b": "2", "q\"q": "3"}},
            "80/tcp": "port", "a b-c_d": "spaced"}},
    "client": {"probe": {"signal": [{"signal": "TERM", "at": 1}, {"signal": "KILL"}],
                         "eof": []}},
    "table": [[{"a": 1}, {"a": 2}], [{"a": 3}, {"b": 4}], 5],
    "Tty": true, "Count": 3, "Ratio": 1.5, "Stop Signal": "TERM",
    "case": {"name": "plimsoll-1"}
  })");
  return scope;
}

Json ScopeWithAbsent() {
  Json scope = TemplateScope();
  scope["Gone"] = AbsentMarker();
  return scope;
}

std::optional<Json> Resolve(std::string_view path) {
  const auto parsed = Path::Parse(path);
  EXPECT_TRUE(parsed.has_value()) << path << ": " << (parsed ? "" : parsed.error().Text());
  return parsed ? parsed->Resolve(TemplateScope()) : std::nullopt;
}

struct PathCase {
  std::string path;
  std::string value;  // JSON, or "" for nothing
};

TEST(Path, LeadsToTheValue) {
  const std::vector<PathCase> table = {
      {"box.status", "201"},
      {" box.status ", "201"},
      {"Tty", "true"},
      {"Stop Signal", R"("TERM")"},
      {"box.body.Id", R"("abc")"},
      {"box.body.80/tcp", R"("port")"},
      {"box.body.a b-c_d", R"("spaced")"},
      {"box.body.Nothing", "null"},
      {R"(box.body.Config.Labels["com.example/a.b"])", R"("1")"},
      {R"(box.body.Config.Labels["a}b"])", R"("2")"},
      {R"(box["body"].Config.Labels["q\"q"])", R"("3")"},
      {"client.probe.signal[0].signal", R"("TERM")"},
      {"client.probe.signal[-1].signal", R"("KILL")"},
      {"table[0][1].a", "2"},
      {"table[ 1 ][0].a", "3"},
  };
  for (const PathCase& c : table) {
    const auto value = Resolve(c.path);
    ASSERT_TRUE(value.has_value()) << c.path;
    EXPECT_EQ(CompactJson(*value), c.value) << c.path;
  }
}

TEST(Path, LeadsNowhereWithoutBeingAnError) {
  for (const char* path :
       {"nobody", "box.body.Missing", "box.body.Id.more", "box.status.x", "box.body.Nothing.x",
        "client.probe.signal[2]", "client.probe.signal[-3]", "box[0]", "box.body.Id[0]",
        "client.probe.signal.signal", "client.probe.signal.0", "box.body[*]", "Tty[*].x",
        "nobody[*]"}) {
    EXPECT_EQ(Resolve(path), std::nullopt) << path;
  }
}

TEST(Path, MapsTheRestOverAnArray) {
  EXPECT_EQ(*Resolve("client.probe.signal[*].signal"), Json({"TERM", "KILL"}));
  EXPECT_EQ(*Resolve("client.probe.eof[*].at"), Json::array());
  EXPECT_EQ(*Resolve("client.probe.eof[*]"), Json::array());
  EXPECT_EQ(*Resolve("client.probe.signal[*].at"), Json({1})) << "elements without it are left out";
  EXPECT_EQ(*Resolve("table[*][*].a"), Json({{1, 2}, {3}}));
  EXPECT_EQ(*Resolve("table[*][0].a"), Json({1, 3}));
}

TEST(Path, KnowsItsRootAndText) {
  const auto path = Path::Parse(" Stop Signal [0].x ");
  ASSERT_TRUE(path.has_value());
  EXPECT_EQ(path->root(), "Stop Signal");
  EXPECT_EQ(path->text(), "Stop Signal [0].x");
}

struct BrokenTemplate {
  std::string text;
  std::string message;
};

TEST(Template, SaysWhatIsWrongWithAPath) {
  const std::vector<BrokenTemplate> table = {
      {"${box.body", "\"${box.body\" has no closing }"},
      {"id: ${box.body", "\"${box.body\" has no closing } (at offset 4)"},
      {"${a} ${", "\"${\" has no closing } (at offset 5)"},
      {"${a[\"b}", "\"${a[\"b}\" has no closing }"},
      {"${}", "\"${}\" names nothing"},
      {"x ${ }", "\"${}\" names nothing (at offset 2)"},
      {"${.body}", "\"${.body}\" does not begin with a name"},
      {"${1x}", "\"${1x}\" does not begin with a name"},
      {"${[0]}", "\"${[0]}\" does not begin with a name"},
      {"${box.}", "\"${box.}\" has no key after \"box.\""},
      {"${box..Id}", "\"${box..Id}\" has no key after \"box.\""},
      {"${box.[0]}", "\"${box.[0]}\" has no key after \"box.\""},
      {"${box[0}", "\"${box[0}\" has no closing ]"},
      {"${box[]}", "\"${box[]}\" has [], which is neither an index, a * nor a quoted key"},
      {"${box[Id]}", "\"${box[Id]}\" has [Id], which is neither an index, a * nor a quoted key"},
      {"${box[1.5]}", "\"${box[1.5]}\" has [1.5], which is neither an index, a * nor a quoted key"},
      {"${box[99999999999]}",
       "\"${box[99999999999]}\" has [99999999999], which is neither an index, a * nor a quoted "
       "key"},
      {"${box[\"a\"}", "\"${box[\"a\"}\" has no closing ]"},
      {"${HOME:-x}", "\"${HOME:-x}\" has an unexpected \":\" after \"HOME\""},
      {"${box\xc3\xa9}", "\"${box\xc3\xa9}\" has an unexpected \"\xc3\xa9\" after \"box\""},
      {"${box[0]x}", "\"${box[0]x}\" has an unexpected \"x\" after \"box[0]\""},
      {"a ${b} c ${d!}", "\"${d!}\" has an unexpected \"!\" after \"d\" (at offset 9)"},
  };
  for (const BrokenTemplate& broken : table) {
    const auto parsed = Template::Parse(broken.text);
    ASSERT_FALSE(parsed.has_value()) << broken.text;
    EXPECT_EQ(parsed.error().what, broken.message);
    EXPECT_NE(parsed.error().hint, "") << broken.text;
  }
}

Template ParsedTemplate(std::string_view text) {
  auto parsed = Template::Parse(text);
  EXPECT_TRUE(parsed.has_value()) << text << ": " << (parsed ? "" : parsed.error().Text());
  return parsed ? *std::move(parsed) : Template();
}

TEST(Template, KeepsTheTypeOfAWholePath) {
  EXPECT_EQ(**ParsedTemplate("${Tty}").Evaluate(TemplateScope()), Json(true));
  EXPECT_EQ(**ParsedTemplate("${box.body.Warnings}").Evaluate(TemplateScope()), Json::array());
  EXPECT_EQ(**ParsedTemplate("${box.body.Nothing}").Evaluate(TemplateScope()), Json(nullptr));
  EXPECT_EQ(*ParsedTemplate("${box.body.Missing}").Evaluate(TemplateScope()), std::nullopt);
}

TEST(Template, PrintsValuesIntoALongerText) {
  const auto text = [](std::string_view from) { return *ParsedTemplate(from).EvaluateText(TemplateScope()); };
  EXPECT_EQ(text("/containers/${box.body.Id}/json"), "/containers/abc/json");
  EXPECT_EQ(text("${Tty},${Count},${Ratio},${box.body.Nothing}"), "true,3,1.5,null");
  EXPECT_EQ(text("${Count}"), "3");
  EXPECT_EQ(text(R"(${client.probe.signal[*].signal}!)"), R"(["TERM","KILL"]!)");
  EXPECT_EQ(**ParsedTemplate("${Count}${Count}").Evaluate(TemplateScope()), Json("33"));
}

TEST(Template, TakesTwoDollarsForOneAndALoneDollarForItself) {
  const auto text = [](std::string_view from) { return *ParsedTemplate(from).EvaluateText(TemplateScope()); };
  EXPECT_EQ(text("$${Count} costs $5$"), "${Count} costs $5$");
  EXPECT_EQ(text("$$$${Count}"), "$${Count}");
  EXPECT_EQ(text("$$${Count}"), "$3");
  EXPECT_EQ(text(""), "");
}

TEST(Template, KnowsItsPaths) {
  EXPECT_TRUE(ParsedTemplate("plain $$").is_literal());
  EXPECT_TRUE(ParsedTemplate("").is_literal());
  EXPECT_EQ(ParsedTemplate("plain").whole(), nullptr);
  EXPECT_EQ(ParsedTemplate("a${b}").whole(), nullptr);
  EXPECT_EQ(ParsedTemplate("${b}").whole()->text(), "b");
  const Template both = ParsedTemplate("${a.b}/${c}");
  EXPECT_FALSE(both.is_literal());
  ASSERT_EQ(both.paths().size(), 2u);
  EXPECT_EQ(both.paths()[1]->root(), "c");
}

TEST(Template, SaysWhichPathHasNoValue) {
  EXPECT_EQ(ParsedTemplate("id ${box.body.Missing}").Evaluate(TemplateScope()).error().what,
            "${box.body.Missing} has no value here");
  EXPECT_EQ(ParsedTemplate("${box.body.Missing}").EvaluateText(TemplateScope()).error().what,
            "${box.body.Missing} has no value here");
}

TEST(Template, RefusesAnAbsentValueInsideAText) {
  const auto refused = ParsedTemplate("/stop?signal=${Gone}").EvaluateText(ScopeWithAbsent());
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().what, "${Gone} is absent, which a part of a text cannot be");
  EXPECT_THAT(refused.error().hint, testing::HasSubstr("a query parameter"));
  EXPECT_TRUE(IsAbsent(**ParsedTemplate("${Gone}").Evaluate(ScopeWithAbsent())));
}

TEST(AbsentMarker, IsNoValueThatAUserWrites) {
  EXPECT_TRUE(IsAbsent(AbsentMarker()));
  EXPECT_TRUE(IsAbsent(*ParseJson(CompactJson(AbsentMarker())))) << "survives being written";
  for (const Json& value : {Json("absent"), Json(nullptr), Json::object(), Json::array()}) {
    EXPECT_FALSE(IsAbsent(value)) << value;
  }
}

TEST(EvaluateJson, ReplacesEveryStringAndKey) {
  const Json body = {{"Tty", "${Tty}"},
                     {"Cmd", {"echo", "$$HOME", "${box.body.Id}!"}},
                     {"${box.body.Id}/tcp", {{"n", 1}, {"deep", {{"x", "${Count}"}}}}}};
  const auto evaluated = EvaluateJson(body, TemplateScope());
  ASSERT_TRUE(evaluated.has_value()) << evaluated.error().Text();
  EXPECT_EQ(CompactJson(*evaluated),
            R"({"Cmd":["echo","$HOME","abc!"],"Tty":true,"abc/tcp":{"deep":{"x":3},"n":1}})");
}

TEST(EvaluateJson, LeavesOutWhatIsAbsent) {
  const Json body = {{"Signal", "${Gone}"}, {"List", {"a", "${Gone}", "b"}}, {"Kept", "absent"}};
  EXPECT_EQ(CompactJson(*EvaluateJson(body, ScopeWithAbsent())),
            R"({"Kept":"absent","List":["a","b"]})");
  EXPECT_TRUE(IsAbsent(*EvaluateJson("${Gone}", ScopeWithAbsent()))) << "a whole absent body";
}

TEST(EvaluateJson, NamesWhatHasNoValueAndWhatIsNoTemplate) {
  EXPECT_EQ(EvaluateJson({{"a", {1, "${box.body.Missing}"}}}, TemplateScope()).error().what,
            "${box.body.Missing} has no value here");
  EXPECT_EQ(EvaluateJson({{"${nobody}", 1}}, TemplateScope()).error().what, "${nobody} has no value here");
  EXPECT_EQ(EvaluateJson({{"a", "${b"}}, TemplateScope()).error().what, "\"${b\" has no closing }");
}

TEST(PathsIn, FindsThePathsOfAllStringsAndKeys) {
  const auto paths = PathsIn({{"a", {"${x.y}", 1, {{"b", "p ${z} q ${w}"}}}}, {"${k}", "$$"}});
  ASSERT_TRUE(paths.has_value());
  std::vector<std::string> texts;
  for (const Path& path : *paths) texts.push_back(path.text());
  EXPECT_THAT(texts, ElementsAre("k", "x.y", "z", "w"));
  EXPECT_THAT(*PathsIn(Json(5)), IsEmpty());
  EXPECT_EQ(PathsIn({{"${", 1}}).error().what, "\"${\" has no closing }");
}

}  // namespace
}  // namespace plimsoll::expect
