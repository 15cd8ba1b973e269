#include "plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace plimsoll::plan {
namespace {

using scenario::Scenario;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::shared_ptr<const Scenario> ScenarioOf(const std::string& id, std::vector<scenario::Parameter> parameters = {}) {
  auto scenario = std::make_shared<Scenario>();
  scenario->id = id;
  scenario->matrix.parameters = std::move(parameters);
  return scenario;
}

std::vector<std::string> Ids(const Plan& plan) {
  std::vector<std::string> ids;
  for (const Case& plan_case : plan.cases) ids.push_back(plan_case.id);
  return ids;
}

Options OptionsOf(std::vector<std::string> filters = {}) { return {{"docker-20.10"}, 1, std::move(filters), 1, 1}; }

TEST(MakePlan, OrdersByScenarioMatrixEngineAndRepetition) {
  const Options options{{"e2", "e1"}, 2, {}, 1, 1};
  const auto plan = MakePlan({ScenarioOf("b/x", {{"t", {1, 2}}}), ScenarioOf("a/y")}, options);
  EXPECT_THAT(Ids(plan), ElementsAre("b/x[t=1]@e2", "b/x[t=1]@e2#1", "b/x[t=1]@e1", "b/x[t=1]@e1#1",  //
                                     "b/x[t=2]@e2", "b/x[t=2]@e2#1", "b/x[t=2]@e1", "b/x[t=2]@e1#1",  //
                                     "a/y@e2", "a/y@e2#1", "a/y@e1", "a/y@e1#1"));
}

TEST(MakePlan, GivesACaseWhatItsIdSays) {
  const auto scenario = ScenarioOf("a/b", {{"Tty", {true}}, {"Cmd", {"absent"}}});
  const auto plan = MakePlan({scenario}, {{"podman-4.3"}, 2, {}, 1, 1});
  ASSERT_THAT(plan.cases, SizeIs(2));
  const Case& second = plan.cases[1];
  EXPECT_EQ(second.id, "a/b[Tty=true,Cmd=absent]@podman-4.3#1");
  EXPECT_EQ(second.scenario, scenario);
  EXPECT_EQ(second.engine, "podman-4.3");
  EXPECT_EQ(second.repetition, 1);
  EXPECT_EQ(second.parameters, Json({{"Tty", true}, {"Cmd", "absent"}}));
}

TEST(MakePlan, QuotesATextThatWouldReadAsSomethingElse) {
  const auto plan = MakePlan(
      {ScenarioOf("a/b", {{"v", {true, "true", 1, "1", nullptr, "null", "", "a b", "a,b", "x=y", "[]", "plain"}}})},
      OptionsOf());
  EXPECT_THAT(Ids(plan),
              ElementsAre("a/b[v=true]@docker-20.10", "a/b[v=\"true\"]@docker-20.10", "a/b[v=1]@docker-20.10",
                          "a/b[v=\"1\"]@docker-20.10", "a/b[v=null]@docker-20.10", "a/b[v=\"null\"]@docker-20.10",
                          "a/b[v=\"\"]@docker-20.10", "a/b[v=a b]@docker-20.10", "a/b[v=\"a,b\"]@docker-20.10",
                          "a/b[v=\"x=y\"]@docker-20.10", "a/b[v=\"[]\"]@docker-20.10", "a/b[v=plain]@docker-20.10"));
}

TEST(MakePlan, GivesEveryCaseAnIdOfItsOwn) {
  const std::vector<Json> odd = {true, "true", "\"true\"", "a\nb", "a\\nb", "\\", "\\\\", "\x7f", "\\x7f", "a", "a]@e",
                                 "x#1", Json::array({1}), "[1]", Json::object(), "{}", 1, "1", 1.5, "1.5", nullptr,
                                 "absent", "", " ", "\t", "\u202e", "\xef\xbf\xbd"};
  const auto plan = MakePlan({ScenarioOf("a/b", {{"p", odd}, {"q", odd}})}, {{"e"}, 2, {}, 1, 1});
  const auto ids = Ids(plan);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), odd.size() * odd.size() * 2);
  for (const std::string& id : ids) EXPECT_EQ(id.find_first_of("\n\t"), std::string::npos) << id;
}

TEST(MakePlan, KeepsWhatAnyFilterFits) {
  const auto scenario = ScenarioOf("a/b", {{"t", {1, 2, 3}}});
  EXPECT_THAT(Ids(MakePlan({scenario}, OptionsOf({"t=1", "*t=3]*"}))),
              ElementsAre("a/b[t=1]@docker-20.10", "a/b[t=3]@docker-20.10"));
  EXPECT_THAT(Ids(MakePlan({scenario}, OptionsOf({"a/b[t=?]@docker-*"}))), SizeIs(3));
  EXPECT_THAT(Ids(MakePlan({scenario}, OptionsOf({"t=4"}))), IsEmpty());
  EXPECT_THAT(Ids(MakePlan({scenario}, OptionsOf({"*t=2"}))), IsEmpty()) << "a glob is for the whole id";
}

TEST(MakePlan, SplitsTheSameCasesIntoShards) {
  const std::vector scenarios = {ScenarioOf("a/b", {{"t", {1, 2, 3, 4, 5, 6, 7}}}), ScenarioOf("a/c", {{"u", {1, 2, 3}}})};
  for (const std::vector<std::string>& filters : {std::vector<std::string>{}, {"t="}}) {
    const auto whole = Ids(MakePlan(scenarios, OptionsOf(filters)));
    for (int shards = 1; shards <= 12; ++shards) {
      std::multiset<std::string> together;
      size_t least = whole.size(), most = 0;
      for (int shard = 1; shard <= shards; ++shard) {
        Options options = OptionsOf(filters);
        options.shard = shard;
        options.shards = shards;
        const auto part = Ids(MakePlan(scenarios, options));
        together.insert(part.begin(), part.end());
        least = std::min(least, part.size());
        most = std::max(most, part.size());
      }
      EXPECT_EQ(together, std::multiset<std::string>(whole.begin(), whole.end())) << shards;
      EXPECT_LE(most - least, 1u) << "evenly";
    }
  }
}

TEST(MakePlan, DrawsASampleOfEachScenarioThatIsTheSameEveryTime) {
  const std::vector<Json> bits{false, true};
  const auto scenario = ScenarioOf("a/b", {{"p", bits}, {"q", bits}, {"r", bits}, {"s", bits}});
  Options options = OptionsOf();
  options.engines = {"e", "f"};
  const auto whole = Ids(MakePlan({scenario, ScenarioOf("a/c")}, options));
  options.sample = 5;
  const Plan plan = MakePlan({scenario, ScenarioOf("a/c")}, options);
  ASSERT_THAT(plan.cases, SizeIs(5 * 2 + 2)) << "small matrices stay whole";
  EXPECT_EQ(Ids(plan), Ids(MakePlan({scenario, ScenarioOf("a/c")}, options)));
  auto position = whole.begin();
  for (const std::string& id : Ids(plan)) {
    position = std::find(position, whole.end(), id);
    ASSERT_NE(position, whole.end()) << id << " is in its place";
  }
  for (const char* parameter : {"p", "q", "r", "s"}) {
    std::set<Json> seen;
    for (size_t i = 0; i < 10; ++i) seen.insert(plan.cases[i].parameters.at(parameter));
    EXPECT_EQ(seen.size(), 2u) << parameter << " has one value only: every n-th row would do no better";
  }
}

TEST(ParseShard, TakesOneOfSeveral) {
  EXPECT_EQ(*ParseShard("1/1"), (std::pair{1, 1}));
  EXPECT_EQ(*ParseShard("3/12"), (std::pair{3, 12}));
}

TEST(ParseShard, RefusesEverythingElse) {
  for (const char* text : {"", "1", "/", "1/", "/2", "0/2", "3/2", "-1/2", "1/0", "1/2/3", "a/b", "1 /2", "1/99999999999"}) {
    const auto shard = ParseShard(text);
    ASSERT_FALSE(shard) << text;
    EXPECT_EQ(shard.error().what, "\"" + std::string(text) + "\" is no shard");
    EXPECT_EQ(shard.error().hint, "write i/n, such as 1/4 for the first of four");
  }
}

struct Glob {
  const char* pattern;
  const char* text;
  bool fits;
};

TEST(GlobMatches, KnowsStarsAndQuestionMarks) {
  for (const Glob& glob : {Glob{"", "", true}, {"", "a", false}, {"*", "", true}, {"*", "abc", true}, {"a*", "abc", true},
                           {"*c", "abc", true}, {"*b*", "abc", true}, {"*d*", "abc", false}, {"a?c", "abc", true},
                           {"a?c", "ac", false}, {"?", "", false}, {"a*b*c", "axxbyyc", true}, {"a*b*c", "axxcyyb", false},
                           {"**", "x", true}, {"*ab", "aaab", true}, {"abc", "abcd", false}, {"[x]*", "[x]@e", true}}) {
    EXPECT_EQ(GlobMatches(glob.pattern, glob.text), glob.fits) << glob.pattern << " on " << glob.text;
  }
}

TEST(GlobMatches, IsQuickOnPatternsOfManyStars) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "a*";
  EXPECT_FALSE(GlobMatches(pattern + "b", std::string(10'000, 'a')));
}

TEST(RecordOf, KeepsWhatTheAnalysisNeeds) {
  Scenario scenario;
  scenario.id = "a/b";
  scenario.area = "a";
  scenario.file = "a/b.yaml";
  scenario.title = "T";
  scenario.question = "Q?";
  scenario.matrix.parameters = {{"t", {1, "absent"}}};
  scenario.matrix.combine = scenario::Matrix::Combine::kPairs;
  scenario.observe_source = {{"z", "${t}"}, {"a", "${t}"}};
  scenario.expect_source = Json::array({{{"z", 1}}});
  scenario.known_deviations_source = Json::array({{{"on", "podman"}}});
  scenario.varies_source = Json::array({{{"of", "state"}}});
  scenario.steps_source = Json::array({{{"call", "GET /info"}}});
  scenario.source_hash = "00ff";
  const auto record = RecordOf(scenario);
  EXPECT_EQ(record.id, "a/b");
  EXPECT_EQ(record.area, "a");
  EXPECT_EQ(record.file, "a/b.yaml");
  EXPECT_EQ(record.title, "T");
  EXPECT_EQ(record.question, "Q?");
  ASSERT_THAT(record.parameters, SizeIs(1));
  EXPECT_EQ(record.parameters[0].name, "t");
  EXPECT_EQ(record.parameters[0].values, (std::vector<Json>{1, "absent"}));
  EXPECT_EQ(record.observe, scenario.observe_source);
  EXPECT_EQ(record.expect, scenario.expect_source);
  EXPECT_EQ(record.known_deviations, scenario.known_deviations_source);
  EXPECT_EQ(record.varies, scenario.varies_source);
  EXPECT_EQ(record.steps, scenario.steps_source);
  EXPECT_EQ(record.source_hash, "00ff");
  EXPECT_EQ(record.rows, 2u);
  EXPECT_THAT(record.sweep, IsEmpty()) << "of one parameter all values are tried anyhow";
}

TEST(RecordOf, SaysWhatASweepMayTry) {
  scenario::Scenario scenario;
  scenario.matrix.parameters = {{"a", {1, 2}}, {"b", {1, 2}}, {"c", {1, 2}}};
  scenario.matrix.exclude = {{{{"a", {2}}}}};
  scenario.matrix.include = {Json{{"a", 9}, {"b", 1}, {"c", 1}}};
  scenario.matrix.combine = scenario::Matrix::Combine::kPairs;
  const auto record = RecordOf(scenario);
  EXPECT_EQ(record.rows, 5u);
  EXPECT_THAT(record.sweep, ElementsAre(ElementsAre(0, 0, 0), ElementsAre(0, 0, 1), ElementsAre(0, 1, 0), ElementsAre(0, 1, 1)));
}

}  // namespace
}  // namespace plimsoll::plan
