#include "cli/run_options.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <random>
#include <set>

#include "base/duration.h"
#include "cli/commands.h"
#include "cli/engines.h"
#include "cli/findings.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/scenario_files.h"
#include "cli/program.h"
#include "journal/writer.h"
#include "report/baseline.h"
#include "run/runner.h"

namespace plimsoll::cli {
namespace {

std::string NewRunId() {
  std::random_device random;
  return fmt::format("{:08x}", random());
}

std::string WallClock() { return fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr))); }

// A case waits most of its time, for its own engine.
int JobsFor(size_t engines) { return std::max(8, 3 * static_cast<int>(engines)); }

struct Prepared {
  plan::Plan plan;   // what is to be run
  plan::Plan whole;  // with what an earlier run has done
  std::vector<journal::ScenarioRecord> scenarios;
  Engines engines;
  std::vector<run::ImageTar> images;
  journal::RunRecord run;
  run::RunOptions options;
};

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
    if (!before || before->identity != engine.identity.ToJson()) {
      return Fail(fmt::format("the journal was begun without this {}", engine.name),
                  "resume with the engines of the first run, or begin a new journal");
    }
  }
  std::set<std::string> done;
  for (const journal::CaseRecord& record : old.cases) {
    if (record.outcome != journal::CaseOutcome::kHarnessError) done.insert(record.id);
  }
  std::erase_if(prepared.plan.cases, [&](const plan::Case& c) { return done.contains(c.id); });
  prepared.run = old.run;
  return {};
}

Result<Prepared> Prepare(const RunArguments& arguments,
                         const std::vector<std::shared_ptr<const scenario::Scenario>>& scenarios) {
  Prepared prepared;
  const auto shard = plan::ParseShard(arguments.shard);
  if (!shard) return tl::make_unexpected(shard.error());
  const auto deadline = ParseDuration(arguments.deadline);
  if (!deadline) return tl::make_unexpected(deadline.error());
  auto engines = OpenEngines(arguments.engines);
  if (!engines) return tl::make_unexpected(engines.error());
  prepared.engines = std::move(*engines);
  plan::Options options{{}, arguments.repeat, arguments.filters, shard->first, shard->second};
  options.sample = arguments.sample;
  for (const auto& engine : prepared.engines.list) options.engines.push_back(engine.name);
  prepared.plan = plan::MakePlan(scenarios, options);
  prepared.whole = prepared.plan;
  for (const auto& scenario : scenarios) {
    const bool used = std::ranges::any_of(
        prepared.plan.cases, [&](const plan::Case& c) { return c.scenario == scenario; });
    if (used) prepared.scenarios.push_back(plan::RecordOf(*scenario));
  }
  if (prepared.plan.cases.empty())
    return Fail("no case fits the filters", "`plimsoll plan` prints all case ids");
  const int jobs = arguments.jobs > 0 ? arguments.jobs : JobsFor(prepared.engines.list.size());
  prepared.options = {jobs, *deadline};
  prepared.run = {journal::kFormatVersion,
                  Version(),
                  NewRunId(),
                  WallClock(),
                  arguments.paths,
                  {{"jobs", jobs}},
                  prepared.plan.cases.size()};
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

Result<journal::JournalWriter> OpenJournal(const std::string& path, bool resume,
                                           Prepared& prepared) {
  if (resume) {
    auto old = journal::ReadJournal(path);
    if (!old) return tl::make_unexpected(old.error());
    if (auto fits = TakeUp(*old, prepared); !fits) return tl::make_unexpected(fits.error());
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

Result<run::RunSummary> RunPrepared(const plan::Plan& plan, Prepared& prepared, journal::JournalWriter& writer) {
  Progress progress(Skeleton(prepared), plan.cases.size());
  return run::RunPlan(plan, prepared.engines.list, prepared.images, prepared.run,
                      prepared.options, writer, progress, InterruptBell());
}

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
  command.add_option("-j,--jobs", jobs, "Cases in flight at a time; default: 8, or 3 for each engine where that is more")
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
  auto files = LoadFiles(arguments.paths);
  if (!files) return stop(files.error(), kBadInput);
  if (files->problems > 0)
    return stop(
        {fmt::format("{} problems in the scenario files; nothing was run", files->problems), ""},
        kBadInput);
  auto prepared = Prepare(arguments, files->scenarios);
  if (!prepared) return stop(prepared.error());
  result.journal_path = arguments.journal;
  if (result.journal_path.empty()) {
    result.journal_path = (std::filesystem::temp_directory_path() /
                           fmt::format("plimsoll-{}.jsonl", prepared->run.run_id))
                              .string();
  }
  auto writer = OpenJournal(result.journal_path, arguments.resume, *prepared);
  if (!writer) return stop(writer.error());
  auto summary = RunPrepared(prepared->plan, *prepared, *writer);
  if (!summary) return stop(summary.error());
  if (!summary->interrupted && !arguments.baseline.empty() && arguments.repeat == 1) {
    const auto again = LooksAgain(result.journal_path, arguments.baseline, prepared->whole);
    if (!again) return stop(again.error());
    const std::vector<std::string> leftovers = summary->leftovers;
    if (!again->cases.empty()) summary = RunPrepared(*again, *prepared, *writer);
    if (!summary) return stop(summary.error());
    if (!again->cases.empty()) summary->leftovers.insert(summary->leftovers.begin(), leftovers.begin(), leftovers.end());
  }
  for (const std::string& leftover : summary->leftovers)
    fmt::print(stderr, "plimsoll: could not be removed: {}\n", leftover);
  result.interrupted = summary->interrupted;
  if (summary->interrupted) {
    fmt::print(stderr,
               "plimsoll: {}; {} of {} cases are recorded\n  go on with: --resume --journal {}\n",
               summary->why, summary->done, prepared->plan.cases.size(), result.journal_path);
    result.status = kInterrupted;
    return result;
  }
  if (auto finished = writer->Finish(); !finished) return stop(finished.error());
  return result;
}

}  // namespace plimsoll::cli
