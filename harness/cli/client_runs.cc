#include "cli/client_runs.h"

#include <fmt/format.h>

#include "analyse/clients.h"
#include "base/child.h"
#include "base/stamp.h"
#include "base/temporary_folder.h"
#include "base/text.h"
#include "plan/plan.h"
#include "relay/relay.h"
#include "relay/traced_case.h"
#include "run/clean.h"
#include "run/labels.h"

namespace plimsoll::cli {
namespace {

constexpr auto kProgramLimit = std::chrono::seconds(60);
constexpr size_t kMostWords = 16 * 1024;

std::vector<std::string> CommandOf(const ProgramRun& run) {
  std::vector<std::string> command = run.client->command;
  command.push_back(run.task);
  if (!run.operation.empty()) command.push_back(run.operation);
  return command;
}

// `home`: a folder of its own, so that nobody's settings and credentials play a part.
Variables VariablesFor(const ProgramPlace& place, const std::string& address, const std::string& name, const std::string& home) {
  return {{"DOCKER_HOST", address}, {"CONTAINER_HOST", address}, {"DOCKER_CONFIG", home}, {"HOME", home}, {"DOCKER_BUILDKIT", "0"},
          {"PLIMSOLL_NAME", name},  {"PLIMSOLL_SHELL", place.shell_image}, {"NODE_PATH", place.modules}};
}

// What a program said, until it ended or its time was over.
struct Speech {
  std::string object, words, why;
};

Speech Listen(Child& child, TimePoint deadline) {
  Speech speech;
  for (;;) {
    auto line = child.NextLine(deadline);
    if (!line) break;
    if (const auto json = TryParseJson(*line); json && json->is_object()) speech.object = *line;
    else if (speech.words.size() < kMostWords) speech.words += *line + "\n";
  }
  speech.why = Now() >= deadline ? "deadline" : "end";
  return speech;
}

journal::Reading ReadingOf(std::string_view name, const std::string& text, const std::string& why, int64_t started) {
  journal::Reading reading;
  reading.name = name;
  reading.step = name;
  reading.found = !text.empty();
  reading.why = why;
  reading.text = text;
  reading.started = started;
  reading.ended = Nanos(Now());
  return reading;
}

// The names' owner is unknown to the engine: what a program made has no label, and its names begin like this alone.
std::vector<std::string> RemoveLeftovers(const engine::Endpoint& endpoint, const std::string& run_id) {
  const auto cleaned = run::CleanLeftovers(endpoint, {.dry = false, .run_id = run_id});
  if (!cleaned) return {cleaned.error().what};
  std::vector<std::string> left = cleaned->removed;
  left.insert(left.end(), cleaned->failed.begin(), cleaned->failed.end());
  return left;
}

std::string IdOf(const ProgramRun& run, const std::string& engine) {
  const std::string operation = run.operation.empty() ? "" : fmt::format(", operation={}", CompactJson(run.operation));
  const std::string id = fmt::format("{}/{}[client={}{}]@{}", analyse::kClientArea, run.task, CompactJson(run.client->name), operation, engine);
  return plan::IdOfRepetition(id, run.repetition);
}

}  // namespace

journal::CaseRecord RunClientProgram(const ProgramRun& run, const ProgramPlace& place) {
  const std::string run_id = NewRunId();
  const std::string name = fmt::format("{}{}-c", run::kNamePrefix, run_id);
  const int64_t started = Nanos(Now());
  const TemporaryFolder home;
  // Podman wants the file where the variable is set.
  const Status settings = WriteFileWhole(home.File("config.json"), "{}\n");
  Speech speech;
  std::string trouble = settings ? "" : settings.error().Text();
  std::vector<journal::Exchange> exchanges;
  if (auto relay = relay::Relay::Start(place.endpoint); !relay || !settings) {
    if (!relay) trouble = relay.error().Text();
  } else {
    auto child = Child::Start(CommandOf(run), VariablesFor(place, (*relay)->address(), name, home.File("")));
    if (child) speech = Listen(**child, Now() + kProgramLimit);
    else trouble = child.error().Text();
    if (child) child->reset();
    exchanges = (*relay)->Stop();
  }
  journal::CaseRecord record = relay::CaseOf(std::move(exchanges), place.engine, started, Nanos(Now()));
  record.id = IdOf(run, place.engine);
  record.scenario = fmt::format("{}/{}", analyse::kClientArea, run.task);
  record.repetition = run.repetition;
  record.parameters = {{"client", run.client->name}};
  if (!run.operation.empty()) record.parameters["operation"] = run.operation;
  record.container_name = name;
  record.reason = trouble;
  record.outcome = trouble.empty() ? journal::CaseOutcome::kCompleted : journal::CaseOutcome::kHarnessError;
  record.readings.push_back(ReadingOf(analyse::kProgram, speech.object, speech.why, started));
  record.readings.push_back(ReadingOf(analyse::kWords, speech.words, speech.why, started));
  record.leftovers = RemoveLeftovers(place.endpoint, run_id);
  for (std::string& left : record.leftovers) ReplaceAll(left, name, "{name}");
  return record;
}

Result<std::string> VersionOf(const notes::StudiedClient& client, const std::string& modules) {
  std::vector<std::string> command = client.command;
  command.emplace_back("--version");
  const auto said = RunToItsEnd(command, {{"NODE_PATH", modules}});
  if (!said) return tl::make_unexpected(said.error());
  return Printable(Trim(said->beginning));
}

}  // namespace plimsoll::cli
