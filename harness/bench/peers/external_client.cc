#include "bench/peers/external_client.h"

#include <fmt/format.h>

#include <cstdlib>

namespace plimsoll::bench::peers {
namespace {

constexpr auto kLongest = std::chrono::minutes(2);
constexpr std::string_view kReadyWord = "ready ", kTroubleWord = "trouble ";

std::string Words(Task task, int64_t amount) {
  switch (task) {
    case Task::kPing:
    case Task::kTcpPing: return fmt::format("ping {}", amount);
    case Task::kLife: return fmt::format("life {}", amount);
    case Task::kLives: return fmt::format("lives {} {}", kInFlight, amount);
    case Task::kAttach: return fmt::format("attach {}", amount);
  }
  return "";
}

std::string OfEnvironment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value && *value ? value : otherwise;
}

// What an interpreter complains of is not on its first line.
std::string Complaint(Child& child, const Result<std::string>& first) {
  if (!first) return first.error().what;
  const TimePoint deadline = Now() + std::chrono::seconds(5);
  for (auto line = first; line; line = child.NextLine(deadline)) {
    if (line->find("Error") != std::string::npos) return *line;
  }
  return *first;
}

}  // namespace

Program Dockerode() {
  return {.name = "dockerode",
          .command = {"node", PLIMSOLL_PEER_CLIENTS "/dockerode.js"},
          .variables = {{"NODE_PATH", OfEnvironment("PLIMSOLL_PEER_MODULES", PLIMSOLL_PEER_MODULES)}},
          .remedy = "fixtures/bootstrap bench installs it; by hand: nodejs and npm, then npm ci of fixtures/clients "
                    "in build/clients"};
}

// The system's own Python: Debian's modules are for no other.
Program DockerPy() {
  return {.name = "docker-py",
          .command = {OfEnvironment("PLIMSOLL_PEER_PYTHON", "/usr/bin/python3"), PLIMSOLL_PEER_CLIENTS "/docker_py.py"},
          .variables = {},
          .remedy = "apt-get install python3-docker"};
}

ExternalClient::ExternalClient(Program program, const Ground& ground) : program_(std::move(program)) {
  Command command = program_.command;
  command.push_back(CompactJson(ground.ToJson()));
  auto child = Child::Start(command, program_.variables);
  if (!child) {
    missing_ = fmt::format("{}: {}", child.error().what, program_.remedy);
    return;
  }
  const auto line = (*child)->NextLine(Now() + std::chrono::seconds(30));
  if (line && line->starts_with(kReadyWord)) {
    version_ = line->substr(kReadyWord.size());
    child_ = std::move(*child);
    return;
  }
  missing_ = fmt::format("does not start ({}): {}", Complaint(**child, line), program_.remedy);
}

Result<double> ExternalClient::Do(Task task, int64_t amount) {
  if (!child_ || !child_->Tell(Words(task, amount))) return Fail(name() + " has ended");
  const auto line = child_->NextLine(Now() + kLongest);
  if (!line) {
    child_.reset();  // whatever it says later would be taken for the next answer
    return Fail(fmt::format("{}: {}", name(), line.error().what));
  }
  if (line->starts_with(kTroubleWord)) return Fail(name() + ": " + line->substr(kTroubleWord.size()));
  char* rest = nullptr;
  const double seconds = std::strtod(line->c_str(), &rest);
  const int64_t done = std::strtoll(rest, nullptr, 10);
  if (done == amount && seconds > 0) return seconds;
  return Fail(fmt::format("{} answered '{}' to '{}'", name(), *line, Words(task, amount)));
}

}  // namespace plimsoll::bench::peers
