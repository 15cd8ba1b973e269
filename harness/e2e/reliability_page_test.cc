#include "e2e/reliability_page.h"

#include <gmock/gmock.h>

namespace plimsoll::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Json Suite(const std::string& name, const Json& tests) {
  return {{"testsuites", {{{"name", name}, {"testsuite", tests}}}}};
}

TEST(ReliabilityPage, TellsWhatWasDoneAndWhatCameOfIt) {
  const Json killed = {{"name", "ResumesToTheSameFindingsAndLeavesNothing/First"}, {"result", "COMPLETED"}, {"engine", "docker-20.10"},
                       {"moments", "100"}, {"seed", "77"}, {"before_the_journal", "3"}, {"torn_lines", "9"}, {"with_cases_done", "60"}};
  const std::string page = ReliabilityPage({Suite("Engines/KilledHarness", Json::array({killed}))}, "response | 10 | 5 | 0\n");
  EXPECT_THAT(page, HasSubstr("| docker-20.10 | 100 | 77 | 3 | 9 | 60 | passed |"));
  EXPECT_THAT(page, HasSubstr("| response | 10 | 5 | 0 |"));
  EXPECT_THAT(page, HasSubstr("## An engine that lies\n\nNot run."));
}

TEST(ReliabilityPage, ReadsTheNamesOfTestsAsSentences) {
  const Json full = {{"name", "AFullDiskEndsTheRun"}, {"result", "COMPLETED"}};
  EXPECT_THAT(ReliabilityPage({Suite("BrokenWorld", Json::array({full}))}, ""), HasSubstr("| A full disk ends the run | passed |"));
}

TEST(ReliabilityPage, HidesNoFailureAndLetsNoLieIntoTheTable) {
  const Json lie = {{"name", "x"}, {"result", "COMPLETED"}, {"failures", Json::array({{{"failure", "f"}}})}, {"lie", "sends | <b>"}, {"peak_mib", "12"}};
  const std::string page = ReliabilityPage({Suite("Lies/HostileEngine", Json::array({lie}))}, "");
  EXPECT_THAT(page, HasSubstr("**failed**"));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
  EXPECT_THAT(page, HasSubstr("at most 12 MiB"));
}

}  // namespace
}  // namespace plimsoll::e2e
