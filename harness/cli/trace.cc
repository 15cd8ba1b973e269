#include <fmt/format.h>

#include <memory>

#include "analyse/requests.h"
#include "base/stamp.h"
#include "base/text.h"
#include "cli/beside.h"
#include "cli/child.h"
#include "cli/commands.h"
#include "cli/engines.h"
#include "cli/program.h"
#include "cli/trace_journal.h"
#include "relay/command_words.h"
#include "relay/relay.h"
#include "relay/traced_case.h"
#include "report/trace_page.h"
#include "report/trace_scenario.h"

namespace plimsoll::cli {
namespace {

struct TraceArguments {
  std::string engine, journal, markdown, scenario, specs;
  std::vector<std::string> command;
};

// Everything that leads a client elsewhere, or makes it speak TLS to a unix socket (docker's, and podman's own).
std::map<std::string, std::string> EnvironmentOf(const std::string& address) {
  std::map<std::string, std::string> environment = {{"DOCKER_HOST", address}, {"CONTAINER_HOST", address}};
  for (const char* name : {"DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "CONTAINER_CONNECTION", "CONTAINER_SSHKEY"}) {
    environment[name] = "";
  }
  return environment;
}

// The journal as far as it is known before the command runs.
journal::Journal BeginTrace(const run::EngineUnderTest& engine, const std::vector<std::string>& command) {
  journal::Journal journal;
  journal.run.plimsoll = Version();
  journal.run.run_id = NewRunId();
  journal.run.started = WallClock();
  journal.run.planned = 1;
  journal.run.options = {{"command", command}};
  journal.engines.push_back({engine.name, engine.endpoint.Text(), engine.disposable, engine.identity.ToJson()});
  journal::CaseRecord nothing;
  nothing.scenario = relay::kTraceScenario;
  journal.scenarios.push_back(report::ScenarioOfTrace(nothing, journal.engines.front(), command));
  return journal;
}

journal::Mark CutShort(const std::string& why) {
  journal::Mark mark;
  mark.what = "calls were no longer passed on: " + why;
  mark.found = false;
  return mark;
}

journal::Mark LeftOut(size_t calls) {
  journal::Mark mark;
  mark.what = fmt::format("left out: {} further calls, as {} MiB were kept already", calls, relay::Book::kMostKept >> 20);
  mark.found = false;
  return mark;
}

Result<analyse::RequestFindings> CheckTrace(const std::string& specs, const journal::Journal& journal) {
  const auto descriptions = LoadDescriptions(specs, journal);
  if (!descriptions) return tl::make_unexpected(descriptions.error());
  auto found = analyse::CheckRequests(*descriptions, journal.cases.front(), journal);
  if (!found.unknown.empty()) fmt::print(stderr, "plimsoll: `fixtures/engines/engine specs` prepares the API's Swagger files; --specs names another folder\n");
  return found;
}

// What can go wrong once the command has run is told, and the rest is done all the same.
class AfterTrace {
 public:
  void Try(const Status& status) {
    if (!status) failed_ = PrintError(status.error()) != kOk;
  }
  // The command's own status tells more, where it is one.
  int StatusBeside(int of_command) const { return of_command == 0 && failed_ ? kCannotGoOn : of_command; }

 private:
  bool failed_ = false;
};

int TellTrace(const TraceArguments& arguments, const std::vector<std::string>& command, const journal::Journal& journal,
              TraceJournal* file, int status) {
  AfterTrace after;
  if (file) after.Try(file->Finish(journal));
  analyse::RequestFindings requests;
  if (auto checked = CheckTrace(arguments.specs, journal)) {
    requests = std::move(*checked);
  } else {
    after.Try(tl::make_unexpected(checked.error()));
  }
  const report::Trace trace{journal.cases.front(), journal, requests, command, status};
  fmt::print(stderr, "{}", report::TraceText(trace));
  if (!arguments.markdown.empty()) after.Try(WriteFileWhole(arguments.markdown, report::TracePage(trace), Readers::kOwner));
  if (!arguments.scenario.empty()) {
    after.Try(WriteFileWhole(arguments.scenario, report::TraceScenarioFile(journal.cases.front(), journal.engines.front(), command),
                             Readers::kOwner));
  }
  return after.StatusBeside(status);
}

int Trace(const TraceArguments& arguments) {
  const auto engines = OpenEngines(arguments.engine.empty() ? std::vector<std::string>{} : std::vector{arguments.engine});
  if (!engines) return PrintError(engines.error());
  const run::EngineUnderTest& engine = engines->list.front();
  const auto first_words = relay::WithoutPasswords(arguments.command);
  journal::Journal journal = BeginTrace(engine, first_words);
  std::unique_ptr<TraceJournal> file;
  if (!arguments.journal.empty()) {
    auto opened = TraceJournal::Open(arguments.journal, journal);
    if (!opened) return PrintError(opened.error());
    file = std::move(*opened);
  }
  const auto relay = relay::Relay::Start(engine.endpoint, file ? [&file](const journal::Exchange& call) { file->Add(call); } : relay::Book::Reader());
  if (!relay) return PrintError(relay.error());
  const int64_t started = Nanos(Now());
  const ChildEnd end = RunChild(arguments.command, EnvironmentOf((*relay)->address()));
  auto exchanges = (*relay)->Stop();
  if (!end.trouble.empty()) return PrintError({end.trouble, ""}, end.status);
  const auto command = relay::WithoutSecrets(first_words, (*relay)->secrets());
  journal.run.options = {{"command", command}};
  journal.cases.push_back(relay::CaseOf(std::move(exchanges), engine.name, started, Nanos(Now())));
  if (!(*relay)->trouble().empty()) journal.cases.front().marks.push_back(CutShort((*relay)->trouble()));
  if (const size_t count = (*relay)->left_out(); count > 0) journal.cases.front().marks.push_back(LeftOut(count));
  journal.scenarios = {report::ScenarioOfTrace(journal.cases.front(), journal.engines.front(), command)};
  return TellTrace(arguments, command, journal, file.get(), end.status);
}

}  // namespace

// plimsoll trace: what a client that people use sends.
void AddTrace(CLI::App& program, Chosen& chosen) {
  auto arguments = std::make_shared<TraceArguments>();
  CLI::App* command = program.add_subcommand(
      "trace", "Run a command with a recording proxy as its engine, and show the calls that it makes; exit status: the command's");
  command->add_option("-e,--engine", arguments->engine, "unix:///path, tcp://host:port, https://host:port, or a private engine (docker-20.10)")
      ->type_name("ENGINE");
  command->add_option("-o,--journal", arguments->journal, "Journal to write; `plimsoll show` reads it")->type_name("FILE");
  command->add_option("--markdown", arguments->markdown, "Page with a sequence diagram")->type_name("FILE");
  command->add_option("--to-scenario", arguments->scenario, "Scenario file that makes the same calls")->type_name("FILE");
  arguments->specs = DefaultSpecs();
  command->add_option("--specs", arguments->specs, "Folder of the API's Swagger files (v1.41.yaml ...), with which calls are compared")
      ->capture_default_str()
      ->type_name("FOLDER");
  command->add_option("COMMAND", arguments->command, "After --: the command and its arguments")->required();
  command->callback([&chosen, arguments] {
    chosen = [arguments] { return Trace(*arguments); };
  });
}

}  // namespace plimsoll::cli
