// plimsoll_scenarios --set-up: once before many of the others; see SetUp.
// plimsoll_scenarios [FILE or FOLDER...]: every scenario file as a GoogleTest case, suite = area,
// test = file, registered at run time. GTEST_FILTER, sharding and --gtest_output work as
// everywhere.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "analyse/analyse.h"
#include "base/diagnostic.h"
#include "base/text.h"
#include "e2e/live_engines.h"
#include "e2e/reproduction_check.h"
#include "journal/writer.h"
#include "report/baseline.h"
#include "report/report.h"
#include "run/runner.h"
#include "scenario/load_scenario.h"

namespace plimsoll::e2e {
namespace {

// Few, because ctest runs several tests at a time against the same engines.
constexpr int kJobs = 2;

using ScenarioPtr = std::shared_ptr<const scenario::Scenario>;

// $PLIMSOLL_SAMPLE: how many combinations of each scenario to try; all of them where it is not set.
size_t SampleSize() {
  const char* value = std::getenv("PLIMSOLL_SAMPLE");
  return value ? static_cast<size_t>(std::strtoul(value, nullptr, 10)) : 0;
}

class Quiet : public run::RunObserver {
  void CaseStarted(const plan::Case&) override {}
  void CasePutOff(const plan::Case&) override {}
  void CaseEnded(const plan::Case&, const journal::CaseRecord&) override {}
};

// A journal in a folder of its own that goes with it.
class TemporaryJournal {
 public:
  TemporaryJournal() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "plimsoll-test-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~TemporaryJournal() { std::filesystem::remove_all(folder_); }
  std::string path() const { return folder_ + "/journal.jsonl"; }

 private:
  std::string folder_;
};

plan::Plan PlanOf(const ScenarioPtr& scenario, const LiveEngines& engines, int repeat) {
  plan::Options options;
  for (const auto& engine : engines.list) options.engines.push_back(engine.name);
  options.sample = SampleSize();
  options.repeat = repeat;
  const size_t rows = plan::FirstRows(scenario->matrix).size();
  if (options.sample > 0 && rows > options.sample) {
    fmt::print("{} of the {} combinations are tried (PLIMSOLL_SAMPLE=0: all)\n", options.sample, rows);
  }
  return plan::MakePlan({scenario}, options);
}

Result<journal::Journal> RunCases(const plan::Plan& plan, const ScenarioPtr& scenario, const LiveEngines& engines,
                                  const std::string& path) {
  journal::RunRecord run;
  run.run_id = kLiveRunId;
  run.planned = plan.cases.size();
  run.options["images"] = run::ImageNames(engines.images);
  auto writer = journal::JournalWriter::Create(path);
  if (!writer) return tl::make_unexpected(writer.error());
  std::vector<Json> head{ToJson(run), ToJson(plan::RecordOf(*scenario))};
  for (const auto& engine : engines.list) {
    head.push_back(ToJson(journal::EngineRecord{engine.name, engine.endpoint.Text(), true,
                                                engine.identity.ToJson()}));
  }
  for (const Json& record : head) {
    if (auto written = writer->Append(record); !written)
      return tl::make_unexpected(written.error());
  }
  Quiet quiet;
  const engine::Bell never;
  auto summary = run::RunPlan(plan, engines.list, engines.images, run, {.jobs = kJobs}, *writer, quiet, never);
  if (!summary) return tl::make_unexpected(summary.error());
  if (auto finished = writer->Finish(); !finished) return tl::make_unexpected(finished.error());
  for (const std::string& leftover : summary->leftovers)
    ADD_FAILURE() << "left on the engine: " << leftover;
  return journal::ReadJournal(path);
}

constexpr const char* kBaseline = PLIMSOLL_SOURCE_DIR "/reports/engines";

// $PLIMSOLL_BASELINES: the folder with the baseline of each scenario, "" where none is wanted.
std::string SplitBaselines() {
  const char* value = std::getenv("PLIMSOLL_BASELINES");
  return value ? value : "";
}

// To read what is known of all scenarios would take longer than most of them.
std::string BaselineFor(const analyse::Findings& findings) {
  if (SplitBaselines().empty() || findings.scenarios.empty()) return kBaseline;
  const std::filesystem::path of_it = std::filesystem::path(SplitBaselines()) / findings.scenarios.front().id;
  return std::filesystem::exists(of_it) ? of_it.string() : kBaseline;
}

// What was not made here is not ours to remove.
Status MakeAnew(const std::filesystem::path& folder) {
  const std::filesystem::path mark = folder / ".made-by-plimsoll_scenarios";
  if (std::filesystem::exists(folder) && !std::filesystem::is_empty(folder) && !std::filesystem::exists(mark)) {
    return Fail(folder.string() + " holds something else", "$PLIMSOLL_BASELINES names a folder that may be emptied: choose another one");
  }
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return WriteFileWhole(mark.string(), "");
}

// What all tests of scenarios use: the images on the engines, and $PLIMSOLL_BASELINES.
Status SetUp() {
  if (auto loaded = LoadLiveImages(); !loaded) return loaded;
  if (SplitBaselines().empty()) return {};
  if (auto made = MakeAnew(SplitBaselines()); !made) return made;
  std::vector<std::string> engines;
  for (const auto& engine : TheLiveEngines().list) engines.push_back(engine.name);
  return report::SplitBaseline(kBaseline, engines, SplitBaselines());
}

class ScenarioTest : public testing::Test {
 public:
  explicit ScenarioTest(std::string file) : file_(std::move(file)) {}

  void TestBody() override {
    const auto loaded = scenario::LoadScenario(file_);
    for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << Render(diagnostic);
    if (!loaded.scenario) return;
    const LiveEngines& engines = TheLiveEngines();
    if (!engines.missing.empty()) {
      if (LiveIsRequired()) FAIL() << engines.missing;
      GTEST_SKIP() << engines.missing;
    }
    const TemporaryJournal temporary;
    const auto journal = RunCases(PlanOf(loaded.scenario, engines, 1), loaded.scenario, engines, temporary.path());
    ASSERT_TRUE(journal) << journal.error().Text();
    const auto findings = analyse::Analyse(*journal);
    ASSERT_TRUE(findings) << findings.error().Text();
    Judge(*findings, *journal);
    CompareWithReports(*findings, loaded.scenario, engines);
    RepeatSomeByScript(*journal, engines);
  }

 private:
  using Comparisons = std::vector<analyse::Changes>;

  // What the committed reports say of these engines has to be so still. A case that is otherwise is looked at several
  // times more: where its values vary, the one in the reports among them, it is reported, and no change.
  static void CompareWithReports(const analyse::Findings& findings, const ScenarioPtr& scenario,
                                 const LiveEngines& engines) {
    constexpr int kLooks = 5;
    Comparisons comparisons = Compared(findings);
    plan::Plan again = PlanOf(scenario, engines, kLooks);
    std::erase_if(again.cases, [&](const plan::Case& each) {
      return !report::HasChanged(comparisons, each.engine, each.scenario->id, each.parameters);
    });
    if (again.cases.empty()) return;
    const TemporaryJournal temporary;
    const auto journal = RunCases(again, scenario, engines, temporary.path());
    ASSERT_TRUE(journal) << journal.error().Text();
    const auto repeated = analyse::Analyse(*journal);
    ASSERT_TRUE(repeated) << repeated.error().Text();
    const Comparisons settled = Compared(*repeated);
    for (size_t i = 0; i < settled.size(); ++i) {
      EXPECT_EQ(settled[i].counts.changed, 0u)
          << report::ChangesText(settled[i]) << "The first is reports/engines, the second this run. If the engine is right: "
          << "`plimsoll accept JOURNAL --baseline reports/engines`, or `fixtures/bootstrap explore` for all reports.";
      if (settled[i].counts.changed > 0 || comparisons[i].counts.changed == 0) continue;
      fmt::print("varies from one time to the next (a `varies` row in the scenario would say so):\n{}",
                 report::ChangesText(comparisons[i]));
    }
  }

  static Comparisons Compared(const analyse::Findings& findings) {
    std::vector<std::string> engines;
    for (const auto& engine : findings.engines) engines.push_back(engine.name);
    const auto baseline = report::ReadBaseline(BaselineFor(findings), engines);
    if (baseline) return report::CompareWithBaseline(*baseline, findings);
    ADD_FAILURE() << baseline.error().Text();
    return {};
  }

  // Of some scenarios, one case for each engine.
  static void RepeatSomeByScript(const journal::Journal& journal, const LiveEngines& engines) {
    constexpr uint64_t kOneIn = 4;
    if (Scattered(journal.scenarios.front().id) % kOneIn != 0) return;
    for (const run::EngineUnderTest& engine : engines.list) {
      const auto found = std::ranges::find_if(journal.cases, [&](const journal::CaseRecord& record) {
        return record.engine == engine.name && CanBeRepeatedByScript(record, journal);
      });
      if (found == journal.cases.end()) continue;
      EXPECT_EQ(RepeatByScript(*found, journal, engine.endpoint), "");
    }
  }

  static void Judge(const analyse::Findings& findings, const journal::Journal& journal) {
    EXPECT_EQ(findings.missing, 0u) << "cases without a record";
    for (const auto& scenario : findings.scenarios) {
      for (const auto& finding : scenario.cases) {
        if (analyse::Fails(finding.verdict))
          ADD_FAILURE() << report::FailureText(scenario, finding, journal);
      }
    }
  }

  std::string file_;
};

// "create/stdin-flags" -> suite "create", test "stdin_flags": GTEST_FILTER takes a '-' for the beginning of
// what is not wanted.
void Register(const std::string& file) {
  const std::filesystem::path path(file);
  std::string test = path.stem().string();
  std::replace(test.begin(), test.end(), '-', '_');
  testing::RegisterTest(path.parent_path().filename().c_str(), test.c_str(), nullptr,
                        nullptr, file.c_str(), 1,
                        [file]() -> testing::Test* { return new ScenarioTest(file); });
}

}  // namespace
}  // namespace plimsoll::e2e

int main(int argc, char** argv) {
  using namespace plimsoll;
  testing::InitGoogleTest(&argc, argv);
  std::vector<std::string> paths(argv + 1, argv + argc);
  if (paths == std::vector<std::string>{"--set-up"}) {
    const auto ready = e2e::SetUp();
    if (!ready) fmt::print(stderr, "{}\n", ready.error().Text());
    e2e::StopLiveEngines();
    return ready ? 0 : 1;
  }
  if (paths.empty()) paths.push_back(PLIMSOLL_SOURCE_DIR "/scenarios");
  const auto files = scenario::FindScenarioFiles(paths);
  if (!files) {
    fmt::print(stderr, "{}\n", files.error().Text());
    return 2;
  }
  for (const std::string& file : *files) e2e::Register(file);
  const int status = RUN_ALL_TESTS();
  e2e::StopLiveEngines();
  return status;
}
