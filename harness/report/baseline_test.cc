#include "report/baseline.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "base/text.h"
#include "report/golden.h"
#include "report/report.h"
#include "report/schema_problems.h"
#include "report/test_example.h"

namespace plimsoll::report {
namespace {

using analyse::Findings;
using analyse::Verdict;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The findings about one of the example's engines, as ReadResult gives them.
Findings Of(const std::string& engine, const std::string& folder) {
  const Findings all = example::ExampleFindings();
  for (const journal::EngineRecord& record : all.engines) {
    if (record.name != engine) continue;
    const std::string path = folder + "/read-" + engine + ".json";
    EXPECT_TRUE(WriteFileWhole(path, PrettyJson(EngineJson(record, all))));
    const auto read = ReadResult(path);
    std::filesystem::remove(path);
    EXPECT_TRUE(read) << read.error().Text();
    return read.value_or(Findings());
  }
  return {};
}

// Nothing in the example may fail a run.
Findings Harmless(Findings findings) {
  for (analyse::ScenarioFindings& scenario : findings.scenarios) {
    for (analyse::CaseFinding& finding : scenario.cases) {
      if (!analyse::Fails(finding.verdict)) continue;
      finding.verdict = Verdict::kObserved;
      finding.judgements.clear();
    }
  }
  SumUp(findings);
  return findings;
}

class BaselineTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "plimsoll-baseline-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(BaselineTest, IsTheSameAScenarioAtATime) {
  const Findings all = example::ExampleFindings();
  ASSERT_GT(all.scenarios.size(), 1u);
  std::vector<std::string> engines;
  for (const journal::EngineRecord& engine : all.engines) {
    engines.push_back(engine.name);
    ASSERT_TRUE(WriteFileWhole(folder_ + "/" + engine.name + ".json", PrettyJson(EngineJson(engine, all))));
  }
  const Status split = SplitBaseline(folder_, engines, folder_ + "/split");
  ASSERT_TRUE(split) << split.error().Text();
  for (const analyse::ScenarioFindings& scenario : all.scenarios) {
    const auto part = ReadBaseline(folder_ + "/split/" + scenario.id, engines);
    ASSERT_TRUE(part) << part.error().Text();
    for (const auto& of_engine : part->scenarios) EXPECT_EQ(of_engine.id, scenario.id);
    for (const auto& changes : CompareWithBaseline(*part, *ReadBaseline(folder_, engines))) {
      for (const auto& each : changes.scenarios) {
        if (each.id != scenario.id) continue;
        EXPECT_THAT(each.changes, IsEmpty()) << each.id;
      }
    }
  }
  EXPECT_FALSE(SplitBaseline(folder_, {"no-such"}, folder_ + "/split"));
}

TEST_F(BaselineTest, AResultReadBackIsWrittenAsItWas) {
  const Findings all = example::ExampleFindings();
  for (const journal::EngineRecord& engine : all.engines) {
    const Json json = EngineJson(engine, all);
    const Findings read = Of(engine.name, folder_);
    const Json again = EngineJson(read.engines[0], read);
    EXPECT_EQ(again["identity"], json["identity"]);
    ASSERT_EQ(again["scenarios"].size(), json["scenarios"].size());
    for (size_t i = 0; i < json["scenarios"].size(); ++i) {
      Json was = json["scenarios"][i], is = again["scenarios"][i];
      for (Json* scenario : {&was, &is}) {
        scenario->erase("rules");  // they name the engines that behave alike, and here is one
        for (Json& each : (*scenario)["cases"]) {
          if (each.contains("reason")) each.erase("values");  // there are none
        }
      }
      EXPECT_EQ(is, was);
    }
  }
}

TEST_F(BaselineTest, SaysWhyAFileIsNoResult) {
  const auto problem = [&](const std::string& text) {
    const std::string path = folder_ + "/x.json";
    EXPECT_TRUE(WriteFileWhole(path, text));
    const auto read = ReadResult(path);
    return read ? "read" : read.error().Text();
  };
  EXPECT_THAT(problem("{"), HasSubstr("/x.json is no result: "));
  EXPECT_THAT(problem("{}"), HasSubstr("is no result: "));
  EXPECT_THAT(problem("[]"), HasSubstr("a result is engines/ENGINE.json of a report of this plimsoll, or a journal"));
  EXPECT_THAT(problem(R"({"format": 7})"), HasSubstr("has the format 7, and this plimsoll reads 1"));
  Json json = EngineJson(example::Engines()[0], example::ExampleFindings());
  json["scenarios"][0]["cases"][0]["verdict"] = "fine";
  EXPECT_THAT(problem(json.dump()), HasSubstr("\"fine\" is no verdict"));
  EXPECT_THAT(ReadResult(folder_ + "/none.json").error().Text(), HasSubstr("none.json"));
}

TEST_F(BaselineTest, TellsWhatChangedAsApproved) {
  const Findings docker = Of(example::kDocker, folder_), podman = Of(example::kPodman, folder_);
  const analyse::Changes changes = CompareResults(docker, example::kDocker, podman, example::kPodman);
  ExpectGolden("changes.txt", ChangesText(changes));
  ExpectGolden("changes.md", ChangesPage(changes));
  ExpectGolden("changes.json", PrettyJson(ChangesJson({changes})));
  EXPECT_EQ(SchemaProblems(ChangesJson({changes}), "changes.schema.json"), "");
}

TEST_F(BaselineTest, KeepsHostileTextHarmless) {
  Findings hostile = example::HostileFindings();
  const analyse::Changes changes = CompareResults(hostile, example::kHostile, hostile, "tame");
  ASSERT_TRUE(changes.any());
  for (const std::string& text : {ChangesText(changes), ChangesPage(changes)}) {
    EXPECT_TRUE(IsValidUtf8(text));
    EXPECT_THAT(text, testing::Not(HasSubstr("\x1b")));
  }
  EXPECT_THAT(ChangesPage(changes), testing::Not(HasSubstr("<img")));
  EXPECT_EQ(SchemaProblems(Json::parse(PrettyJson(ChangesJson({changes}))), "changes.schema.json"), "");
}

TEST_F(BaselineTest, AcceptMakesTheFilesThatARunIsComparedWith) {
  const Findings docker = Harmless(Of(example::kDocker, folder_));
  const auto missing = ReadBaseline(folder_, {example::kDocker});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().Text(), HasSubstr("has no baseline"));
  const auto written = Accept(folder_ + "/new", docker);
  ASSERT_TRUE(written) << written.error().Text();
  EXPECT_THAT(*written, ElementsAre(EndsWith("/new/docker-20.10.json")));
  EXPECT_THAT(*Accept(folder_ + "/new", docker), IsEmpty()) << "nothing is new";
  EXPECT_FALSE(CompareWithBaseline(*ReadBaseline(folder_ + "/new", {example::kDocker}), docker)[0].any());
}

TEST_F(BaselineTest, FindsAnotherValueAndNotWhatWasNotRun) {
  Findings docker = Harmless(Of(example::kDocker, folder_));
  ASSERT_TRUE(Accept(folder_, docker));
  docker.scenarios.resize(1);
  docker.scenarios[0].cases.resize(1);
  const auto compared = [&] { return CompareWithBaseline(*ReadBaseline(folder_, {example::kDocker}), docker); };
  EXPECT_FALSE(compared()[0].any());
  analyse::Cell& cell = docker.scenarios[0].cases[0].cells[0];
  cell.value = "another";
  cell.seen = {{CompactJson(cell.value), 1}};
  EXPECT_EQ(compared()[0].counts.changed, 1u);
  const std::string id = docker.scenarios[0].id;
  EXPECT_TRUE(HasChanged(compared(), example::kDocker, id, docker.scenarios[0].cases[0].parameters));
  EXPECT_FALSE(HasChanged(compared(), example::kDocker, id, {{"another", 1}}));
  EXPECT_FALSE(HasChanged(compared(), example::kPodman, id, docker.scenarios[0].cases[0].parameters));
  // The part that was run is accepted, and the rest stays.
  ASSERT_TRUE(Accept(folder_, docker));
  EXPECT_FALSE(compared()[0].any());
  EXPECT_EQ(ReadResult(folder_ + "/docker-20.10.json")->scenarios.size(), Of(example::kDocker, folder_).scenarios.size());
}

TEST_F(BaselineTest, RefusesADeviationWithoutAReason) {
  Findings docker = Harmless(Of(example::kDocker, folder_));
  docker.scenarios[0].cases[0].verdict = Verdict::kDeviates;
  const auto refused = Accept(folder_, docker);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().Text(), HasSubstr("1 case cannot be accepted, and nothing was written:\n    deviates: "));
  EXPECT_THAT(refused.error().Text(), HasSubstr("known-deviations"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

}  // namespace
}  // namespace plimsoll::report
