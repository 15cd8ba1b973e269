#include "cli/run_options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "analyse/analyse.h"
#include "base/duration.h"
#include "base/stamp.h"
#include "cli/commands.h"
#include "cli/engines.h"
#include "cli/findings.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/scenario_files.h"
#include "cli/program.h"
#include "journal/writer.h"
#include "report/baseline.h"
#include "run/clean.h"
#include "run/runner.h"

namespace plimsoll::cli {
namespace {

// A case waits most of its time, for its own engine. Of more than some 40 at a time (those that have an engine to themselves run
// besides) engines are so slow that what a case waits for does not come in time.
int JobsFor(size_t engines) { return std::min(20 * static_cast<int>(engines), 26); }

// As if by chance, but the same each time: the cases of a file, and of files beside one another, are alike, all of them waiting or
// all of them at work; mixed they leave the processors less time with nothing to do. But those that share what is `given` stay together:
// it is to be there for no longer than they need it.
void Mix(std::vector<plan::Case>::iterator from, std::vector<plan::Case>::iterator to) {
  std::ranges::stable_sort(from, to, {}, [](const plan::Case& each) {
    return std::hash<std::string>()(each.scenario->given.empty() ? each.id : plan::GivenOf(each).id);
  });
}

struct Prepared {
  plan::Options options_of_plan;
  plan::Plan whole;             // with what an earlier run has done
  std::set<std::string> done;   // ids of cases that need not be run any more
  std::vector<journal::ScenarioRecord> scenarios;
  plan::Scenarios sweeps;       // that go on after their first round
  std::map<std::string, journal::CaseRecord> swept;  // what the run that is gone on with has of them, by case
  Engines engines;
  std::vector<run::ImageTar> images;
  journal::RunRecord run;
  run::RunOptions options;
};

// These combinations of a sweep belong to the whole, as far as its matrix has them still.
void AddToWhole(const std::shared_ptr<const scenario::Scenario>& sweep, const std::vector<Json>& rows, Prepared& prepared) {
  std::set<std::string> known;
  for (const plan::Case& each : prepared.whole.cases) known.insert(each.id);
  const auto allowed = plan::AllRows(sweep->matrix);
  std::vector<Json> still;
  std::ranges::copy_if(rows, std::back_inserter(still), [&](const Json& row) { return std::ranges::find(allowed, row) != allowed.end(); });
  for (plan::Case& each : plan::PlanOfRows(sweep, still, prepared.options_of_plan).cases) {
    if (known.insert(each.id).second) prepared.whole.cases.push_back(std::move(each));
  }
}

// What was tried after the first round, in the run that is gone on with.
void AddRowsOf(const journal::Journal& old, Prepared& prepared) {
  for (const auto& sweep : prepared.sweeps) {
    std::vector<Json> rows;
    for (const journal::CaseRecord& record : old.cases) {
      if (record.scenario != sweep->id) continue;
      rows.push_back(record.parameters);
      prepared.swept.insert_or_assign(record.id, record);
    }
    AddToWhole(sweep, rows, prepared);
  }
}

// What a baseline has of the sweeps is tried at once: so the combinations of a report do not change with what came by chance.
Status AddRowsOf(const std::string& baseline, Prepared& prepared) {
  if (prepared.sweeps.empty()) return {};
  const auto known = report::ReadBaseline(baseline, prepared.options_of_plan.engines);
  if (!known) return tl::make_unexpected(known.error());
  for (const analyse::ScenarioFindings& findings : known->scenarios) {
    const auto sweep = std::ranges::find(prepared.sweeps, findings.id, [](const auto& each) { return each->id; });
    if (sweep == prepared.sweeps.end()) continue;
    std::vector<Json> rows;
    for (const analyse::CaseFinding& row : findings.cases) rows.push_back(row.parameters);
    AddToWhole(*sweep, rows, prepared);
  }
  return {};
}

// What the journal of an earlier run says must fit before it can be gone on with.
Status TakeUp(const journal::Journal& old, Prepared& prepared) {
  for (const journal::ScenarioRecord& scenario : prepared.scenarios) {
    const auto* before = old.FindScenario(scenario.id);
    if (before && before->source_hash != scenario.source_hash) {
      return Fail(fmt::format("{} has changed since the journal was begun", scenario.file),
                  "a journal holds results of one state of the files: begin a new one");
    }
  }
  for (const run::EngineUnderTest& engine : prepared.engines.list) {
    const auto* before = old.FindEngine(engine.name);
    if (!before && old.cases.empty()) continue;  // killed before it was written
    if (!before || before->identity != engine.identity.ToJson()) {
      return Fail(fmt::format("the journal was begun without this {}", engine.name),
                  "resume with the engines of the first run, or begin a new journal");
    }
  }
  for (const journal::CaseRecord& record : old.cases) {
    if (record.outcome != journal::CaseOutcome::kHarnessError) prepared.done.insert(record.id);
  }
  AddRowsOf(old, prepared);
  prepared.run = old.run;
  prepared.run.planned = std::max(old.run.planned, prepared.whole.cases.size());
  return {};
}

Result<Prepared> Prepare(const RunArguments& arguments, std::pair<int, int> shard, Duration deadline,
                         const std::vector<std::shared_ptr<const scenario::Scenario>>& scenarios) {
  Prepared prepared;
  auto engines = OpenEngines(arguments.engines);
  if (!engines) return tl::make_unexpected(engines.error());
  prepared.engines = std::move(*engines);
  plan::Options& options = prepared.options_of_plan;
  options = {{}, arguments.repeat, arguments.filters, shard.first, shard.second, arguments.sample};
  for (const auto& engine : prepared.engines.list) options.engines.push_back(engine.name);
  prepared.whole = plan::MakePlan(scenarios, options);
  const bool is_part = !options.filters.empty() || options.shards > 1 || options.sample > 0;
  for (const auto& scenario : scenarios) {
    const bool used = std::ranges::any_of(
        prepared.whole.cases, [&](const plan::Case& c) { return c.scenario == scenario; });
    if (used) prepared.scenarios.push_back(plan::RecordOf(*scenario));
    if (used && !is_part && plan::IsSweep(scenario->matrix)) prepared.sweeps.push_back(scenario);
  }
  if (!arguments.baseline.empty()) {
    if (auto added = AddRowsOf(arguments.baseline, prepared); !added) return tl::make_unexpected(added.error());
  }
  const int jobs = arguments.jobs > 0 ? arguments.jobs : JobsFor(prepared.engines.list.size());
  prepared.options = {jobs, deadline};
  prepared.run = {journal::kFormatVersion,
                  Version(),
                  NewRunId(),
                  WallClock(),
                  arguments.paths,
                  {{"jobs", jobs}},
                  prepared.whole.cases.size()};
  return prepared;
}

Status MakeImages(Prepared& prepared) {
  const bool all_ours =
      std::ranges::all_of(prepared.engines.list, &run::EngineUnderTest::disposable);
  // On engines that are ours alone a fixed name keeps results equal from run to run.
  auto images = run::MakeImages(run::ImageSources::Default(), all_ours ? "1" : prepared.run.run_id);
  if (!images) return tl::make_unexpected(images.error());
  prepared.images = std::move(*images);
  prepared.run.options["images"] = run::ImageNames(prepared.images);
  return {};
}

// What was under way when the run ended has the names that its cases will give again. (An engine of ours went with the run.)
Status RemoveLeftovers(const Prepared& prepared) {
  for (const run::EngineUnderTest& engine : prepared.engines.list) {
    if (engine.disposable) continue;
    const auto cleaned = run::CleanLeftovers(engine.endpoint, {.dry = false, .run_id = prepared.run.run_id});
    if (!cleaned) return tl::make_unexpected(cleaned.error());
    for (const std::string& failed : cleaned->failed) fmt::print(stderr, "plimsoll: left by the run on {}: {}\n", engine.name, failed);
  }
  return {};
}

Result<journal::JournalWriter> OpenJournal(const std::string& path, bool resume,
                                           Prepared& prepared) {
  if (resume) {
    auto old = journal::ReadJournal(path);
    if (!old) return tl::make_unexpected(old.error());
    if (auto fits = TakeUp(*old, prepared); !fits) return tl::make_unexpected(fits.error());
    if (auto removed = RemoveLeftovers(prepared); !removed) return tl::make_unexpected(removed.error());
    if (!old->torn.empty()) fmt::print(stderr, "plimsoll: {}\n", old->torn);
  }
  if (auto made = MakeImages(prepared); !made) return tl::make_unexpected(made.error());
  auto writer =
      resume ? journal::JournalWriter::Resume(path) : journal::JournalWriter::Create(path);
  if (!writer) return writer;
  std::vector<Json> head{ToJson(prepared.run)};
  for (const auto& engine : prepared.engines.list) {
    head.push_back(ToJson(journal::EngineRecord{engine.name, engine.endpoint.Text(),
                                                engine.disposable, engine.identity.ToJson()}));
  }
  for (const auto& scenario : prepared.scenarios) head.push_back(ToJson(scenario));
  for (const Json& record : head) {
    if (auto written = writer->Append(record); !written)
      return tl::make_unexpected(written.error());
  }
  return writer;
}

journal::Journal Skeleton(const Prepared& prepared) {
  journal::Journal skeleton;
  skeleton.run = prepared.run;
  skeleton.scenarios = prepared.scenarios;
  for (const auto& engine : prepared.engines.list) {
    skeleton.engines.push_back(
        {engine.name, engine.endpoint.Text(), engine.disposable, engine.identity.ToJson()});
  }
  return skeleton;
}

// The run of all that is prepared, part after part.
class Running : private run::RunObserver {
 public:
  Running(Prepared& prepared, const std::string& baseline, journal::JournalWriter& writer)
      : prepared_(prepared), baseline_(baseline), writer_(writer), progress_(Skeleton(prepared)) {}

  Status RunAll() {
    // Sweeps first: what they need next is then soon worked out, of a short journal.
    plan::Plan plan = prepared_.whole;
    const auto others = std::ranges::stable_partition(plan.cases, [&](const plan::Case& each) { return IsOfSweep(each); });
    Mix(others.begin(), others.end());
    run::RunOptions options = prepared_.options;
    if (!prepared_.sweeps.empty()) options.further = [this] { return NextRounds(); };
    auto ran = Run(plan, options);
    // What a sweep needs may follow from cases that were run a second time.
    if (!ran || !options.further || summary.interrupted || summary.disturbed == 0) return ran;
    return Run({}, options);
  }

  Status Run(const plan::Plan& plan) { return Run(plan, prepared_.options); }

  // With those of the run that is gone on with.
  size_t Recorded() const { return recorded_before_ + summary.done; }

  run::RunSummary summary;

 private:
  bool IsOfSweep(const plan::Case& each) const {
    return std::ranges::find(prepared_.sweeps, each.scenario) != prepared_.sweeps.end();
  }

  // What of it is not done yet.
  Status Run(const plan::Plan& plan, const run::RunOptions& options) {
    plan::Plan left;
    std::ranges::copy_if(plan.cases, std::back_inserter(left.cases),
                         [&](const plan::Case& each) { return prepared_.done.insert(each.id).second; });
    if (left.cases.empty() && !options.further) return {};
    progress_.Expect(left.cases.size());
    auto ran = run::RunPlan(left, prepared_.engines.list, prepared_.images, prepared_.run, options, writer_,
                            *this, InterruptBell());
    if (!ran) return tl::make_unexpected(ran.error());
    ran->leftovers.insert(ran->leftovers.begin(), summary.leftovers.begin(), summary.leftovers.end());
    ran->done += summary.done;
    summary = *std::move(ran);
    return {};
  }

  void CaseStarted(const plan::Case& plan_case) override { progress_.CaseStarted(plan_case); }
  void CasePutOff(const plan::Case& plan_case) override { progress_.CasePutOff(plan_case); }
  void CaseEnded(const plan::Case& plan_case, const journal::CaseRecord& record) override {
    if (IsOfSweep(plan_case)) {
      const std::lock_guard lock(mutex_);
      prepared_.swept.insert_or_assign(record.id, record);
    }
    progress_.CaseEnded(plan_case, record);
  }

  // What the journal has of the sweeps, without what it has of all others.
  journal::Journal JournalOfSweeps() {
    journal::Journal journal = Skeleton(prepared_);
    std::erase_if(journal.scenarios, [&](const journal::ScenarioRecord& scenario) {
      return std::ranges::none_of(prepared_.sweeps, [&](const auto& sweep) { return sweep->id == scenario.id; });
    });
    const std::lock_guard lock(mutex_);
    for (const auto& [id, record] : prepared_.swept) journal.cases.push_back(record);
    return journal;
  }

  // What the sweeps are to try next, which is then part of the whole.
  Result<std::vector<plan::Case>> NextRounds() {
    std::vector<plan::Case> next;
    if (!known_) {
      auto known = KnownFrom(baseline_, prepared_.options_of_plan.engines);
      if (!known) return tl::make_unexpected(known.error());
      known_ = std::move(*known);
    }
    const auto analysed = analyse::Analyse(JournalOfSweeps(), *known_);
    if (!analysed) return tl::make_unexpected(analysed.error());
    for (const analyse::ScenarioFindings& findings : analysed->scenarios) {
      const auto scenario = std::ranges::find(prepared_.sweeps, findings.id, [](const auto& each) { return each->id; });
      if (scenario == prepared_.sweeps.end() || !findings.sweep) continue;
      plan::Options options = prepared_.options_of_plan;
      plan::Plan rows = plan::PlanOfRows(*scenario, findings.sweep->next, options);
      options.repeat = std::max(options.repeat, analyse::kLooksAtSurprises);
      plan::Plan again = plan::PlanOfRows(*scenario, findings.sweep->again, options);
      for (plan::Plan* plan : {&rows, &again}) std::ranges::move(plan->cases, std::back_inserter(next));
    }
    std::erase_if(next, [&](const plan::Case& each) { return !prepared_.done.insert(each.id).second; });
    if (next.empty()) return next;
    prepared_.whole.cases.insert(prepared_.whole.cases.end(), next.begin(), next.end());
    prepared_.run.planned += next.size();
    progress_.Expect(next.size());
    if (auto written = writer_.Append(ToJson(prepared_.run)); !written) return tl::make_unexpected(written.error());
    return next;
  }

  Prepared& prepared_;
  std::mutex mutex_;  // guards prepared_.swept
  const std::string& baseline_;
  std::optional<analyse::Findings> known_;  // from it, once a sweep has asked
  journal::JournalWriter& writer_;
  const size_t recorded_before_ = prepared_.done.size();
  Progress progress_;
};

// Further repetitions of the cases in which the journal is not as the baseline: does their value vary, or has it changed?
Result<plan::Plan> LooksAgain(const std::string& journal_path, const std::string& baseline, const plan::Plan& plan) {
  constexpr int kLooks = 4;
  constexpr size_t kMostCases = 200;  // so much does not vary at once: it has changed
  const auto analysed = AnalyseFile(journal_path, baseline);
  if (!analysed) return tl::make_unexpected(analysed.error());
  const auto comparisons = report::CompareWithBaseline(analysed->baseline, analysed->findings);
  std::set<std::string> recorded;
  for (const journal::CaseRecord& record : analysed->journal.cases) recorded.insert(record.id);
  plan::Plan again;
  size_t cases = 0;
  for (const plan::Case& each : plan.cases) {
    if (!report::HasChanged(comparisons, each.engine, each.scenario->id, each.parameters)) continue;
    if (++cases > kMostCases) return plan::Plan();
    for (int look = 1; look <= kLooks; ++look) {
      plan::Case one = each;
      one.repetition = look;
      one.id = plan::IdOfRepetition(each.id, look);
      if (!recorded.contains(one.id)) again.cases.push_back(std::move(one));
    }
  }
  if (cases > 0) fmt::print(stderr, "{} cases are not as {} says: each is looked at {} times more\n", cases, baseline, kLooks);
  return again;
}

}  // namespace

void RunArguments::AddTo(CLI::App& command) {
  command.add_option("PATH", paths, "Scenario files, or folders of them")->required();
  command
      .add_option("-e,--engine", engines,
                  "unix:///path, tcp://host:port, https://host:port, or a private engine such as "
                  "docker-20.10; "
                  "may be repeated; default: $DOCKER_HOST, the docker context, well-known sockets")
      ->delimiter(',')
      ->allow_extra_args(false)  // what follows are PATHs
      ->type_name("ENGINE");
  command.add_option("--filter", filters, "Only cases whose id fits: a glob, or a part of it; may be repeated")
      ->allow_extra_args(false)
      ->type_name("TEXT");
  command
      .add_option("--journal", journal,
                  "Where to record; default: a new file in the folder for temporary files")
      ->type_name("FILE");
  command.add_option("-j,--jobs", jobs, "Cases in flight at a time; default: 20 for each engine, 26 at most. Four while the processors have no time left")
      ->check(CLI::Range(1, 256));
  command.add_option("--repeat", repeat, "How often to run each case, to see what varies")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command
      .add_option("--sample", sample,
                  "Of each scenario at most so many combinations, drawn the same way every time; 0: all")
      ->capture_default_str();
  command.add_option("--shard", shard, "i/n: every n-th case, beginning with the i-th")
      ->capture_default_str();
  command.add_option("--deadline", deadline, "Of the whole run")
      ->capture_default_str()
      ->type_name("DURATION");
  command.add_flag("--resume", resume, "Go on with --journal: run what it does not hold yet, and again what could not be carried out");
}

RunResult CarryOut(const RunArguments& arguments) {
  RunResult result;
  const auto stop = [&](const Error& error, int status = kCannotGoOn) {
    result.status = PrintError(error, status);
    return result;
  };
  InterruptBell();
  if (arguments.resume && arguments.journal.empty())
    return stop({"--resume needs --journal FILE: the run to go on with", ""}, kBadInput);
  const auto shard = plan::ParseShard(arguments.shard);
  if (!shard) return stop(shard.error(), kBadInput);
  const auto deadline = ParseDuration(arguments.deadline);
  if (!deadline) return stop(deadline.error(), kBadInput);
  auto files = LoadFiles(arguments.paths);
  if (!files) return stop(files.error(), kBadInput);
  if (files->problems > 0)
    return stop(
        {fmt::format("{} problems in the scenario files; nothing was run", files->problems), ""},
        kBadInput);
  auto prepared = Prepare(arguments, *shard, *deadline, files->scenarios);
  if (!prepared) return stop(prepared.error());
  if (prepared->whole.cases.empty()) return stop({"no case fits the filters", "`plimsoll plan` prints all case ids"}, kBadInput);
  result.journal_path = arguments.journal;
  if (result.journal_path.empty()) {
    result.journal_path = (std::filesystem::temp_directory_path() /
                           fmt::format("plimsoll-{}.jsonl", prepared->run.run_id))
                              .string();
  }
  auto writer = OpenJournal(result.journal_path, arguments.resume, *prepared);
  if (!writer) return stop(writer.error());
  Running running(*prepared, arguments.baseline, *writer);
  if (auto ran = running.RunAll(); !ran) return stop(ran.error());
  if (!running.summary.interrupted && !arguments.baseline.empty() && arguments.repeat == 1) {
    const auto again = LooksAgain(result.journal_path, arguments.baseline, prepared->whole);
    if (!again) return stop(again.error());
    if (auto ran = running.Run(*again); !ran) return stop(ran.error());
  }
  for (const std::string& file : ChangedSinceLoaded(files->scenarios)) {
    fmt::print(stderr,
               "plimsoll: {} has changed since the run began, which went by the file as it was then\n"
               "  for results of the file as it is now, run it again\n",
               file);
  }
  const run::RunSummary& summary = running.summary;
  for (const std::string& leftover : summary.leftovers)
    fmt::print(stderr, "plimsoll: could not be removed: {}\n", leftover);
  result.interrupted = summary.interrupted;
  if (summary.interrupted) {
    fmt::print(stderr,
               "plimsoll: {}; {} of {} cases are recorded\n  go on with: --resume --journal {}\n",
               summary.why, running.Recorded(), prepared->whole.cases.size(), result.journal_path);
    result.status = kInterrupted;
    return result;
  }
  if (auto finished = writer->Finish(); !finished) return stop(finished.error());
  return result;
}

}  // namespace plimsoll::cli
