#include "bench/peers/docker_cli.h"

#include <fmt/format.h>

#include "base/text.h"
#include "bench/peers/stopwatch.h"

namespace plimsoll::bench::peers {

namespace {

// "20.10.24+dfsg1" in "Docker version 20.10.24+dfsg1, build 297e128"
std::string VersionIn(const std::string& words) {
  const std::string last = Split(words.substr(0, words.find(',')), ' ').back();
  return last.empty() ? words : last;
}

}  // namespace

// No configuration of whoever runs this, and no negotiation of the version, which would be a call more before each.
DockerCli::DockerCli(const Ground& ground)
    : ground_(ground),
      variables_{{"DOCKER_HOST", "unix://" + ground.socket},
                 {"DOCKER_CONFIG", "/nonexistent"},
                 {"DOCKER_API_VERSION", ground.api},
                 {"DOCKER_CONTEXT", ""}} {
  const auto said = Call({"--version"});
  if (said) {
    version_ = VersionIn(*said) + ", a process a call";
  } else {
    missing_ = said.error().what + ": it comes with the engine: fixtures/engines/engine prepare docker-20.10";
  }
}

Result<std::string> DockerCli::Call(std::vector<std::string> words) const {
  words.insert(words.begin(), ground_.docker);
  auto output = RunToItsEnd(words, variables_);
  if (!output) return tl::make_unexpected(output.error());
  return std::string(Trim(output->beginning));
}

Result<std::string> DockerCli::Create(std::vector<std::string> words) const {
  std::vector<std::string> command{"create"};
  for (const auto& [key, value] : ground_.labels) command.push_back(fmt::format("--label={}={}", key, value));
  command.insert(command.end(), words.begin(), words.end());
  return Call(std::move(command));
}

Result<double> DockerCli::Do(Task task, int64_t amount) {
  switch (task) {
    case Task::kPing:
      // The least of its commands that asks the daemon: one GET /version.
      return InFlight(1, amount, [&](size_t) -> Status {
        const auto said = Call({"version", "--format", "{{.Server.Version}}"});
        return said ? Status() : tl::make_unexpected(said.error());
      });
    case Task::kLife: return InFlight(1, amount, [&](size_t) { return Live(); });
    case Task::kLives: return InFlight(kInFlight, amount, [&](size_t) { return Live(); });
    case Task::kAttach: return Attach(amount);
    case Task::kTcpPing: break;
  }
  return Fail("no such task");
}

Status DockerCli::Live() const {
  const auto box = Create({ground_.image, "true"});
  if (!box) return tl::make_unexpected(box.error());
  for (const char* command : {"start", "wait", "inspect", "rm"}) {
    if (const auto called = Call({command, *box}); !called) return tl::make_unexpected(called.error());
  }
  return {};
}

Result<double> DockerCli::Attach(int64_t bytes) const {
  const auto box = Create({"--log-driver=none", "--attach=stdout", ground_.image, "write", "--bytes", std::to_string(bytes)});
  if (!box) return tl::make_unexpected(box.error());
  const TimePoint begun = Now();
  const auto output = RunToItsEnd({ground_.docker, "start", "--attach", *box}, variables_);
  const double seconds = SecondsSince(begun);
  const auto removed = Call({"rm", "--force", *box});
  if (!output || !removed) return tl::make_unexpected((output ? removed.error() : output.error()));
  if (output->bytes == static_cast<uint64_t>(bytes)) return seconds;
  return Fail(fmt::format("docker CLI: {} of {} bytes came", output->bytes, bytes));
}

}  // namespace plimsoll::bench::peers
