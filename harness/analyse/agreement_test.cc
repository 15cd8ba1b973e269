#include "analyse/agreement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::analyse {
namespace {

using Values = std::vector<Json>;  // what repetitions saw; none: unsupported

ScenarioFindings TwoEngines(const std::vector<std::pair<Values, Values>>& rows) {
  ScenarioFindings scenario;
  for (size_t n = 0; n < rows.size(); ++n) {
    for (const auto& [engine, values] : {std::pair("a", rows[n].first), std::pair("b", rows[n].second)}) {
      CaseFinding row;
      row.engine = engine;
      row.parameters = {{"n", n}};
      row.cells.resize(1);
      if (values.empty()) row.verdict = Verdict::kUnsupported;
      for (const Json& value : values) row.cells[0].seen[CompactJson(value)] = 1;
      scenario.cases.push_back(row);
    }
  }
  return scenario;
}

TEST(AgreementOf, TellsTheMostTellingOfAllCombinations) {
  struct {
    std::vector<std::pair<Values, Values>> rows;
    Agreement expected;
  } const kTable[] = {
      {{}, Agreement::kNotRun},
      {{{{1}, {1}}, {{2}, {2}}}, Agreement::kAgrees},
      {{{{1}, {1}}, {{2}, {3}}}, Agreement::kDiffers},
      {{{{1}, {1}}, {{2}, {}}}, Agreement::kUnsupported},
      {{{{1}, {2}}, {{2}, {}}}, Agreement::kDiffers},
      {{{{1, 2}, {1}}}, Agreement::kUnstable},
      {{{{1, 2}, {3}}}, Agreement::kDiffers},
      {{{{}, {}}}, Agreement::kUnsupported},
  };
  for (const auto& [rows, expected] : kTable) {
    EXPECT_EQ(Name(AgreementOf(TwoEngines(rows), "a", "b")), Name(expected));
    EXPECT_EQ(Name(AgreementOf(TwoEngines(rows), "b", "a")), Name(expected));
  }
  EXPECT_EQ(AgreementOf(TwoEngines({{{1}, {1}}}), "a", "c"), Agreement::kNotRun);
}

TEST(ProductsOf, PutsDockerFirstAndVersionsInTheirOrder) {
  Findings findings;
  for (const auto& [product, version] : {std::pair("podman", "10.0.1"), std::pair("docker", "28.5.2"), std::pair("podman", "5.8.6"),
                                         std::pair("docker", "20.10.24+dfsg1"), std::pair("balena", "1")}) {
    journal::EngineRecord engine;
    engine.name = std::string(product) + "-" + version;
    engine.identity = {{"product", product}, {"version", version}};
    findings.engines.push_back(engine);
  }
  std::vector<std::string> names;
  for (const Product& product : ProductsOf(findings)) names.insert(names.end(), product.engines.begin(), product.engines.end());
  EXPECT_THAT(names, testing::ElementsAre("docker-20.10.24+dfsg1", "docker-28.5.2", "balena-1", "podman-5.8.6", "podman-10.0.1"));
}

}  // namespace
}  // namespace plimsoll::analyse
