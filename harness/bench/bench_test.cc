// What the figures rest on: the statistics, the table, the sample journal and the tables of rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "analyse/analyse.h"
#include "bench/bare_client.h"
#include "bench/figures.h"
#include "bench/rule_tables.h"
#include "bench/sample_journal.h"
#include "testing/fake_engine.h"
#include "testing/temp_folder.h"

namespace plimsoll::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(RoundsTest, GiveTheRatioOfEachRound) {
  Rounds rounds;
  rounds.Add(3, 2);
  rounds.Add(1, 4);
  EXPECT_THAT(rounds.Ratios(), ElementsAre(1.5, 0.25));
}

TEST(FigureTest, IsMetByItsMedianAlone) {
  Figure figure{.name = "x", .ratios = {1.0, 1.1, 9.0}, .limit = 1.15};
  EXPECT_TRUE(figure.Met());
  figure.limit = 1.05;
  EXPECT_FALSE(figure.Met());
  figure.goal = Goal::kAtLeast;
  EXPECT_TRUE(figure.Met());
  figure.ratios.clear();
  EXPECT_FALSE(figure.Met()) << "nothing was measured";
}

TEST(TableOf, ShowsEveryFigureWithItsSpread) {
  const Figure met{.name = "a", .measured = "1 us", .compared_with = "b", .ratios = {1.0, 1.1, 1.2}, .limit = 1.15};
  const Figure missed{.name = "c", .measured = "2/s", .compared_with = "d", .ratios = {0.5}, .goal = Goal::kAtLeast, .limit = 0.95};
  const Figure none{.name = "e", .compared_with = "f", .limit = 1, .trouble = "no engine"};
  EXPECT_EQ(TableOf({met, missed, none}),
            "| figure | measured  | compared with | ratio                  | goal    | met          |\n"
            "|--------|-----------|---------------|------------------------|---------|--------------|\n"
            "| a      | 1 us      | b             | 1.100 (1.000 to 1.200) | <= 1.15 | yes          |\n"
            "| c      | 2/s       | d             | 0.500                  | >= 0.95 | NO           |\n"
            "| e      | no engine | f             | -                      | <= 1.00 | not measured |\n");
}

TEST(FigureTest, KnowsWhetherItsLimitIsWithinTheNoise) {
  Figure figure{.name = "x", .ratios = {0.9, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1}, .limit = 1};
  EXPECT_FALSE(figure.LimitIsWithinNoise()) << "one of nine says otherwise";
  figure.ratios[1] = 0.95;
  EXPECT_TRUE(figure.LimitIsWithinNoise()) << "two do";
  figure.ratios = {1.01, 1.02};
  EXPECT_FALSE(figure.LimitIsWithinNoise()) << "too few for an interval, and both above";
  figure.ratios.clear();
  EXPECT_FALSE(figure.LimitIsWithinNoise());
}

TEST(TableOf, CallsNoDifferenceWhatNoiseExplainsIfThatIsToCount) {
  Figure figure{.name = "a", .measured = "b", .compared_with = "c", .ratios = {0.9, 1.2, 1.3}, .limit = 1};
  EXPECT_THAT(TableOf({figure}), HasSubstr("| NO  |"));
  figure.noise = Noise::kCounts;
  EXPECT_THAT(TableOf({figure}), HasSubstr("| no difference seen |"));
}

TEST(PageOf, HoldsTheTable) {
  const std::vector<Figure> figures{SuiteFigure(Suite::kAll, 240), SuiteFigure(Suite::kContainers, 330)};
  EXPECT_THAT(PageOf(figures), HasSubstr("\n\n" + TableOf(figures)));
  EXPECT_THAT(TableOf(figures), HasSubstr("| 240 s    | 6 minutes     | 0.667 | <= 1.00 | yes |"));
  EXPECT_THAT(TableOf(figures), HasSubstr("| 330 s    | 5 minutes     | 1.100 | <= 1.00 | NO  |"));
}

TEST(BareClientTest, KnowsWhereAnAnswerEnds) {
  const testing::FakeEngine fake;
  auto client = BareClient::Connect(fake.endpoint().path);
  ASSERT_TRUE(client) << client.error().what;
  for (int i = 0; i < 3; ++i) {
    const std::string& answer = (*client)->Exchange(http::Serialize({"GET", "/_ping", {}, ""}));
    EXPECT_EQ(StatusOf(answer), 200) << answer;
  }
  EXPECT_EQ(StatusOf(""), 0);
}

TEST(SampleJournal, HoldsWhatItsNameSaysAndIsAnalysed) {
  const testing::TempFolder folder;
  const std::string path = folder.File("sample.jsonl");
  ASSERT_TRUE(WriteSampleJournal(path, 4000));
  const auto journal = journal::ReadJournal(path);
  ASSERT_TRUE(journal) << journal.error().Text();
  EXPECT_TRUE(journal->finished);
  size_t exchanges = 0;
  for (const auto& record : journal->cases) exchanges += record.exchanges.size();
  EXPECT_EQ(exchanges, 4000u);
  const auto findings = analyse::Analyse(*journal);
  ASSERT_TRUE(findings) << findings.error().Text();
  EXPECT_EQ(findings->verdict, analyse::Verdict::kConforms);
  EXPECT_EQ(findings->missing, 0u);
  ASSERT_THAT(findings->scenarios, SizeIs(4));
  const auto& rules = findings->scenarios[0].rules;
  ASSERT_THAT(rules, SizeIs(6));
  EXPECT_THAT(rules[1].deciding, ElementsAre("flag0", "flag1")) << "the exit code";
  EXPECT_THAT(rules[3].deciding, ElementsAre("flag0")) << "it has a terminal";
}

TEST(RuleTablesTest, AreOfAllShapesOverTheFullMatrix) {
  const auto tables = RuleTables(7);
  ASSERT_THAT(tables, SizeIs(20));
  std::set<size_t> deciding;
  for (const auto& table : tables) {
    const auto rules = analyse::InferRules(table);
    EXPECT_TRUE(rules.full);
    EXPECT_EQ(table.rows.size(), 128u);
    deciding.insert(rules.deciding.size());
  }
  EXPECT_THAT(deciding, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
}

}  // namespace
}  // namespace plimsoll::bench
