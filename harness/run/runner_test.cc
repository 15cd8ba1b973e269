// RunPlan, and with it the sessions it opens.
#include "run/runner.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>

#include "base/text.h"
#include "run/test_run.h"

namespace plimsoll::run {
namespace {

using journal::CaseOutcome;
using testing::Reply;
using testing::SeenRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

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

// An engine may carry out what it gave no answer to after its case has looked for that.
TEST_F(RunPlanTest, RemovesWhatCameAfterTheCleanUpOfItsCase) {
  fake_.On("POST /containers/create", Reply::CloseAtOnce());
  fake_.On("GET /containers/json", [](const testing::SeenRequest& seen) {
    const bool in_clean_up = seen.request.target.find("filters=") != std::string::npos;
    return Reply::Of(200, in_clean_up ? Json::array() : Json::array({{{"Id", FakeId(9)}, {"Labels", {{"plimsoll.run", "run1"}}}}}));
  });
  const std::string lost = "steps:\n  - {call: POST /containers/create, as: c, body: {}}\nobserve: {x: \"${c.status}\"}\n";
  ASSERT_TRUE(Run(PlanOf({lost})));
  EXPECT_THAT(fake_.Requests("DELETE /containers/*"), IsEmpty()) << "it goes with the engine";
  harm_ = Harm::kNotOurs;
  path_ = folder_.File("other.jsonl");
  const auto summary = Run(PlanOf({lost}));
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_THAT(fake_.Requests("DELETE /containers/" + FakeId(9)), SizeIs(1));
  EXPECT_THAT(summary->leftovers, IsEmpty());
}

TEST_F(RunPlanTest, LeavesTimeForTheOthersWhereOneRemovalHasNoAnswer) {
  harm_ = Harm::kNotOurs;
  fake_.On("DELETE /containers/" + FakeId(2), Reply::Hang());
  const std::string two = "steps:\n  - {call: POST /containers/create, as: c, body: {}}\n  - {call: POST /containers/create, body: {}}\n"
                          "observe: {x: \"${c.status}\"}\n";
  const auto summary = Run(PlanOf({two}), {.jobs = 1, .clean_up = std::chrono::milliseconds(400)});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_THAT(fake_.Requests("DELETE /containers/" + FakeId(1)), SizeIs(1));
  EXPECT_THAT(summary->leftovers, SizeIs(1));
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

TEST_F(RunPlanTest, DoesNotHarmAnEngineThatItDidNotStart) {
  harm_ = Harm::kNotOurs;
  ASSERT_TRUE(Run(PlanOf({kHarmful})));
  for (const auto& record : Recorded()) {
    EXPECT_EQ(record.outcome, CaseOutcome::kUnsupported);
    EXPECT_EQ(record.reason, "acts on a whole engine, and this one was not started by plimsoll");
  }
  EXPECT_THAT(fake_.Requests("GET /n/*"), IsEmpty());
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
