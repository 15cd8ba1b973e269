#include "analyse/sweep.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "analyse/engine_rules.h"
#include "analyse/relation.h"
#include "analyse/rules.h"
#include "base/text.h"

namespace plimsoll::analyse {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// What an engine would answer to a combination.
using Nature = std::function<Json(const IndexRow&)>;

// Yes-or-no parameters "a", "b", "c" ...
std::vector<journal::Parameter> Flags(size_t count) {
  std::vector<journal::Parameter> parameters;
  for (size_t i = 0; i < count; ++i) parameters.push_back({std::string(1, static_cast<char>('a' + i)), {false, true}});
  return parameters;
}

std::vector<IndexRow> AllRows(const std::vector<journal::Parameter>& parameters) {
  std::vector<IndexRow> rows{{}};
  for (const journal::Parameter& parameter : parameters) {
    std::vector<IndexRow> longer;
    for (const IndexRow& row : rows) {
      for (uint32_t v = 0; v < parameter.values.size(); ++v) {
        longer.push_back(row);
        longer.back().push_back(v);
      }
    }
    rows = std::move(longer);
  }
  return rows;
}

// A run of a sweep against engines that are functions; the observation is called `state`.
class SweepRun {
 public:
  SweepRun(std::vector<journal::Parameter> parameters, std::map<std::string, Nature> engines)
      : parameters_(std::move(parameters)), engines_(std::move(engines)), allowed(AllRows(parameters_)) {}

  void Try(const Json& parameters, int looks = 1) {
    const IndexRow place = PlaceInMatrix(parameters_, parameters);
    tried.insert(place);
    looks_[place] = looks;
  }

  void TryAll() { tried.insert(allowed.begin(), allowed.end()); }

  // What the first look at a combination shows instead of what later ones do.
  void Slip(const IndexRow& row, Json value) { slips_[row] = std::move(value); }

  ScenarioFindings Findings() const {
    ScenarioFindings findings;
    findings.parameters = parameters_;
    findings.observations = {{"state", false, false}};
    findings.rows = allowed.size();
    for (const auto& [engine, nature] : engines_) findings.engines.push_back(engine);
    for (const IndexRow& place : tried) {
      for (const auto& [engine, nature] : engines_) {
        CaseFinding row;
        row.engine = engine;
        for (size_t p = 0; p < parameters_.size(); ++p) row.parameters[parameters_[p].name] = parameters_[p].values[place[p]];
        row.cells.resize(1);
        row.cells[0].value = nature(place);
        if (row.cells[0].value.is_null()) {
          row.verdict = Verdict::kUnsupported;
        } else {
          const auto looks = looks_.find(place);
          row.repetitions = looks == looks_.end() ? 1 : looks->second;
          const auto slip = slips_.find(place);
          if (slip != slips_.end()) ++row.cells[0].seen[CompactJson(slip->second)];
          if (slip == slips_.end() || row.repetitions > 1) ++row.cells[0].seen[CompactJson(row.cells[0].value)];
          if (slip != slips_.end() && row.repetitions == 1) row.cells[0].value = slip->second;
        }
        findings.cases.push_back(row);
      }
    }
    return findings;
  }

  Sweep Now() const { return SweepThrough(Findings(), allowed); }

  Sweep ToTheEnd() {
    for (;;) {
      Sweep sweep = Now();
      if (sweep.next.empty() && sweep.again.empty()) return sweep;
      for (const Json& parameters : sweep.next) Try(parameters);
      for (const Json& parameters : sweep.again) Try(parameters, kLooksAtSurprises);
      looked_again += sweep.again.size();
    }
  }

  // Of how many combinations the rules of an engine say something wrong.
  size_t Mistakes() const {
    size_t mistakes = 0;
    for (const RuleSet& set : RulesByEngine(Findings())) {
      for (const std::string& engine : set.engines) {
        for (const IndexRow& row : allowed) mistakes += ValueBy(set.rules, row) == engines_.at(engine)(row) ? 0 : 1;
      }
    }
    return mistakes;
  }

 private:
  Json ValueBy(const std::vector<Rule>& rules, const IndexRow& row) const {
    const auto holds = [&](const Literal& literal) {
      for (size_t p = 0; p < parameters_.size(); ++p) {
        if (parameters_[p].name != literal.parameter) continue;
        return std::ranges::find(literal.values, parameters_[p].values[row[p]]) != literal.values.end();
      }
      return false;
    };
    for (const Rule& rule : rules) {
      const bool applies = rule.otherwise || std::ranges::any_of(rule.when, [&](const Term& term) { return std::ranges::all_of(term, holds); });
      if (applies) return rule.value;
    }
    return Json();
  }

  std::vector<journal::Parameter> parameters_;
  std::map<std::string, Nature> engines_;
  std::map<IndexRow, int> looks_;
  std::map<IndexRow, Json> slips_;

 public:
  size_t looked_again = 0;
  std::vector<IndexRow> allowed;
  std::set<IndexRow> tried;
};

struct Law {
  std::string name;
  Nature nature;
  size_t at_most;  // combinations tried of the 4,096
};

class SweepOfTwelveFlags : public ::testing::TestWithParam<Law> {};

TEST_P(SweepOfTwelveFlags, FindsTheRulesOfAllCombinationsInFew) {
  SweepRun few(Flags(12), {{"engine", GetParam().nature}});
  const Sweep sweep = few.ToTheEnd();
  EXPECT_EQ(few.Mistakes(), 0u);
  EXPECT_TRUE(sweep.settled);
  EXPECT_EQ(sweep.pairs + sweep.needed + sweep.drawn, few.tried.size());
  EXPECT_LE(few.tried.size(), GetParam().at_most);
  fmt::print("{:<28} {:>4} of {} combinations: {} pairs, {} needed, {} drawn; {} looked at again\n",
             GetParam().name, few.tried.size(), few.allowed.size(), sweep.pairs, sweep.needed, sweep.drawn, few.looked_again);
}

INSTANTIATE_TEST_SUITE_P(
    Laws, SweepOfTwelveFlags,
    ::testing::Values(Law{"nothing", [](const IndexRow&) { return Json(0); }, 32},
                      Law{"one flag", [](const IndexRow& r) { return Json(r[7]); }, 32},
                      Law{"two at once", [](const IndexRow& r) { return Json(r[0] && r[11]); }, 50},
                      Law{"either of two", [](const IndexRow& r) { return Json(r[3] || r[4]); }, 40},
                      Law{"three at once", [](const IndexRow& r) { return Json(r[1] && r[5] && !r[9]); }, 60},
                      Law{"one, unless two others", [](const IndexRow& r) { return Json(r[2] && !(r[6] && r[8])); }, 60},
                      Law{"a parity of three", [](const IndexRow& r) { return Json((r[0] ^ r[1] ^ r[2]) != 0); }, 60},
                      Law{"four values of four flags",
                          [](const IndexRow& r) { return Json(r[0] ? (r[1] ? 404 : 409) : (r[2] && r[3] ? 304 : 204)); }, 80}),
    [](const auto& law) {
      std::string name = law.param.name;
      std::replace_if(name.begin(), name.end(), [](char c) { return c == ' ' || c == ','; }, '_');
      return name;
    });

TEST(SweepThrough, BeginsWithTheFirstRoundAndKnowsHowFarItIs) {
  SweepRun run(Flags(6), {{"engine", [](const IndexRow&) { return Json(1); }}});
  const Sweep first = run.Now();
  EXPECT_FALSE(first.settled);
  EXPECT_EQ(first.pairs, 0u);
  EXPECT_THAT(first.next, SizeIs(::testing::AllOf(::testing::Ge(4), ::testing::Le(9))));
  for (const Json& parameters : first.next) run.Try(parameters);
  const Sweep second = run.Now();
  EXPECT_EQ(second.pairs, first.next.size());
  EXPECT_THAT(second.next, SizeIs(8)) << "nothing decides, so the next ones are drawn";
}

TEST(SweepThrough, GoesOnUntilNoParameterChangesARuleInAnyOfItsCells) {
  const Nature nature = [](const IndexRow& r) { return Json(r[0] && r[1]); };
  SweepRun run(Flags(8), {{"engine", nature}});
  run.ToTheEnd();
  std::set<IndexRow> cells;
  for (const IndexRow& row : run.tried) {
    for (uint32_t p = 2; p < 8; ++p) cells.insert({row[0], row[1], p, row[p]});
  }
  EXPECT_THAT(cells, SizeIs(2 * 2 * 6 * 2));
}

// Four observations of create/nine-flags on Docker, of which one has six parameters; before it was known which, 263 were tried.
TEST(SweepThrough, FollowsNoWrongGuessFar) {
  SweepRun run(Flags(9), {{"standard output", [](const IndexRow& r) { return Json(r[4] && r[6]); }},
                          {"standard error", [](const IndexRow& r) { return Json(r[4] && (r[3] ? r[6] : r[7])); }},
                          {"line", [](const IndexRow& r) { return Json(r[1] && r[4] && r[5]); }},
                          {"end-of-file", [](const IndexRow& r) { return Json(!r[3] && (!r[1] || (r[2] && r[4] && r[5] && r[8]))); }}});
  EXPECT_TRUE(run.ToTheEnd().settled);
  EXPECT_EQ(run.Mistakes(), 0u);
  EXPECT_LE(run.tried.size(), 190u) << "128 are the combinations of the six with each value of the others, 32 are drawn";
}

TEST(SweepThrough, TakesADrawThatIsNotAsTheRulesSayForALesson) {
  SweepRun dull(Flags(10), {{"engine", [](const IndexRow&) { return Json(0); }}});
  for (const Json& parameters : dull.Now().next) dull.Try(parameters);
  const IndexRow first_drawn = PlaceInMatrix(Flags(10), dull.Now().next.front());
  SweepRun run(Flags(10), {{"engine", [&](const IndexRow& row) { return Json(row == first_drawn); }}});
  const Sweep sweep = run.ToTheEnd();
  EXPECT_TRUE(sweep.settled);
  EXPECT_GT(sweep.needed, 8u) << "the draw, and what the rule then needs";
  EXPECT_LT(run.Mistakes(), 32u);
}

TEST(SweepThrough, LeavesOutOfTheRulesWhatCameByChance) {
  const Nature nature = [](const IndexRow& r) { return Json(r[0] && r[1]); };
  // Some show the wrong value when they are first looked at: one in thirty.
  SweepRun noisy(Flags(10), {{"engine", nature}});
  for (const IndexRow& row : noisy.allowed) {
    if (Scattered(CompactJson(row)) % 30 == 0) noisy.Slip(row, !nature(row).get<bool>());
  }
  EXPECT_TRUE(noisy.ToTheEnd().settled);
  EXPECT_EQ(noisy.Mistakes(), 0u);
  EXPECT_LT(noisy.tried.size(), noisy.allowed.size() / 4);
}

TEST(SweepThrough, TriesAllOfASmallMatrixInWhichEverythingDecides) {
  SweepRun run(Flags(3), {{"engine", [](const IndexRow& r) { return Json(4 * r[0] + 2 * r[1] + r[2]); }}});
  EXPECT_TRUE(run.ToTheEnd().settled);
  EXPECT_THAT(run.tried, SizeIs(8));
}

TEST(SweepThrough, TriesOnEveryEngineWhatTheRulesOfOneNeed) {
  const std::map<std::string, Nature> engines{{"docker", [](const IndexRow&) { return Json(0); }},
                                              {"podman", [](const IndexRow& r) { return Json(r[2] && r[5]); }}};
  SweepRun run(Flags(8), engines);
  run.ToTheEnd();
  EXPECT_EQ(run.Mistakes(), 0u);
}

TEST(SweepThrough, AsksForWhatOneOfTheEnginesHasNotTried) {
  SweepRun run(Flags(4), {{"docker", [](const IndexRow&) { return Json(0); }}, {"podman", [](const IndexRow&) { return Json(0); }}});
  run.TryAll();
  ScenarioFindings findings = run.Findings();
  std::erase_if(findings.cases, [](const CaseFinding& row) {
    return row.engine == "podman" && row.parameters == Json{{"a", false}, {"b", false}, {"c", false}, {"d", false}};
  });
  EXPECT_THAT(SweepThrough(findings, run.allowed).next,
              ::testing::ElementsAre(Json{{"a", false}, {"b", false}, {"c", false}, {"d", false}}));
}

TEST(SweepThrough, EndsWhereNothingIsSupported) {
  SweepRun run(Flags(6), {{"engine", [](const IndexRow&) { return Json(); }}});
  EXPECT_TRUE(run.ToTheEnd().settled);
}

TEST(SweepThrough, NeverTriesWhatIsNotAllowed) {
  SweepRun run(Flags(6), {{"engine", [](const IndexRow& r) { return Json(r[0] && r[1]); }}});
  std::erase_if(run.allowed, [](const IndexRow& r) { return r[2] == 1 && r[3] == 1; });
  EXPECT_TRUE(run.ToTheEnd().settled);
  for (const IndexRow& row : run.tried) EXPECT_FALSE(row[2] == 1 && row[3] == 1);
}

TEST(SweepThrough, GoesOnAfterAnInterruptionAsIfThereHadBeenNone) {
  const Nature nature = [](const IndexRow& r) { return Json(r[0] ? r[4] + 1 : 0); };
  SweepRun undisturbed(Flags(9), {{"engine", nature}});
  undisturbed.ToTheEnd();
  for (size_t kept = 1; kept < undisturbed.tried.size(); kept += 5) {
    SweepRun resumed(Flags(9), {{"engine", nature}});
    std::vector<IndexRow> some(undisturbed.tried.begin(), undisturbed.tried.end());
    resumed.tried.insert(some.begin(), some.begin() + static_cast<std::ptrdiff_t>(kept));
    resumed.ToTheEnd();
    EXPECT_EQ(resumed.tried, undisturbed.tried) << kept << " had been tried";
  }
}

}  // namespace
}  // namespace plimsoll::analyse
