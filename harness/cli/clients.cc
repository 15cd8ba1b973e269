#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "analyse/clients.h"
#include "base/stamp.h"
#include "base/text.h"
#include "cli/beside.h"
#include "cli/client_runs.h"
#include "cli/commands.h"
#include "cli/engines.h"
#include "cli/interrupt.h"
#include "cli/program.h"
#include "journal/writer.h"
#include "report/clients_pages.h"
#include "report/prose.h"
#include "report/report.h"
#include "run/images.h"

namespace plimsoll::cli {
namespace {

struct ClientsArguments {
  std::vector<std::string> engines, clients, tasks;
  std::string study = "fixtures/clients/clients.yaml";
  std::string modules, journal, from, reports, specs;
  size_t jobs = 3;
  int repeat = 1;
  bool no_operations = false;
};

// What runs one after the other: all tasks on one engine, where they would see one another's containers and events (once more on
// a further one of it), or all operations of a module on an engine of their own.
struct Lane {
  size_t engine = 0;  // index in the journal
  bool own_engine = false;
  std::vector<ProgramRun> runs;
};

// Everything that the threads share.
struct Work {
  const ClientsArguments& arguments;
  const Engines& engines;
  const run::ImageTar& shell;
  journal::Journal& journal;
  journal::JournalWriter* writer = nullptr;
  std::vector<Lane> lanes;
  size_t planned = 0;
  std::atomic<size_t> next{0};
  std::mutex mutex;  // guards what is below, the journal and the writer
  size_t done = 0;
  Status status;
};

bool IsRung() { return InterruptBell().rung(); }

void Keep(Work& work, journal::CaseRecord record) {
  const std::lock_guard lock(work.mutex);
  ++work.done;
  const bool terminal = isatty(STDERR_FILENO) != 0;
  fmt::print(stderr, "{}{}/{} {}{}", terminal ? "\r\x1b[K" : "", work.done, work.planned, record.id, terminal ? "" : "\n");
  if (work.writer != nullptr && work.status) work.status = work.writer->Append(ToJson(record));
  work.journal.cases.push_back(std::move(record));
}

void RunLane(Work& work, const Lane& lane) {
  const run::EngineUnderTest& engine = work.engines.list[lane.engine];
  ProgramPlace place{engine.name, engine.endpoint, work.shell.reference, work.arguments.modules};
  std::unique_ptr<engine::PrivateEngine> own;
  if (lane.own_engine) {
    auto started = engine::PrivateEngine::Start(engine::EngineTool(), engine.private_name);
    Status ready;
    if (started) ready = run::LoadImage((*started)->endpoint(), work.shell, work.journal.run.run_id, Now() + std::chrono::seconds(60));
    if (!started || !ready) {
      const std::lock_guard lock(work.mutex);
      work.status = tl::make_unexpected(started ? ready.error() : started.error());
      return;
    }
    own = std::move(*started);
    place.endpoint = own->endpoint();
  }
  for (const ProgramRun& run : lane.runs) {
    if (IsRung()) return;
    Keep(work, RunClientProgram(run, place));
  }
}

void RunLanes(Work& work) {
  std::vector<std::thread> threads;
  for (size_t i = 0; i < std::min(work.arguments.jobs, work.lanes.size()); ++i) {
    threads.emplace_back([&work] {
      for (size_t lane = work.next++; lane < work.lanes.size() && !IsRung(); lane = work.next++) RunLane(work, work.lanes[lane]);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

bool IsChosen(const std::vector<std::string>& chosen, const std::string& name) {
  return chosen.empty() || std::ranges::find(chosen, name) != chosen.end();
}

// A name that is none of the study's is a mistake, not nothing to do.
Status CheckNames(const ClientsArguments& arguments, const notes::ClientStudy& study) {
  const auto check = [](const std::vector<std::string>& named, const auto& rows, std::string_view what) -> Status {
    std::vector<std::string> names;
    for (const auto& row : rows) names.push_back(row.name);
    for (const std::string& name : named) {
      if (std::ranges::find(names, name) == names.end())
        return Fail(fmt::format("there is no {} called {}", what, Printable(name)), "there are: " + report::Listed(names));
    }
    return {};
  };
  if (auto fine = check(arguments.clients, study.clients, "client"); !fine) return fine;
  return check(arguments.tasks, study.tasks, "task");
}

// The operations of the newest version that the engine speaks.
Result<std::vector<std::string>> OperationsOf(const std::string& specs, const run::EngineUnderTest& engine) {
  const auto description = openapi::Description::Load(fmt::format("{}/v{}.yaml", specs, engine.identity.api));
  if (!description) return Fail(description.error().what, "`fixtures/engines/engine specs` prepares the files; --specs names another folder");
  std::vector<std::string> names;
  for (const openapi::Operation& operation : description->operations()) names.push_back(operation.Name());
  return names;
}

Lane TasksLane(const ClientsArguments& arguments, const notes::ClientStudy& study, const std::set<std::string>& able, size_t engine, int repetition) {
  Lane lane{engine, repetition > 0, {}};
  for (const notes::ClientTask& task : study.tasks) {
    if (!IsChosen(arguments.tasks, task.name)) continue;
    for (const notes::StudiedClient& client : study.clients) {
      if (able.contains(client.name)) lane.runs.push_back({&client, task.name, "", repetition});
    }
  }
  return lane;
}

// Operations are tried on the first engine that is a Docker.
Result<std::vector<Lane>> LanesOf(const ClientsArguments& arguments, const notes::ClientStudy& study, const std::set<std::string>& able, const Engines& engines) {
  std::vector<Lane> lanes;
  for (int repetition = 0; repetition < arguments.repeat; ++repetition) {
    for (size_t i = 0; i < engines.list.size(); ++i) lanes.push_back(TasksLane(arguments, study, able, i, repetition));
  }
  const auto first = std::ranges::find_if(engines.list, [](const auto& engine) { return engine.disposable && engine.identity.product == "docker"; });
  for (const notes::StudiedClient& client : study.clients) {
    if (client.module.empty() || !able.contains(client.name) || arguments.no_operations || first == engines.list.end()) continue;
    const auto operations = OperationsOf(arguments.specs, *first);
    if (!operations) return tl::make_unexpected(operations.error());
    Lane lane{static_cast<size_t>(first - engines.list.begin()), true, {}};
    for (const std::string& operation : *operations) lane.runs.push_back({&client, std::string(analyse::kOperationTask), operation, 0});
    lanes.push_back(std::move(lane));
  }
  return lanes;
}

journal::ScenarioRecord ScenarioOf(const std::string& task, const std::string& title, const std::string& does, const notes::ClientStudy& study) {
  journal::ScenarioRecord record;
  record.id = fmt::format("{}/{}", analyse::kClientArea, task);
  record.area = analyse::kClientArea;
  record.file = task;
  record.title = title;
  record.question = does;
  journal::Parameter clients{"client", {}};
  for (const notes::StudiedClient& client : study.clients) clients.values.emplace_back(client.name);
  record.parameters = {clients};
  return record;
}

// All but the cases.
journal::Journal BeginStudy(const notes::ClientStudy& study, const std::map<std::string, std::string>& versions, const Engines& engines) {
  journal::Journal journal;
  journal.run.plimsoll = Version();
  journal.run.run_id = NewRunId();
  journal.run.started = WallClock();
  journal.run.options = {{"clients", versions}};
  for (const run::EngineUnderTest& engine : engines.list)
    journal.engines.push_back({engine.name, engine.endpoint.Text(), engine.disposable, engine.identity.ToJson()});
  for (const notes::ClientTask& task : study.tasks) journal.scenarios.push_back(ScenarioOf(task.name, task.title, task.does, study));
  journal.scenarios.push_back(ScenarioOf(std::string(analyse::kOperationTask), "one operation of the API", "Calls the client's own function for it, once.", study));
  return journal;
}

Status WriteBeginning(journal::JournalWriter& writer, const journal::Journal& journal) {
  std::vector<Json> records = {ToJson(journal.run)};
  for (const auto& engine : journal.engines) records.push_back(ToJson(engine));
  for (const auto& scenario : journal.scenarios) records.push_back(ToJson(scenario));
  for (const Json& record : records) {
    if (auto written = writer.Append(record); !written) return written;
  }
  return {};
}

// A client that is not there is left out, and said so.
std::map<std::string, std::string> VersionsOf(const ClientsArguments& arguments, const notes::ClientStudy& study) {
  std::map<std::string, std::string> versions;
  for (const notes::StudiedClient& client : study.clients) {
    if (!IsChosen(arguments.clients, client.name)) continue;
    if (auto version = VersionOf(client, arguments.modules)) versions[client.name] = *version;
    else fmt::print(stderr, "plimsoll: without {}: {}\n", client.name, version.error().what);
  }
  return versions;
}

Status LoadShell(const Engines& engines, const run::ImageTar& shell, const std::string& run_id) {
  for (const run::EngineUnderTest& engine : engines.list) {
    if (auto loaded = run::LoadImage(engine.endpoint, shell, run_id, Now() + std::chrono::seconds(60)); !loaded) return loaded;
  }
  return {};
}

// Only on engines that are thrown away: programs do what clients do, and that is more than a run may do elsewhere.
Status CheckPrivate(const std::vector<std::string>& engines) {
  for (const std::string& name : engines) {
    if (!engine::IsPrivateEngineName(name))
      return Fail(fmt::format("clients does not touch {}: what clients do may change anything there", name), "name a private engine, which is thrown away: --engine docker-20.10");
  }
  return {};
}

Result<journal::Journal> RunStudy(const ClientsArguments& arguments, const notes::ClientStudy& study) {
  const auto versions = VersionsOf(arguments, study);
  if (versions.empty()) return Fail("none of the clients can be run", "`fixtures/bootstrap clients` installs them");
  const auto images = run::MakeImages(run::ImageSources::Default(), "1");
  if (!images) return tl::make_unexpected(images.error());
  const auto shell = std::ranges::find(*images, "shell", &run::ImageTar::key);
  const auto engines = OpenEngines(arguments.engines);
  if (!engines) return tl::make_unexpected(engines.error());
  journal::Journal journal = BeginStudy(study, versions, *engines);
  if (auto loaded = LoadShell(*engines, *shell, journal.run.run_id); !loaded) return tl::make_unexpected(loaded.error());
  std::set<std::string> able;
  for (const auto& [client, version] : versions) able.insert(client);
  auto lanes = LanesOf(arguments, study, able, *engines);
  if (!lanes) return tl::make_unexpected(lanes.error());
  std::optional<journal::JournalWriter> writer;
  Work work{arguments, *engines, *shell, journal, nullptr, std::move(*lanes)};
  for (const Lane& lane : work.lanes) work.planned += lane.runs.size();
  journal.run.planned = work.planned;
  if (!arguments.journal.empty()) {
    auto created = journal::JournalWriter::Create(arguments.journal);
    if (!created) return tl::make_unexpected(created.error());
    writer.emplace(std::move(*created));
    if (auto begun = WriteBeginning(*writer, journal); !begun) return tl::make_unexpected(begun.error());
    work.writer = &*writer;
  }
  RunLanes(work);
  if (isatty(STDERR_FILENO)) fmt::print(stderr, "\r\x1b[K");
  if (!work.status) return tl::make_unexpected(work.status.error());
  if (work.writer != nullptr && !IsRung()) {
    if (auto finished = work.writer->Finish(); !finished) return tl::make_unexpected(finished.error());
  }
  std::ranges::sort(journal.cases, {}, [](const journal::CaseRecord& record) { return std::pair(record.id, record.repetition); });
  return journal;
}

Status WritePages(const std::string& folder, const report::Files& pages) {
  report::Files below;
  for (const auto& [path, text] : pages) {
    constexpr std::string_view kFolder = "clients/";
    if (path.starts_with(kFolder)) below[path.substr(kFolder.size())] = text;
    else if (auto written = WriteFileWhole((std::filesystem::path(folder) / path).string(), text); !written) return written;
  }
  return report::WriteReports((std::filesystem::path(folder) / "clients").string(), below);
}

int Clients(const ClientsArguments& arguments) {
  const auto study = notes::LoadClientStudy(arguments.study);
  if (!study) return PrintError(study.error(), kBadInput);
  if (auto fine = CheckNames(arguments, *study); !fine) return PrintError(fine.error(), kBadInput);
  if (auto fine = CheckPrivate(arguments.engines); !fine) return PrintError(fine.error(), kBadInput);
  const auto journal = arguments.from.empty() ? RunStudy(arguments, *study) : journal::ReadJournal(arguments.from);
  if (!journal) return PrintError(journal.error());
  const auto descriptions = LoadDescriptions(arguments.specs, *journal);
  if (!descriptions) return PrintError(descriptions.error());
  const auto findings = analyse::StudyClients(*study, *journal, *descriptions);
  if (!findings) return PrintError(findings.error(), kBadInput);
  std::map<std::string, std::string> versions;
  if (const Json* known = Find(journal->run.options, "clients"); known != nullptr && known->is_object()) versions = known->get<std::map<std::string, std::string>>();
  const report::Files pages = report::ClientPages({*study, *findings, *journal, versions});
  if (arguments.reports.empty()) fmt::print("{}", report::ClientsText({*study, *findings, *journal, versions}));
  else if (auto written = WritePages(arguments.reports, pages); !written) return PrintError(written.error());
  else fmt::print("{}/clients.md\n", arguments.reports);
  if (IsRung()) return kInterrupted;
  const bool harness_error = std::ranges::any_of(journal->cases, [](const auto& record) { return record.outcome == journal::CaseOutcome::kHarnessError; });
  return harness_error ? kFindingsFail : kOk;
}

}  // namespace

// plimsoll clients: what clients that people use get to know of an engine, and what they send.
void AddClients(CLI::App& program, Chosen& chosen) {
  auto arguments = std::make_shared<ClientsArguments>();
  CLI::App* command = program.add_subcommand("clients", "Give client libraries and command lines the same tasks, behind a recording proxy; exit status 1: some could not be run");
  command->add_option("-e,--engine", arguments->engines, "Private engines (docker-20.10), started for this and thrown away")->delimiter(',')->allow_extra_args(false);
  command->add_option("--client", arguments->clients, "Only this client; may be given several times")->allow_extra_args(false);
  command->add_option("--task", arguments->tasks, "Only this task; may be given several times")->allow_extra_args(false);
  command->add_flag("--no-operations", arguments->no_operations, "Tasks alone: modules are not tried operation by operation");
  command->add_option("--study", arguments->study, "The clients and their tasks")->capture_default_str()->type_name("FILE");
  if (const char* modules = std::getenv("NODE_PATH")) arguments->modules = modules;
  command->add_option("--modules", arguments->modules, "Folder node_modules of the npm modules (default: $NODE_PATH)")->type_name("FOLDER");
  command->add_option("-j,--jobs", arguments->jobs, "Programs at a time")->capture_default_str()->check(CLI::Range(1, 64));
  command->add_option("--repeat", arguments->repeat, "How often each task is done, each time on an engine of its own, to see what varies")->take_last()->capture_default_str()->check(CLI::Range(1, 100));
  command->add_option("-o,--journal", arguments->journal, "Journal to write; `plimsoll show` reads it")->type_name("FILE");
  command->add_option("--from", arguments->from, "Runs nothing: the pages of this journal")->type_name("FILE");
  command->add_option("--reports", arguments->reports, "Folder for clients.md, clients/ and clients.json; without it a summary is printed")->type_name("FOLDER");
  arguments->specs = DefaultSpecs();
  command->add_option("--specs", arguments->specs, "Folder of the API's Swagger files (v1.41.yaml ...)")->capture_default_str()->type_name("FOLDER");
  command->callback([&chosen, arguments] {
    if (arguments->engines.empty() && arguments->from.empty()) throw CLI::RequiredError("--engine or --from");
    chosen = [arguments] { return Clients(*arguments); };
  });
}

}  // namespace plimsoll::cli
