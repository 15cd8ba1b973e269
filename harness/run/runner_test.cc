// RunPlan, and with it the sessions it opens.
#include "run/runner.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <cstdlib>
#include <set>

#include "base/text.h"
#include "run/test_case.h"
#include "testing/temp_folder.h"

namespace plimsoll::run {
namespace {

using journal::CaseOutcome;
using testing::FakeEngine;
using testing::Reply;
using testing::SeenRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr const char* kMeasuring =
    "steps: [{call: GET /measured, as: a}]\n"
    "observe: {time: {value: \"${a.took}\", nearest: [0s, 5s]}}\n";
constexpr const char* kThreeCases =
    "matrix: {n: [1, 2, 3]}\n"
    "steps:\n"
    "  - {call: \"GET /n/${n}\", as: got}\n"
    "observe: {x: \"${got.status}\"}\n";

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
  FakeEngine fake_;
  Harm harm_ = Harm::kDisposable;
  std::string private_name_;
  std::vector<std::string> other_engines_;  // which do nothing
  std::vector<ImageTar> images_;
  Remembering observer_;
  engine::Bell cancel_;
};

TEST_F(RunPlanTest, WritesEveryCaseAndTellsOfIt) {
  const auto summary = Run(PlanOf({kThreeCases}));
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_EQ(summary->done, 3u);
  EXPECT_FALSE(summary->interrupted);
  EXPECT_THAT(summary->leftovers, IsEmpty());
  const auto cases = Recorded();
  ASSERT_THAT(cases, SizeIs(3));
  for (const auto& record : cases) {
    EXPECT_EQ(record.outcome, CaseOutcome::kCompleted);
    EXPECT_EQ(record.exchanges.at(0).target, fmt::format("/v1.41/n/{}", record.parameters["n"].get<int>()));
  }
  std::vector<std::string> expected;
  for (const auto& record : cases) {
    expected.push_back("started " + record.id);
    expected.push_back("ended " + record.id);
  }
  EXPECT_THAT(observer_.told, ::testing::UnorderedElementsAreArray(expected));
}

TEST_F(RunPlanTest, RunsSeveralCasesAtATime) {
  // None is answered before all three have come.
  const engine::Bell all_there;
  std::atomic<int> come = 0;
  fake_.On("GET /n/*", [&](const SeenRequest&) {
    if (++come == 3) all_there.Ring();
    Reply reply;
    reply.takeover = [&](testing::Peer& peer) {
      return peer.AwaitBell(all_there) && peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    };
    return reply;
  });
  ASSERT_TRUE(Run(PlanOf({kThreeCases}), {.jobs = 3}));
  for (const auto& record : Recorded()) EXPECT_EQ(record.exchanges.at(0).outcome, http::Outcome::kAnswered);
}

TEST_F(RunPlanTest, RunsCasesThatWantToBeAloneAfterAllOthers) {
  const std::string alone = "alone: machine\n" + std::string(kThreeCases);
  ASSERT_TRUE(Run(PlanOf({alone, kThreeCases}), {.jobs = 4}));
  ASSERT_THAT(observer_.told, SizeIs(12));
  for (size_t i = 0; i < 6; ++i) EXPECT_THAT(observer_.told[i], HasSubstr("area/s1"));
  for (size_t i = 6; i < 12; ++i) {
    EXPECT_THAT(observer_.told[i], HasSubstr("area/s0"));
    EXPECT_TRUE(observer_.told[i].starts_with(i % 2 == 0 ? "started" : "ended")) << "one at a time";
  }
}

TEST_F(RunPlanTest, RunsCasesThatWantTheirEngineAloneOneAtATime) {
  const std::string alone = "alone: engine\n" + std::string(kThreeCases);
  ASSERT_TRUE(Run(PlanOf({alone, kThreeCases}), {.jobs = 4}));
  ASSERT_THAT(observer_.told, SizeIs(12));
  for (size_t i = 6; i < 12; ++i) {
    EXPECT_THAT(observer_.told[i], HasSubstr("area/s0"));
    EXPECT_TRUE(observer_.told[i].starts_with(i % 2 == 0 ? "started" : "ended"));
  }
}

TEST_F(RunPlanTest, RunsCasesThatMeasureDurationsBeforeThoseThatDoNot) {
  other_engines_ = {"podman-4.3"};
  // This machine's own may be so busy that what was measured is measured again.
  ASSERT_TRUE(Run(PlanOf({kThreeCases, kMeasuring}), {.jobs = 4, .processor = [] { return ProcessorTimes{}; }}));
  ASSERT_THAT(observer_.told, SizeIs(8));
  for (size_t i = 0; i < 2; ++i) EXPECT_THAT(observer_.told[i], HasSubstr("area/s1"));
  for (size_t i = 2; i < 8; ++i) EXPECT_THAT(observer_.told[i], HasSubstr("area/s0"));
}

TEST_F(RunPlanTest, MeasuresAgainWhatWasMeasuredWhileAnotherEngineMayHaveKeptTheMachineBusy) {
  ProcessorTimes now{100, 1000};
  const auto busy = [&] {
    now.busy += 95;
    now.all += 100;
    return now;
  };
  other_engines_ = {"podman-4.3"};
  ASSERT_TRUE(Run(PlanOf({kMeasuring, kThreeCases}), {.jobs = 1, .processor = busy}));
  EXPECT_THAT(fake_.Requests("GET /measured"), SizeIs(2));
  EXPECT_THAT(fake_.Requests("GET /n/*"), SizeIs(3)) << "they measure nothing";
  const auto cases = Recorded();
  ASSERT_THAT(cases, SizeIs(4)) << "what was measured first is not kept";
  const std::string measured = "area/s0@docker-20.10";
  ASSERT_THAT(observer_.told, SizeIs(10));
  EXPECT_THAT(std::vector(observer_.told.begin(), observer_.told.begin() + 2), ElementsAre("started " + measured, "put off " + measured));
  EXPECT_THAT(std::vector(observer_.told.end() - 2, observer_.told.end()), ElementsAre("started " + measured, "ended " + measured));
  for (const auto& record : cases) EXPECT_EQ(record.processor_busy, 95);
}

TEST_F(RunPlanTest, BeginsNoMoreThanFourWhileTheProcessorsHaveNoTimeLeft) {
  std::atomic<uint64_t> looks = 0;
  const auto busy = [&] {
    const uint64_t all = 100 * ++looks;
    return ProcessorTimes{all, all};
  };
  std::mutex mutex;
  std::condition_variable fifth;
  int under_way = 0, most = 0;
  fake_.On("GET /n/*", [&](const SeenRequest&) {
    std::unique_lock lock(mutex);
    most = std::max(most, ++under_way);
    if (most > 4) fifth.notify_all();
    fifth.wait_for(lock, std::chrono::milliseconds(300), [&] { return most > 4; });
    --under_way;
    return Reply::Of(200, Json::object());
  });
  ASSERT_TRUE(Run(PlanOf({kThreeCases, kThreeCases, kThreeCases}), {.jobs = 9, .processor = busy}));
  EXPECT_LE(most, 4);
}

constexpr const char* kSweep =
    "matrix: {a: [1, 2], b: [1, 2], c: [1, 2], combine: pairs}\n"
    "steps:\n"
    "  - {call: \"GET /sweep/${a}${b}${c}\", as: got}\n"
    "observe: {x: \"${got.status}\"}\n";

TEST_F(RunPlanTest, AsksWhatASweepNeedsNextOnceAllOfItHasEnded) {
  const plan::Plan plan = PlanOf({kSweep, kThreeCases});
  const auto sweep = plan.cases.front().scenario;
  const auto more = plan::PlanOfRows(sweep, {{{"a", 1}, {"b", 2}, {"c", 1}}}, {{"docker-20.10"}, 1, {}, 1, 1}).cases;
  std::vector<size_t> asked_after;  // how many cases of it had been recorded
  const auto further = [&]() -> Result<std::vector<plan::Case>> {
    const auto recorded = Recorded();
    asked_after.push_back(static_cast<size_t>(std::ranges::count(recorded, sweep->id, &journal::CaseRecord::scenario)));
    return asked_after.size() == 1 ? more : std::vector<plan::Case>();
  };
  const auto first = static_cast<size_t>(std::ranges::count(plan.cases, sweep, &plan::Case::scenario));
  const auto summary = Run(plan, {.jobs = 3, .further = further});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_THAT(asked_after, ElementsAre(first, first + 1));
  EXPECT_EQ(summary->done, plan.cases.size() + 1);
}

TEST_F(RunPlanTest, GoesOnWithOtherCasesWhileItAsksWhatASweepNeeds) {
  const engine::Bell others_done;
  std::atomic<int> come = 0;
  fake_.On("GET /n/*", [&](const SeenRequest&) {
    if (++come == 3) others_done.Ring();
    return Reply();
  });
  const auto further = [&]() -> Result<std::vector<plan::Case>> {
    pollfd poller{others_done.fd(), POLLIN, 0};
    EXPECT_EQ(poll(&poller, 1, 60'000), 1);
    return std::vector<plan::Case>();
  };
  EXPECT_TRUE(Run(PlanOf({kSweep, kThreeCases}), {.jobs = 2, .further = further}));
}

TEST_F(RunPlanTest, FailsWhereItCannotBeSaidWhatASweepNeeds) {
  const auto summary = Run(PlanOf({kSweep}), {.jobs = 2, .further = [] { return Result<std::vector<plan::Case>>(Fail("no journal")); }});
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().what, "no journal");
}

TEST_F(RunPlanTest, StopsWhenInterruptedAndKeepsWhatWasDone) {
  fake_.On("GET /n/2", [this](const SeenRequest&) {
    cancel_.Ring();
    return Reply::Hang();
  });
  const auto summary = Run(PlanOf({kThreeCases}), {.jobs = 1});
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->interrupted);
  EXPECT_EQ(summary->why, "interrupted");
  EXPECT_EQ(summary->done, 1u);
  EXPECT_THAT(Recorded(), SizeIs(1)) << "the interrupted case is not worth keeping";
  EXPECT_THAT(fake_.Requests("GET /n/3"), IsEmpty());
}

TEST_F(RunPlanTest, StopsAtTheDeadlineOfTheRun) {
  const auto summary = Run(PlanOf({kThreeCases}), {.jobs = 1, .deadline = Duration::zero()});
  ASSERT_TRUE(summary);
  EXPECT_TRUE(summary->interrupted);
  EXPECT_EQ(summary->why, "the run's deadline passed");
  EXPECT_EQ(summary->done, 0u);
}

// A file-size limit stands in for a full disk: the write fails in the same way.
TEST_F(RunPlanTest, FailsWhenTheJournalCannotBeWritten) {
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto ignored = signal(SIGXFSZ, SIG_IGN);
  const rlimit tiny{200, before.rlim_max};  // the run's record fits, no case does
  setrlimit(RLIMIT_FSIZE, &tiny);
  const auto summary = Run(PlanOf({kThreeCases}), {.jobs = 1});
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, ignored);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().what, "cannot write the journal " + path_ + ": File too large");
  EXPECT_THAT(fake_.Requests("GET /n/*"), SizeIs(1)) << "no case follows";
}

TEST_F(RunPlanTest, CollectsWhatCouldNotBeRemoved) {
  fake_.On("DELETE /containers/*", Reply::Error(403, "busy"));
  const auto summary =
      Run(PlanOf({"steps:\n  - {call: POST /containers/create, as: box, body: {}}\nobserve: {x: \"${box.status}\"}\n"}));
  ASSERT_TRUE(summary);
  EXPECT_THAT(summary->leftovers,
              ElementsAre("area/s0@docker-20.10: container " + FakeId(1) + ": 403 {\"message\":\"busy\"}"));
}

TEST_F(RunPlanTest, LoadsTheImagesIntoTheEngineAndLeavesThemToOneOfOurOwn) {
  images_ = {{"probe", "localhost/plimsoll/probe:run1", "[\"report\"]", "tar bytes"}};
  ASSERT_TRUE(Run(PlanOf({kThreeCases})));
  const auto loaded = fake_.Requests("POST /images/create");
  ASSERT_THAT(loaded, SizeIs(1));
  EXPECT_EQ(loaded[0].request.body, "tar bytes");
  EXPECT_THAT(http::PercentDecode(loaded[0].request.target),
              HasSubstr("repo=localhost/plimsoll/probe:run1&changes=CMD [\"report\"]&changes=LABEL plimsoll.run=run1"));
  EXPECT_THAT(fake_.Requests("DELETE *"), IsEmpty());
}

TEST_F(RunPlanTest, RemovesItsImagesFromAnEngineOfOthers) {
  harm_ = Harm::kNotOurs;
  images_ = {{"probe", "localhost/plimsoll/probe:run1", "[]", "x"}};
  ASSERT_TRUE(Run(PlanOf({kThreeCases})));
  EXPECT_THAT(fake_.Requests("DELETE /images/localhost/plimsoll/probe:run1"), SizeIs(1));
}

TEST_F(RunPlanTest, FailsWhereAnImageIsRefusedAlsoUnderStatus200) {
  images_ = {{"probe", "localhost/plimsoll/probe:run1", "[]", "x"}};
  fake_.On("POST /images/create", Reply::Of(200, {{"error", "no space left on device"}}));
  const auto summary = Run(PlanOf({kThreeCases}));
  ASSERT_FALSE(summary);
  EXPECT_THAT(summary.error().what, HasSubstr("cannot load the image localhost/plimsoll/probe:run1 into unix://"));
  EXPECT_THAT(summary.error().what, HasSubstr("no space left on device"));
  EXPECT_THAT(observer_.told, IsEmpty());
}

const std::string kHarmful = "needs: [{disposable: true}]\n" + std::string(kThreeCases);

TEST_F(RunPlanTest, DoesNotHarmAnEngineThatItDidNotStart) {
  harm_ = Harm::kNotOurs;
  ASSERT_TRUE(Run(PlanOf({kHarmful})));
  for (const auto& record : Recorded()) {
    EXPECT_EQ(record.outcome, CaseOutcome::kUnsupported);
    EXPECT_EQ(record.reason, "acts on a whole engine, and this one was not started by plimsoll");
  }
  EXPECT_THAT(fake_.Requests("GET /n/*"), IsEmpty());
}

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
  FakeEngine fresh_;
};

TEST_F(DisposableCases, GetAnEngineEach) {
  UseTool("echo \"$@\" >> " + folder_.path() + "/started\necho ready " + fresh_.endpoint().Text() + "\nread line\n");
  const auto summary = Run(PlanOf({kHarmful}), {.jobs = 1});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_THAT(fake_.Requests("GET /n/*"), IsEmpty()) << "the shared engine is left alone";
  EXPECT_THAT(fresh_.Requests("GET /n/*"), SizeIs(3));
  const auto started = Split(Trim(*ReadFile(folder_.path() + "/started")), '\n');
  EXPECT_EQ(std::set<std::string>(started.begin(), started.end()).size(), 3u);
}

TEST_F(DisposableCases, FindTheImagesThatTheyNameInTheirEngine) {
  UseTool("echo ready " + fresh_.endpoint().Text() + "\nread line\n");
  images_ = {{"probe", "localhost/plimsoll/probe:run1", "[]", "x"}, {"shell", "localhost/plimsoll/shell:run1", "[]", "y"}};
  ASSERT_TRUE(Run(PlanOf({"needs: [{disposable: true}]\n"
                          "steps: [{call: GET /n, query: {image: \"${image.shell}\"}, as: got}]\nobserve: {x: \"${got.status}\"}\n"})));
  const auto loaded = fresh_.Requests("POST /images/create");
  ASSERT_THAT(loaded, SizeIs(1));
  EXPECT_EQ(loaded[0].request.body, "y");
}

TEST_F(DisposableCases, BeginWhenAllDurationsHaveBeenMeasured) {
  UseTool("echo ready " + fresh_.endpoint().Text() + "\nread line\n");
  ASSERT_TRUE(Run(PlanOf({kHarmful, kMeasuring, kMeasuring}), {.jobs = 1}));
  const auto position = [&](const std::string& what) { return std::ranges::find(observer_.told, what) - observer_.told.begin(); };
  for (const char* measured : {"ended area/s1@docker-20.10", "ended area/s2@docker-20.10"}) {
    for (const char* harmful : {"started area/s0[n=1]@docker-20.10", "started area/s0[n=3]@docker-20.10"}) {
      EXPECT_LT(position(measured), position(harmful)) << measured << ", " << harmful;
    }
  }
}

TEST_F(DisposableCases, ThatWantTheirEngineAloneHaveAFurtherInstanceBesideTheOthers) {
  UseTool("echo \"$@\" >> " + folder_.path() + "/started\necho ready " + fresh_.endpoint().Text() + "\nread line\n");
  const std::string alone = "alone: engine\nsteps: [{call: GET /alone, as: got}]\nobserve: {x: \"${got.status}\"}\n";
  ASSERT_TRUE(Run(PlanOf({alone, kThreeCases, alone}), {.jobs = 3}));
  EXPECT_THAT(fresh_.Requests("GET /alone"), SizeIs(2));
  EXPECT_THAT(fresh_.Requests("GET /n/*"), IsEmpty());
  EXPECT_THAT(fake_.Requests("GET /alone"), IsEmpty());
  EXPECT_THAT(Split(Trim(*ReadFile(folder_.path() + "/started")), '\n'), SizeIs(1));
}

// Of one engine those that measure are run with the others, and what starts engines waits for them: all three at once.
TEST_F(DisposableCases, HaveTheirEnginesBesideThoseThatWantOneAloneAndThoseThatMeasure) {
  UseTool("echo ready " + fresh_.endpoint().Text() + "\nread line\n");
  const std::string alone = "alone: engine\nsteps: [{call: GET /alone, as: got}]\nobserve: {x: \"${got.status}\"}\n";
  ASSERT_TRUE(Run(PlanOf({alone, kHarmful, kMeasuring, kThreeCases}), {.jobs = 3}));
  EXPECT_THAT(Recorded(), SizeIs(8));
}

TEST_F(DisposableCases, ThatWantTheirEngineAloneWaitForTheOthersWhereNoFurtherOneStarts) {
  UseTool("exit 1\n");
  const std::string alone = "alone: engine\nsteps: [{call: GET /alone, as: got}]\nobserve: {x: \"${got.status}\"}\n";
  ASSERT_TRUE(Run(PlanOf({alone, kThreeCases}), {.jobs = 3}));
  EXPECT_THAT(fake_.Requests("GET /alone"), SizeIs(1));
  EXPECT_EQ(observer_.told.back(), "ended area/s0@docker-20.10");
}

TEST_F(DisposableCases, WhoseEngineDoesNotStartAreOurFailure) {
  UseTool("exit 1\n");
  const auto summary = Run(PlanOf({kHarmful}), {.jobs = 1});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->done, 3u);
  for (const auto& record : Recorded()) {
    EXPECT_EQ(record.outcome, CaseOutcome::kHarnessError);
    EXPECT_EQ(record.reason, "the private engine docker-20.10 did not start");
    EXPECT_FALSE(record.id.empty());
    EXPECT_EQ(record.scenario, "area/s0");
  }
}

constexpr const char* kByEachWay = R"(matrix: {n: [unix, tcp, tls]}
through: ${n}
steps: [{call: "GET /n/${n}"}]
observe: {status: "${case.id}"}
)";

TEST_F(DisposableCases, GoThroughAnInstanceThatListensAsTheyWant) {
  UseTool("if [ $1 = can ]; then [ $4 = tcp ] || { echo x has no TLS; exit 1; }; exit 0; fi\necho \"$@\" >> " + folder_.path() +
          "/started\necho listening " + fresh_.endpoint().Text() + "\necho ready unix:///nowhere\nread line\n");
  ASSERT_TRUE(Run(PlanOf({kByEachWay}), {.jobs = 1}));
  EXPECT_THAT(fake_.Requests("GET /n/unix"), SizeIs(1)) << "the run's own engine";
  EXPECT_THAT(fresh_.Requests("GET /n/tcp"), SizeIs(1));
  EXPECT_THAT(*ReadFile(folder_.path() + "/started"), HasSubstr("--listen tcp"));
  for (const auto& record : Recorded()) {
    if (record.parameters["n"] != "tls") continue;
    EXPECT_EQ(record.outcome, CaseOutcome::kUnsupported);
    EXPECT_EQ(record.reason, "x has no TLS");
  }
}

TEST_F(DisposableCases, ByAnotherWayAreUnsupportedOnAUsersOwnEngine) {
  private_name_.clear();
  harm_ = Harm::kNotOurs;
  ASSERT_TRUE(Run(PlanOf({kByEachWay}), {.jobs = 1}));
  for (const auto& record : Recorded()) {
    const bool own_way = record.parameters["n"] == "unix";
    EXPECT_EQ(record.outcome, own_way ? CaseOutcome::kCompleted : CaseOutcome::kUnsupported);
    EXPECT_THAT(record.reason, own_way ? std::string() : "goes through " + record.parameters["n"].get<std::string>() +
                                                             ", and this engine is at " + fake_.endpoint().Text());
  }
}

// From the first GET /n/2 on the shared engine is gone, which costs its case and those beside it their answers.
class EngineGoesAway : public DisposableCases {
 protected:
  EngineGoesAway() {
    private_name_.clear();
    harm_ = Harm::kNotOurs;
    fake_.On("GET /n/*", [this](const SeenRequest& seen) {
      if (seen.Part(2) == "2" && !was_gone_.exchange(true)) gone_ = true;
      return gone_ ? Reply::CloseAtOnce() : Reply::Of(200, {{"n", seen.Part(2)}});
    });
    fake_.On("GET /_ping", [this](const SeenRequest&) {
      if (gone_ && pings_until_back_-- == 0) gone_ = false;
      return gone_ ? Reply::CloseAtOnce() : Reply{200, "OK", {}, nullptr};
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

TEST_F(EngineGoesAway, AndItsCasesAreRunAgainWhenItIsBack) {
  const auto summary = Run(PlanOf({kThreeCases}), {.jobs = 1});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_EQ(summary->done, 3u);
  const auto cases = ByN();
  ASSERT_THAT(cases, SizeIs(3));
  for (const auto& [n, record] : cases) {
    EXPECT_EQ(record.outcome, CaseOutcome::kCompleted) << n << ": " << record.reason;
    EXPECT_EQ(record.exchanges.at(0).outcome, http::Outcome::kAnswered);
  }
  EXPECT_THAT(fake_.Requests("GET /n/2"), SizeIs(2));
  const std::string again = "area/s0[n=2]@docker-20.10";
  EXPECT_EQ(std::ranges::count(observer_.told, "put off " + again), 1);
  EXPECT_EQ(std::ranges::count(observer_.told, "ended " + again), 1);
  EXPECT_THAT(observer_.told, SizeIs(8)) << "that one was started twice";
}

TEST_F(EngineGoesAway, AndWhatWasLeftOnItIsRemovedWhenItIsBack) {
  fake_.On("GET /containers/json", Reply::Of(200, Json::array({{{"Id", "left"}, {"Labels", {{"plimsoll.run", "run1"}}}},
                                                              {{"Id", "theirs"}, {"Labels", {{"plimsoll.run", "run0"}}}}})));
  const auto summary = Run(PlanOf({kThreeCases}), {.jobs = 1});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_THAT(summary->leftovers, IsEmpty());
  EXPECT_THAT(fake_.Requests("DELETE /containers/left"), SizeIs(1));
  EXPECT_THAT(fake_.Requests("DELETE /containers/theirs"), IsEmpty());
}

TEST_F(EngineGoesAway, WhileADurationIsMeasuredAgainAndItIsMeasuredOnceMore) {
  ProcessorTimes now{100, 1000};
  const auto busy = [&] {
    now.busy += 95;
    now.all += 100;
    return now;
  };
  std::atomic<int> come = 0;
  fake_.On("GET /measured", [&](const SeenRequest&) {
    if (++come == 2) gone_ = true;
    return gone_ ? Reply::CloseAtOnce() : Reply::Of(200, Json::object());
  });
  other_engines_ = {"podman-4.3"};
  const auto summary = Run(PlanOf({kMeasuring}), {.jobs = 1, .processor = busy});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_THAT(fake_.Requests("GET /measured"), SizeIs(3)) << "hurried, disturbed, well";
  const auto cases = Recorded();
  ASSERT_THAT(cases, SizeIs(1));
  EXPECT_EQ(cases[0].outcome, CaseOutcome::kCompleted) << cases[0].reason;
}

TEST_F(EngineGoesAway, ForEverAndNoCaseIsJudgedByIt) {
  pings_until_back_ = -1;
  const auto summary = Run(PlanOf({kThreeCases}), {.jobs = 1, .comeback = std::chrono::milliseconds(1)});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_EQ(summary->done, 3u);
  const auto cases = ByN();
  ASSERT_THAT(cases, SizeIs(3));
  EXPECT_EQ(cases.at(1).outcome, CaseOutcome::kCompleted);
  for (const int n : {2, 3}) {
    EXPECT_EQ(cases.at(n).outcome, CaseOutcome::kHarnessError);
    EXPECT_THAT(cases.at(n).reason, HasSubstr("the engine was gone: GET /_ping"));
  }
  EXPECT_THAT(fake_.Requests("GET /n/3"), IsEmpty()) << "given up: no case is tried on it";
}

TEST_F(EngineGoesAway, AndIsReplacedIfItIsOurs) {
  private_name_ = "docker-20.10";
  harm_ = Harm::kDisposable;
  pings_until_back_ = -1;
  UseTool("echo \"$@\" >> " + folder_.path() + "/started\necho ready " + fresh_.endpoint().Text() + "\nread line\n");
  fresh_.On("GET /n/*", Reply::Of(200, Json::object()));
  const auto summary = Run(PlanOf({kThreeCases}), {.jobs = 1});
  ASSERT_TRUE(summary) << summary.error().Text();
  for (const auto& [n, record] : ByN()) EXPECT_EQ(record.outcome, CaseOutcome::kCompleted) << n << ": " << record.reason;
  EXPECT_THAT(fresh_.Requests("GET /n/3"), SizeIs(1));
  EXPECT_THAT(fresh_.Requests("GET /n/2"), SizeIs(1)) << "the one that was there when the first ended";
  EXPECT_THAT(Split(Trim(*ReadFile(folder_.path() + "/started")), '\n'), SizeIs(1));
}

class NeedsTest : public RunPlanTest {
 protected:
  // The reason why the only case was not run; "" if it was.
  std::string Reason(const std::string& needs) {
    path_ = folder_.File(fmt::format("journal-{}.jsonl", ++runs_));
    EXPECT_TRUE(Run(PlanOf({"needs: [" + needs + "]\nsteps:\n  - {call: GET /_ping, as: p}\nobserve: {x: \"${p.status}\"}\n"})));
    const auto cases = Recorded();
    return cases.size() == 1 ? cases[0].reason : "not one case";
  }
  int runs_ = 0;
};

TEST_F(NeedsTest, SayWhatIsMissing) {
  fake_.On("GET /swarm", Reply::Error(503, "no swarm"));
  EXPECT_EQ(Reason("{api: '>=1.41'}, {product: docker}, {call: GET /_ping, status: 200}"), "");
  EXPECT_EQ(Reason("{api: '>=1.42'}"), "needs API 1.42 or later, the engine speaks 1.41");
  EXPECT_EQ(Reason("{product: podman}"), "is about podman, this is docker");
  EXPECT_EQ(Reason("{call: GET /swarm, status: 200}"), "GET /swarm gives 503, not 200");
  EXPECT_EQ(Reason("{call: GET /swarm, status: 200, reason: it is in no swarm}"),
            "it is in no swarm (GET /swarm gives 503, not 200)");
}

TEST_F(NeedsTest, AskTheEngineOnce) {
  const std::string yaml = "needs: [{call: GET /swarm, status: 404}]\n" + std::string(kThreeCases);
  ASSERT_TRUE(Run(PlanOf({yaml}), {.jobs = 1}));
  EXPECT_THAT(fake_.Requests("GET /swarm"), SizeIs(1));
  EXPECT_THAT(fake_.Requests("GET /n/*"), SizeIs(3));
}

}  // namespace
}  // namespace plimsoll::run
