// For every lie a whole run: a case that is lied to and honest ones beside it, recorded, read back, analysed and
// reported. The table that it prints (lie, what the user is shown, peak of memory) is also in the properties of
// its results: --gtest_output=json:FILE.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "analyse/analyse.h"
#include "base/text.h"
#include "hostile/harmless.h"
#include "hostile/lie.h"
#include "hostile/memory_watch.h"
#include "journal/scope.h"
#include "journal/writer.h"
#include "report/report.h"
#include "run/runner.h"
#include "run/test_case.h"
#include "testing/sanitized.h"
#include "testing/temp_folder.h"

namespace plimsoll::hostile {
namespace {

constexpr int64_t kMostMiB = 300;

const std::string kLiedTo =
    "observe:\n"
    "  status: \"${lie.status}\"\n  reason: \"${lie.reason}\"\n  headers: \"${lie.headers}\"\n"
    "  body: \"${lie.body}\"\n  text: \"${lie.text}\"\n  documents: \"${lie.documents}\"\n"
    "  id: \"${lie.body.Id}\"\n  error: \"${lie.error}\"\n  outcome: \"${lie.outcome}\"\n"
    "  stdout: \"${lie.stdout}\"\n  stderr: \"${lie.stderr}\"\n  broken frames: \"${lie.malformed}\"\n"
    "  probe: \"${lie.probe}\"\n  says hello: {value: \"${lie.text}\", contains: hello}\n"
    "  how many: {value: \"${lie.documents}\", count: true}\n";

// What every lied-to case expects: the engine is blamed where it does not answer, and only there.
const std::string kAnswerIsExpected = "expect:\n  - {outcome: answered, because: an honest engine answers}\n";

// What every honest case does and must see, whatever another is told: an answer, a stream, its own events.
const std::string kHonest =
    "matrix: {n: [1, 2]}\n"
    "steps:\n"
    "  - {call: POST /containers/create, as: box, body: {Image: honest}}\n"
    "  - {call: \"POST /containers/${box.body.Id}/start\", as: start}\n"
    "  - {open: \"POST /containers/${box.body.Id}/attach\", as: client}\n"
    "  - {read: client, until: end, as: end}\n"
    "  - {call: \"GET /honest/${n}\", as: got}\n"
    "observe:\n"
    "  create: \"${box.status}\"\n  output: \"${client.stdout}\"\n  answer: \"${got.body.honest}\"\n"
    "  events: \"${events.actions}\"\n"
    "expect:\n"
    "  - {create: 201, output: \"hello\\n\", answer: true, events: [create], because: it is honest}\n";

class Quiet : public run::RunObserver {
 public:
  void CaseStarted(const plan::Case&) override {}
  void CasePutOff(const plan::Case&) override {}
  void CaseEnded(const plan::Case&, const journal::CaseRecord&) override {}
};

std::vector<Lie> AllLies() {
  std::vector<Lie> all;
  for (auto lies : {LiesAboutHeads(), LiesAboutBodies(), LiesAboutStreams(), LiesAboutConnections(), LiesAboutContents(),
                    LiesAboutResources(), LiesAboutEvents()}) {
    for (Lie& lie : lies) all.push_back(std::move(lie));
  }
  return all;
}

void BeHonest(FakeEngine& fake) {
  fake.On("GET /honest/*", Reply::Of(200, {{"honest", true}}));
  fake.On("POST /containers/*/attach",
          Raw("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n" +
              std::string("\x01\0\0\0\0\0\0\x06hello\n", 14)));
}

// What a user is shown of the case: how the call went that was lied to, or why the case counts for nothing.
std::string Shown(const journal::CaseRecord& record) {
  if (record.outcome != journal::CaseOutcome::kCompleted) {
    return fmt::format("{}: {}", journal::Name(record.outcome), record.reason);
  }
  std::string shown = "the call was not made";
  for (const journal::Exchange& exchange : record.exchanges) {
    if (exchange.name != "lie") continue;
    const bool answered = exchange.outcome == http::Outcome::kAnswered;
    shown = answered ? fmt::format("answered {}", exchange.head ? exchange.head->status : 0)
                     : fmt::format("{}: {}", http::Name(exchange.outcome), Printable(exchange.error));
    if (!exchange.stream) continue;
    const Json frames = journal::ViewOf(exchange)["malformed"];
    if (frames != "") shown += "; frames: " + frames.get<std::string>();
  }
  if (record.wants_events) shown += "; events " + CompactJson(journal::ViewOf(record.events)["actions"]);
  if (!record.events_complete) shown += " (not all)";
  return shown;
}

class HostileEngine : public ::testing::TestWithParam<Lie> {
 protected:
  HostileEngine() {
    BeHonest(fake_);
    GetParam().tell(fake_);
    std::string lied_to = GetParam().matrix + "deadline: " + GetParam().deadline + "\nsteps:\n" + GetParam().steps + kLiedTo;
    if (GetParam().events) lied_to += "  events: \"${events.actions}\"\n  all of them: \"${events.list}\"\n";
    scenarios_.push_back(run::LoadForTest(lied_to + kAnswerIsExpected, "hostile/lie.yaml"));
    if (!GetParam().neighbours.empty()) scenarios_.push_back(run::LoadForTest(kHonest, "hostile/neighbour.yaml"));
  }

  Result<run::RunSummary> Run() {
    const auto engine = run::EngineForTest(fake_, run::Harm::kDisposable);
    auto writer = journal::JournalWriter::Create(path_);
    EXPECT_TRUE(writer->Append(ToJson(run::RunForTest())));
    EXPECT_TRUE(writer->Append(ToJson(
        journal::EngineRecord{engine.name, engine.endpoint.Text(), engine.disposable, engine.identity.ToJson()})));
    for (const auto& scenario : scenarios_) EXPECT_TRUE(writer->Append(ToJson(plan::RecordOf(*scenario))));
    std::vector<run::ImageTar> images;
    if (!GetParam().refusal.empty()) images.push_back({"probe", "localhost/plimsoll/probe:run1", "[]", "tar"});
    const run::RunOptions options{.jobs = 3, .comeback = std::chrono::milliseconds(1), .clean_up = std::chrono::seconds(2)};
    Quiet quiet;
    const auto plan = plan::MakePlan(scenarios_, {{engine.name}, 1, {}, 1, 1});
    auto summary = run::RunPlan(plan, {engine}, images, run::RunForTest(), options, *writer, quiet, cancel_);
    if (summary) {
      EXPECT_EQ(summary->done, plan.cases.size());
      CheckLeftovers(*summary);
    }
    return summary;
  }

  static void CheckLeftovers(const run::RunSummary& summary) {
    for (const std::string& leftover : summary.leftovers) {
      EXPECT_EQ(UnsafeText(leftover), "") << "in what the user is told of leftovers";
      EXPECT_LT(leftover.size(), 2000u);
    }
  }

  void CheckVerdicts(const analyse::Findings& findings) {
    for (const analyse::ScenarioFindings& scenario : findings.scenarios) {
      const bool lied_to = scenario.id == "hostile/lie";
      const std::string wanted = lied_to ? Verdict() : GetParam().neighbours;
      for (const analyse::CaseFinding& found : scenario.cases) {
        EXPECT_THAT(Split(wanted, '|'), ::testing::Contains(analyse::Name(found.verdict)))
            << found.case_id << ": " << found.reason << Judgements(found);
      }
    }
  }

  static std::string Verdict() {
    if (!GetParam().verdict.empty()) return GetParam().verdict;
    return GetParam().shown.starts_with("answered") ? "conforms" : "deviates";
  }

  static std::string Judgements(const analyse::CaseFinding& found) {
    std::string text;
    for (const auto& judgement : found.judgements) {
      text += fmt::format("\n{} {}: {} ({})", judgement.observation, judgement.expected,
                          Abridged(CompactJson(judgement.actual), 200), analyse::Name(judgement.verdict));
    }
    return text;
  }

  static void CheckReports(const analyse::Findings& findings, const journal::Journal& journal) {
    report::Files files = report::BuildReports(findings, journal);
    files["junit.xml"] = report::JunitXml(findings, journal);
    for (const auto& [name, text] : files) {
      EXPECT_EQ(name.ends_with(".md") ? UnsafeMarkdown(text) : UnsafeText(text), "") << "in " << name;
      EXPECT_LT(text.size(), 64u << 20) << name;
      if (const char* folder = std::getenv("PLIMSOLL_KEEP_REPORTS")) {
        EXPECT_TRUE(WriteFileWhole(fmt::format("{}/{}/{}", folder, Identifier(GetParam().name), name), text));
      }
    }
  }

  void Tell(const std::string& shown, int64_t peak) {
    const uint64_t streamed_mib = *GetParam().streamed >> 20;
    RecordProperty("lie", GetParam().name);
    RecordProperty("shown", Abridged(shown, 300));
    RecordProperty("verdict", Verdict());
    RecordProperty("neighbours", GetParam().neighbours);
    RecordProperty("peak_mib", std::to_string(peak));
    RecordProperty("streamed_mib", std::to_string(streamed_mib));
    fmt::print("{} | {} | {} MiB{}\n", GetParam().name, Abridged(shown, 120), peak,
               streamed_mib ? fmt::format(" | of {} MiB streamed", streamed_mib) : "");
  }

 public:
  static std::string Identifier(const std::string& sentence) {
    std::string identifier;
    bool begins = true;
    for (const char c : sentence) {
      const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
      if (letter) identifier += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      if (c == '-') identifier += "Minus";
      begins = !letter;
    }
    return identifier;
  }

 protected:
  testing::TempFolder folder_;
  std::string path_ = folder_.File("journal.jsonl");
  FakeEngine fake_;
  engine::Bell cancel_;
  std::vector<std::shared_ptr<const scenario::Scenario>> scenarios_;
};

TEST_P(HostileEngine, HarmsNobody) {
  ASSERT_FALSE(HasFailure()) << "the scenario itself";
  const MemoryWatch memory;
  const auto summary = Run();
  std::string shown;
  if (!GetParam().refusal.empty()) {
    ASSERT_FALSE(summary);
    shown = summary.error().Text();
    EXPECT_TRUE(plan::GlobMatches(GetParam().refusal, Printable(shown))) << shown;
    EXPECT_EQ(UnsafeText(shown), "");
  } else {
    ASSERT_TRUE(summary) << summary.error().Text();
    const auto journal = journal::ReadJournal(path_);
    ASSERT_TRUE(journal) << journal.error().Text();
    EXPECT_EQ(journal->torn, "");
    for (const journal::CaseRecord& record : journal->cases) {
      if (record.scenario != "hostile/lie") continue;
      shown = Shown(record);
      EXPECT_TRUE(plan::GlobMatches(GetParam().shown, shown)) << "shown: " << shown << "\nglob:  " << GetParam().shown;
    }
    const auto findings = analyse::Analyse(*journal);
    ASSERT_TRUE(findings) << findings.error().Text();
    CheckVerdicts(*findings);
    CheckReports(*findings, *journal);
  }
  const int64_t peak = memory.GrowthMiB();
  EXPECT_LT(testing::kMemoryIsOurs ? peak : 0, kMostMiB);
  Tell(shown, peak);
}

INSTANTIATE_TEST_SUITE_P(Lies, HostileEngine, ::testing::ValuesIn(AllLies()), [](const auto& param) {
  return HostileEngine::Identifier(param.param.name);
});

}  // namespace

// GoogleTest would print the bytes of a Lie.
void PrintTo(const Lie& lie, std::ostream* out) { *out << lie.name; }

TEST(HostileEngineTable, HoldsAtLeastFiftyLiesWithNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const Lie& lie : AllLies()) EXPECT_TRUE(names.insert(lie.name).second) << lie.name;
  EXPECT_GE(names.size(), 50u);
}

}  // namespace plimsoll::hostile
