// For the tests of RunPlan: plans of scenarios given as text, run against a FakeEngine.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "run/runner.h"
#include "run/test_case.h"
#include "testing/temp_folder.h"

namespace plimsoll::run {

inline constexpr const char* kMeasuring =
    "steps: [{call: GET /measured, as: a}]\n"
    "observe: {time: {value: \"${a.took}\", nearest: [0s, 5s]}}\n";
inline constexpr const char* kThreeCases =
    "matrix: {n: [1, 2, 3]}\n"
    "steps:\n"
    "  - {call: \"GET /n/${n}\", as: got}\n"
    "observe: {x: \"${got.status}\"}\n";

inline const std::string kHarmful = "needs: [{disposable: true}]\n" + std::string(kThreeCases);

// Remembers what it was told, and that it is never told two things at once.
class Remembering : public RunObserver {
 public:
  void CaseStarted(const plan::Case& plan_case) override { Tell("started " + plan_case.id); }
  void CasePutOff(const plan::Case& plan_case) override { Tell("put off " + plan_case.id); }
  void CaseEnded(const plan::Case& plan_case, const journal::CaseRecord& record) override {
    EXPECT_EQ(plan_case.id, record.id);
    Tell("ended " + record.id);
  }
  std::vector<std::string> told;

 private:
  void Tell(std::string what) {
    EXPECT_FALSE(busy_.exchange(true));
    told.push_back(std::move(what));
    busy_ = false;
  }
  std::atomic<bool> busy_ = false;
};

class RunPlanTest : public ::testing::Test {
 protected:
  static plan::Plan PlanOf(const std::vector<std::string>& yamls) {
    std::vector<std::shared_ptr<const scenario::Scenario>> scenarios;
    for (const std::string& yaml : yamls) {
      scenarios.push_back(LoadForTest(yaml, fmt::format("area/s{}.yaml", scenarios.size())));
    }
    return plan::MakePlan(scenarios, {{"docker-20.10"}, 1, {}, 1, 1});
  }

  Result<RunSummary> Run(const plan::Plan& plan, RunOptions options = {.jobs = 3}) {
    auto engine = EngineForTest(fake_, harm_);
    engine.private_name = private_name_;
    auto writer = journal::JournalWriter::Create(path_);
    EXPECT_TRUE(writer);
    EXPECT_TRUE(writer->Append(journal::ToJson(RunForTest())));
    std::vector<EngineUnderTest> engines{engine};
    for (const std::string& name : other_engines_) {
      engines.push_back(engine);
      engines.back().name = name;
    }
    return RunPlan(plan, engines, images_, RunForTest(), options, *writer, observer_, cancel_);
  }

  std::vector<journal::CaseRecord> Recorded() {
    auto journal = journal::ReadJournal(path_);
    EXPECT_TRUE(journal);
    return journal ? journal->cases : std::vector<journal::CaseRecord>();
  }

  testing::TempFolder folder_;
  std::string path_ = folder_.File("journal.jsonl");
  testing::FakeEngine fake_;
  Harm harm_ = Harm::kDisposable;
  std::string private_name_;
  std::vector<std::string> other_engines_;  // which do nothing
  std::vector<ImageTar> images_;
  Remembering observer_;
  engine::Bell cancel_;
};

// The tool that starts private engines, played by a script.
class DisposableCases : public RunPlanTest {
 protected:
  DisposableCases() { private_name_ = "docker-20.10"; }
  ~DisposableCases() override { unsetenv("PLIMSOLL_ENGINE_TOOL"); }
  void UseTool(const std::string& lines) {
    const std::string tool = folder_.Write("tool", "#!/bin/sh\n" + lines);
    chmod(tool.c_str(), 0755);
    setenv("PLIMSOLL_ENGINE_TOOL", tool.c_str(), 1);
  }
  testing::FakeEngine fresh_;
};

// From the first GET /n/2 on the shared engine is gone, which costs its case and those beside it their answers.
class EngineGoesAway : public DisposableCases {
 protected:
  EngineGoesAway() {
    private_name_.clear();
    harm_ = Harm::kNotOurs;
    fake_.On("GET /n/*", [this](const testing::SeenRequest& seen) {
      if (seen.Part(2) == "2" && !was_gone_.exchange(true)) gone_ = true;
      return gone_ ? testing::Reply::CloseAtOnce() : testing::Reply::Of(200, {{"n", seen.Part(2)}});
    });
    fake_.On("GET /_ping", [this](const testing::SeenRequest&) {
      if (gone_ && pings_until_back_-- == 0) gone_ = false;
      return gone_ ? testing::Reply::CloseAtOnce() : testing::Reply{200, "OK", {}, nullptr};
    });
  }
  std::map<int, journal::CaseRecord> ByN() {
    std::map<int, journal::CaseRecord> by_n;
    for (const auto& record : Recorded()) by_n[record.parameters["n"].get<int>()] = record;
    return by_n;
  }
  std::atomic<bool> gone_ = false;
  std::atomic<bool> was_gone_ = false;
  std::atomic<int> pings_until_back_ = 1;  // the first ping is the case's own
};

}  // namespace plimsoll::run
