#include "expect/observation.h"
#include "expect/value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::expect {
namespace {

const Json& ObservedScope() {
  static const Json scope = [] {
    Json json = *ParseJson(R"({
      "after": {"status": 200, "took": 10012345678, "started_at": 1000, "ended_at": 2000000500,
                "never_at": 0, "text": "a\nb\n", "huge": 1e300,
                "body": {"State": {"Status": "exited", "ExitCode": 0, "Health": null},
                         "Names": ["c", "a", "b"], "Mixed": [2, "a", 1.5, null]}},
      "client": {"stdout": "hello"}
    })");
    json["Signal"] = AbsentMarker();
    return json;
  }();
  return scope;
}

Observation ParsedObservation(std::string_view spec) {
  auto parsed = Observation::Parse("name", *ParseJson(spec));
  EXPECT_TRUE(parsed.has_value()) << spec << ": " << (parsed ? "" : parsed.error().Text());
  return parsed ? *std::move(parsed) : *Observation::Parse("", "${x}");
}

std::string Observe(std::string_view spec) {
  return CompactJson(ParsedObservation(spec).Observe(ObservedScope()).value);
}

TEST(Observation, GivesTheValueItself) {
  EXPECT_EQ(Observe(R"("${after.status}")"), "200");
  EXPECT_EQ(Observe(R"({"value": "${after.body.State.Status}"})"), R"("exited")");
  EXPECT_EQ(Observe(R"("${after.body.Names}")"), R"(["c","a","b"])");
  EXPECT_EQ(Observe(R"("${after.status} ${client.stdout}")"), R"("200 hello")");
}

TEST(Observation, GivesNullWhereAPathLeadsNowhere) {
  for (const char* spec :
       {R"("${after.body.Missing}")", R"("${after.body.State.Health}")", R"({"between": ["${after.started_at}", "${after.never_at}"], "nearest": ["0s", "1s"]})",
        R"({"value": "${after.text}", "nearest": ["0s", "1s"]})",
        R"({"value": "${after.huge}", "nearest": ["0s", "1s"]})",
        R"({"value": "${after.status}", "count": true})"}) {
    const Observed observed = ParsedObservation(spec).Observe(ObservedScope());
    EXPECT_EQ(observed.value, nullptr) << spec;
    EXPECT_EQ(observed.raw, std::nullopt) << spec;
  }
}

TEST(Observation, SaysThatAStepWasNotTried) {
  for (const char* spec :
       {R"("${nobody.x}")", R"("status ${nobody.x}")", R"({"value": "${nobody.x}", "count": true})",
        R"({"value": "${nobody.x}", "sorted": true})",
        R"({"value": "${nobody.x}", "nearest": ["0s", "1s"]})",
        R"({"between": ["${nobody.x}", "${after.ended_at}"]})",
        R"({"between": ["${after.ended_at}", "${nobody.x}"]})"}) {
    const Observed observed = ParsedObservation(spec).Observe(ObservedScope());
    EXPECT_EQ(NothingOf(observed.value), Nothing::kNotTried) << spec;
    EXPECT_EQ(observed.raw, std::nullopt) << spec;
  }
}

TEST(Observation, SaysThatACallHadNoAnswer) {
  Json scope = ObservedScope();
  scope["lost"] = {{"status", nullptr}, {"outcome", "timed out"}, {"body", nullptr}, {"text", ""}};
  EXPECT_EQ(NothingOf(ParsedObservation(R"("${lost.status}")").Observe(scope).value), Nothing::kNoAnswer);
  EXPECT_EQ(NothingOf(ParsedObservation(R"("${lost.body.Id}")").Observe(scope).value), Nothing::kNoAnswer);
  EXPECT_EQ(ParsedObservation(R"("${lost.outcome}")").Observe(scope).value, "timed out");
  EXPECT_EQ(ParsedObservation(R"({"value": "${lost.body}", "exists": false})").Observe(scope).value, true);
}

TEST(Observation, GivesAnAbsentParameterAsText) {
  EXPECT_EQ(Observe(R"("${Signal}")"), R"("absent")");
}

TEST(Observation, AnswersYesOrNoWithAPredicate) {
  EXPECT_EQ(Observe(R"({"value": "${client.stdout}", "contains": "ell"})"), "true");
  EXPECT_EQ(Observe(R"({"value": "${client.stdout}", "equals": "x"})"), "false");
  EXPECT_EQ(Observe(R"({"value": "${nobody.x}", "exists": true})"), "false");
  EXPECT_EQ(Observe(R"({"value": "${after.text}", "count": 2})"), "true");
  EXPECT_TRUE(ParsedObservation(R"({"value": "${x}", "exists": true})").is_yes_or_no());
  EXPECT_FALSE(ParsedObservation(R"({"value": "${x}", "count": true})").is_yes_or_no());
  EXPECT_FALSE(ParsedObservation(R"("${x}")").is_yes_or_no());
}

TEST(Observation, PutsADurationIntoTheNearestClassAndKeepsTheFigure) {
  const Observation took = ParsedObservation(R"({"value": "${after.took}", "nearest": ["0s", "2s", "10s"]})");
  EXPECT_TRUE(took.is_duration());
  EXPECT_EQ(took.Observe(ObservedScope()).value, "10s");
  EXPECT_EQ(took.Observe(ObservedScope()).raw, 10012345678);
}

std::string Class(int64_t nanos, std::string_view classes) {
  const Observation seen = ParsedObservation(R"({"value": "${t}", "nearest": )" + std::string(classes) + "}");
  return seen.Observe({{"t", nanos}}).value.get<std::string>();
}

TEST(Observation, ChoosesTheClassWithTheSmallestDifference) {
  EXPECT_EQ(Class(999'999'999, R"(["0s", "2s"])"), "0s");
  EXPECT_EQ(Class(1'000'000'001, R"(["0s", "2s"])"), "2s");
  EXPECT_EQ(Class(1'000'000'000, R"(["2s", "0s"])"), "0s") << "halfway: the shorter";
  EXPECT_EQ(Class(-5, R"(["0s", "2s"])"), "0s");
  EXPECT_EQ(Class(3'600'000'000'000, R"(["10s", "90s", "250ms"])"), "90s");
  EXPECT_EQ(Class(240'000'000, R"(["0.25s", "1m"])"), "250ms") << "written as FormatDuration does";
  EXPECT_EQ(Class(-4'000'000'000'000'000'000, R"(["0s", "2500000h"])"), "0s");
}

TEST(Observation, MeasuresTheTimeBetweenTwoStamps) {
  const Observation between = ParsedObservation(
      R"({"between": ["${after.started_at}", "${after.ended_at}"], "nearest": ["0s", "2s"]})");
  EXPECT_EQ(between.Observe(ObservedScope()).value, "2s");
  EXPECT_EQ(between.Observe(ObservedScope()).raw, 1999999500);
  EXPECT_EQ(Observe(R"({"between": ["${after.started_at}", "${after.ended_at}"]})"), "1999999500");
  EXPECT_EQ(Observe(R"({"between": ["${after.ended_at}", "${after.started_at}"]})"), "-1999999500");
  EXPECT_EQ(
      Observe(R"({"between": ["${after.started_at}", "${after.ended_at}"], "at-most": "3s"})"),
      "true");
}

TEST(Observation, CountsAndSorts) {
  EXPECT_EQ(Observe(R"({"value": "${after.body.Names}", "count": true})"), "3");
  EXPECT_EQ(Observe(R"({"value": "${after.body.State}", "count": true})"), "3");
  EXPECT_EQ(Observe(R"({"value": "${after.text}", "count": true})"), "2");
  EXPECT_EQ(Observe(R"({"value": "${after.body.Names}", "sorted": true})"), R"(["a","b","c"])");
  EXPECT_EQ(Observe(R"({"value": "${after.body.Mixed}", "sorted": true})"), R"([null,1.5,2,"a"])");
  EXPECT_EQ(Observe(R"({"value": "${after.status}", "sorted": true})"), "200");
  EXPECT_EQ(Observe(R"({"value": "${after.body.Names}", "sorted": true, "equals": ["a","b","c"]})"),
            "true");
  EXPECT_EQ(Observe(R"({"value": "${after.body.Names}", "sorted": false})"), R"(["c","a","b"])");
  EXPECT_EQ(Observe(R"({"value": "${after.body.Names}", "without": ["a", "x"]})"), R"(["c","b"])");
  EXPECT_EQ(Observe(R"({"value": "${after.body.Names}", "without": ["a"], "count": true})"), "2");
  EXPECT_EQ(Observe(R"({"value": "${after.status}", "without": [200]})"), "200");
}

TEST(Observation, KnowsItsNameAndPaths) {
  const Observation between = ParsedObservation(R"({"between": ["${a.at}", "${b.at}"]})");
  EXPECT_EQ(between.name(), "name");
  ASSERT_EQ(between.paths().size(), 2u);
  EXPECT_EQ(between.paths()[1]->root(), "b");
}

struct BrokenObservation {
  std::string spec;
  std::string message;
  std::string hint;
};

TEST(Observation, SaysWhatIsWrongWithADefinition) {
  const std::string one_way = "put several predicates into all-of: [...] or any-of: [...]";
  const std::string value_or_between =
      "write {value: ${answer.status}} or {between: [${a.ended_at}, ${b.ended_at}]}";
  const std::vector<BrokenObservation> table = {
      {"5", "a value is observed through a path, not 5", "write ${answer.status}"},
      {R"(["${a}"])", "a value is observed through a path, not [\"${a}\"]",
       "write ${answer.status}"},
      {R"("running")", "\"running\" is the same in every case, so there is nothing to observe",
       "write ${answer.status}"},
      {"{}", "an observation needs a \"value\" or a \"between\"", value_or_between},
      {R"({"count": true})", "an observation needs a \"value\" or a \"between\"", value_or_between},
      {R"({"value": "${a}", "between": []})",
       "an observation has \"value\" or \"between\", not both", value_or_between},
      {R"({"value": "${a}", "nearst": ["0s"]})", "\"nearst\" means nothing in an observation",
       "did you mean \"nearest\"?"},
      {R"({"value": "${a}", "equals": 1, "contains": 2})",
       "an observation has one of \"contains\" and \"equals\", not both", one_way},
      {R"({"value": "${a}", "count": true, "nearest": ["0s", "1s"]})",
       "an observation has one of \"count\" and \"nearest\", not both", one_way},
      {R"({"value": "${a}", "sorted": true, "nearest": ["0s", "1s"]})",
       "a time cannot be \"sorted\"", ""},
      {R"({"value": "${a}", "without": ["b"], "nearest": ["0s", "1s"]})",
       "a time has no elements to be \"without\"", ""},
      {R"({"value": "${a}", "without": "b"})", "\"without\" takes the list of what is left out, not \"b\"", "write [cleanup]"},
      {R"({"value": "${a}", "sorted": "yes"})", "\"sorted\" takes true or false, not \"yes\"", ""},
      {R"({"between": ["${a}"]})", "\"between\" takes two paths, not [\"${a}\"]",
       "write [${a.ended_at}, ${b.ended_at}]"},
      {R"({"value": "${a}", "nearest": "1s"})",
       "\"nearest\" takes a list of two durations or more, not \"1s\"", "write [0s, 2s, 10s]"},
      {R"({"value": "${a}", "nearest": ["1s"]})",
       "\"nearest\" takes a list of two durations or more, not [\"1s\"]", "write [0s, 2s, 10s]"},
      {R"({"value": "${a}", "nearest": [0, 1]})", "0 is not a duration",
       "write a number and a unit, such as 250ms or 10s"},
      {R"({"value": "${a}", "nearest": ["0s", "10"]})", "\"10\" has no unit",
       "units are ns, us, ms, s, m, h: 250ms, 10s"},
      {R"({"value": "${a}", "nearest": ["1s", "1000ms"]})", "\"nearest\" names 1s twice", ""},
      {R"({"value": "${a}", "one-of": 1})", "\"one-of\" takes a list of values, not 1", ""},
  };
  for (const BrokenObservation& broken : table) {
    const auto parsed = Observation::Parse("x", *ParseJson(broken.spec));
    ASSERT_FALSE(parsed.has_value()) << broken.spec;
    EXPECT_EQ(parsed.error().what, broken.message);
    EXPECT_EQ(parsed.error().hint, broken.hint) << broken.spec;
  }
  EXPECT_EQ(Observation::Parse("x", "${a").error().what, "\"${a\" has no closing }");
}

}  // namespace
}  // namespace plimsoll::expect
