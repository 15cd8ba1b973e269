#include <fmt/format.h>

#include <memory>
#include <optional>

#include "analyse/requests.h"
#include "base/text.h"
#include "cli/beside.h"
#include "cli/child.h"
#include "cli/commands.h"
#include "cli/engines.h"
#include "cli/program.h"
#include "journal/writer.h"
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

journal::Journal BeginTrace(const run::EngineUnderTest& engine, const std::vector<std::string>& command) {
  journal::Journal journal;
  journal.run.plimsoll = Version();
  journal.run.run_id = NewRunId();
  journal.run.started = WallClock();
  journal.run.planned = 1;
  journal.run.options = {{"command", command}};
  journal.engines.push_back({engine.name, engine.endpoint.Text(), engine.disposable, engine.identity.ToJson()});
  return journal;
}

Result<std::optional<journal::JournalWriter>> OpenTraceJournal(const std::string& path) {
  if (path.empty()) return std::nullopt;
  auto writer = journal::JournalWriter::Create(path);
  if (!writer) {
    const bool exists = writer.error().what.find("exists already") != std::string::npos;
    return Fail(writer.error().what, exists ? "name another file with -o" : writer.error().hint);
  }
  return std::optional<journal::JournalWriter>(std::move(*writer));
}

Status WriteTrace(journal::JournalWriter& writer, const journal::Journal& journal) {
  for (const Json& record : {ToJson(journal.run), ToJson(journal.engines.front()), ToJson(journal.scenarios.front()), ToJson(journal.cases.front())}) {
    if (auto written = writer.Append(record); !written) return written;
  }
  return writer.Finish();
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
              std::optional<journal::JournalWriter>& writer, int status) {
  AfterTrace after;
  if (writer) after.Try(WriteTrace(*writer, journal));
  analyse::RequestFindings requests;
  if (auto checked = CheckTrace(arguments.specs, journal)) {
    requests = std::move(*checked);
  } else {
    after.Try(tl::make_unexpected(checked.error()));
  }
  const report::Trace trace{journal.cases.front(), journal, requests, command};
  fmt::print(stderr, "{}", report::TraceText(trace));
  if (!arguments.markdown.empty()) after.Try(WriteFileWhole(arguments.markdown, report::TracePage(trace)));
  if (!arguments.scenario.empty()) {
    after.Try(WriteFileWhole(arguments.scenario, report::TraceScenarioFile(journal.cases.front(), journal.engines.front(), command)));
  }
  return after.StatusBeside(status);
}

int Trace(const TraceArguments& arguments) {
  const auto engines = OpenEngines(arguments.engine.empty() ? std::vector<std::string>{} : std::vector{arguments.engine});
  if (!engines) return PrintError(engines.error());
  const run::EngineUnderTest& engine = engines->list.front();
  auto writer = OpenTraceJournal(arguments.journal);
  if (!writer) return PrintError(writer.error());
  const auto relay = relay::Relay::Start(engine.endpoint);
  if (!relay) return PrintError(relay.error());
  const int64_t started = Nanos(Now());
  const ChildEnd end = RunChild(arguments.command, EnvironmentOf((*relay)->address()));
  auto exchanges = (*relay)->Stop();
  if (!end.trouble.empty()) return PrintError({end.trouble, ""}, end.status);
  const auto command = relay::WithoutSecrets(relay::WithoutPasswords(arguments.command), (*relay)->secrets());
  journal::Journal journal = BeginTrace(engine, command);
  journal.cases.push_back(relay::CaseOf(std::move(exchanges), engine.name, started, Nanos(Now())));
  journal.scenarios.push_back(report::ScenarioOfTrace(journal.cases.front(), journal.engines.front(), command));
  return TellTrace(arguments, command, journal, *writer, end.status);
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
