#include "engine/private_engine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "base/clock.h"
#include "base/text.h"

extern char** environ;

namespace plimsoll::engine {
namespace {

// On a machine that many engines keep busy; a little more than the tool's own (supervise.sh), which says why.
constexpr auto kStartLimit = std::chrono::seconds(190);

struct Pipe {
  int read_end = -1, write_end = -1;
  bool Open() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    read_end = ends[0];
    write_end = ends[1];
    return true;
  }
};

// The engine's own process group: Ctrl-C at the terminal is ours to handle, the engine must outlive
// it until the clean-up is done.
// `err`: -1 for our own standard error.
int Spawn(const std::vector<std::string>& command, int in, int out, int err = -1) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  if (err >= 0) posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, arguments[0], &actions, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  errno = error;
  return error == 0 ? pid : -1;
}

// The next line that the tool prints, or "" if it ends or says nothing in time.
std::string NextLine(int fd, TimePoint deadline) {
  std::string line;
  while (Now() < deadline) {
    pollfd poller{fd, POLLIN, 0};
    if (poll(&poller, 1, MillisUntil(deadline)) <= 0) continue;
    char c;
    if (read(fd, &c, 1) != 1) return "";
    if (c == '\n') return line;
    line += c;
  }
  return "";
}

struct Endpoints {
  Endpoint chosen;  // the listener where there is one
  Endpoint socket;
};

// "https://127.0.0.1:2376 /folder/of/certificates"
Result<Endpoint> ParseListener(const std::string& words) {
  const size_t space = std::min(words.find(' '), words.size());
  const std::string certificates = words.substr(std::min(space + 1, words.size()));
  const auto environment = [&](const char* variable) -> std::optional<std::string> {
    if (std::string_view(variable) == "DOCKER_CERT_PATH" && !certificates.empty()) return certificates;
    return std::nullopt;
  };
  return ParseEndpoint(words.substr(0, space), environment);
}

// "listening https://127.0.0.1:2376 /folder/of/certificates", "ready unix:///path"
Result<Endpoints> ReadEndpoints(int fd, TimePoint deadline) {
  constexpr std::string_view kReady = "ready ", kListening = "listening ";
  std::string listening;
  for (;;) {
    const std::string line = NextLine(fd, deadline);
    if (line.starts_with(kListening)) {
      listening = line.substr(kListening.size());
      continue;
    }
    if (!line.starts_with(kReady)) return Fail("");
    const auto socket = ParseEndpoint(line.substr(kReady.size()), ProcessEnvironment());
    const auto chosen = listening.empty() ? socket : ParseListener(listening);
    if (!socket || !chosen) return tl::make_unexpected((socket ? chosen : socket).error());
    return Endpoints{*chosen, *socket};
  }
}

std::vector<std::string> WordsFor(const PrivateEngineOptions& options) {
  std::vector<std::string> words;
  if (!options.listener.empty()) words.insert(words.end(), {"--listen", options.listener});
  if (!options.daemon_json.empty()) words.insert(words.end(), {"--daemon-json", options.daemon_json});
  if (options.keep) words.emplace_back("--keep");
  return words;
}

int ExitStatusOf(int pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// All that comes until the writers have gone: true; or until the deadline or the bell: false.
bool ReadAll(int fd, TimePoint deadline, const Bell& stop, std::string& text) {
  while (Now() < deadline) {
    pollfd pollers[] = {{fd, POLLIN, 0}, {stop.fd(), POLLIN, 0}};
    if (poll(pollers, 2, MillisUntil(deadline)) <= 0) continue;
    if (pollers[1].revents != 0) return false;
    char bytes[4096];
    const ssize_t count = read(fd, bytes, sizeof bytes);
    if (count <= 0) return true;
    text.append(bytes, static_cast<size_t>(count));
  }
  return false;
}

struct Said {
  std::string line;  // the first one
  int status = 0;
};

// Runs a command of the tool that ends by itself.
Result<Said> Ask(const std::vector<std::string>& command) {
  Pipe input, output;
  if (!input.Open() || !output.Open()) return Fail(fmt::format("no pipe: {}", std::strerror(errno)));
  const int pid = Spawn(command, input.read_end, output.write_end);
  for (const int fd : {input.read_end, input.write_end, output.write_end}) close(fd);
  if (pid < 0) {
    close(output.read_end);
    return Fail(fmt::format("cannot start {}", command.front()));
  }
  const TimePoint deadline = Now() + kStartLimit;
  Said said{NextLine(output.read_end, deadline), 0};
  while (!NextLine(output.read_end, deadline).empty()) {
  }
  close(output.read_end);
  said.status = ExitStatusOf(pid);
  return said;
}

// Where fixtures/engines/engine keeps its instances.
std::string RunFolder() {
  const char* named = std::getenv("PLIMSOLL_RUN");
  std::string folder = named && *named ? named : "/run/plimsoll";
  while (folder.ends_with('/')) folder.pop_back();
  return folder;
}

std::optional<int64_t> NumberIn(const std::string& path, std::string_view before = "") {
  const auto text = ReadFile(path);
  if (!text) return std::nullopt;
  const size_t at = text->find(before);
  if (at == std::string::npos) return std::nullopt;
  return std::strtoll(text->c_str() + at + before.size(), nullptr, 10);
}

std::string Suffix() {
  static std::atomic<int> count{0};
  return fmt::format("{}-{}", getpid(), ++count);
}

}  // namespace

Result<std::unique_ptr<PrivateEngine>> PrivateEngine::Start(const std::string& tool, const std::string& name,
                                                            const PrivateEngineOptions& options) {
  Pipe lifeline, output;
  if (!lifeline.Open() || !output.Open())
    return Fail(fmt::format("no pipe for the engine {}: {}", name, std::strerror(errno)));
  const std::string instance = name + "." + Suffix();
  std::vector<std::string> command{tool, "run", instance};
  for (std::string& word : WordsFor(options)) command.push_back(std::move(word));
  if (!options.events_file.empty()) command.insert(command.end(), {"--events-file", options.events_file});
  if (options.gogc != 0) command.insert(command.end(), {"--env", fmt::format("GOGC={}", options.gogc)});
  const int pid = Spawn(command, lifeline.read_end, output.write_end);
  const std::string why = std::strerror(errno);
  close(lifeline.read_end);
  close(output.write_end);
  if (pid < 0) {
    close(lifeline.write_end);
    close(output.read_end);
    return Fail(fmt::format("cannot start {}: {}", tool, why),
                "private engines need the checkout's fixtures/engines/engine; set "
                "PLIMSOLL_ENGINE_TOOL to its path");
  }
  auto endpoints = ReadEndpoints(output.read_end, Now() + kStartLimit);
  close(output.read_end);
  auto engine = std::unique_ptr<PrivateEngine>(new PrivateEngine(tool, name, instance));
  engine->pid_ = pid;
  engine->lifeline_ = lifeline.write_end;
  if (endpoints) {
    engine->endpoint_ = std::move(endpoints->chosen);
    engine->socket_ = std::move(endpoints->socket);
    return engine;
  }
  return Fail(fmt::format("the private engine {} did not start", name),
              "its messages are above; private engines need root and Debian: `sudo "
              "fixtures/bootstrap engines` prepares them. "
              "An engine that runs already can be named instead: --engine unix:///path/to.sock");
}

std::string PrivateEngine::Lacks(const std::string& tool, const std::string& name, const PrivateEngineOptions& options) {
  std::vector<std::string> command{tool, "can", name};
  for (std::string& word : WordsFor(options)) command.push_back(std::move(word));
  const auto said = Ask(command);
  if (!said) return said.error().what;
  if (said->status != 0 && said->line.empty())
    return fmt::format("{} cannot be asked whether it runs with {}", name, fmt::join(WordsFor(options), " "));
  return said->line;
}

Status PrivateEngine::EnsureRegistry(const std::string& tool, const std::string& instance) {
  const auto said = Ask({tool, "registry", instance});
  if (!said) return tl::make_unexpected(said.error());
  if (said->status != 0) return Fail(fmt::format("the registry of {} did not start: its messages are above", instance));
  return {};
}

Result<PrivateEngine::Told> PrivateEngine::Tell(const std::vector<std::string>& command, TimePoint deadline,
                                                const Bell& stop) const {
  Pipe input, output;
  if (!input.Open() || !output.Open()) return Fail(fmt::format("no pipe: {}", std::strerror(errno)));
  std::vector<std::string> words{tool_, command.at(0), instance_};
  words.insert(words.end(), command.begin() + 1, command.end());
  const int pid = Spawn(words, input.read_end, output.write_end, output.write_end);
  const std::string why = std::strerror(errno);
  for (const int fd : {input.read_end, input.write_end, output.write_end}) close(fd);
  std::string said;
  const bool ended = pid > 0 && ReadAll(output.read_end, deadline, stop, said);
  close(output.read_end);
  if (pid < 0) return Fail(fmt::format("cannot start {}: {}", tool_, why));
  if (!ended) kill(-pid, SIGKILL);  // its own group: what it has started too
  const int status = ExitStatusOf(pid);
  if (!ended) return Told::kNotDone;
  if (status != 0) return Fail(Printable(Trim(said)));
  return Told::kDone;
}

PrivateEngine::PrivateEngine(std::string tool, std::string name, std::string instance)
    : tool_(std::move(tool)), name_(std::move(name)), instance_(std::move(instance)) {}

PrivateEngine::~PrivateEngine() {
  close(lifeline_);
  ExitStatusOf(pid_);
}

// The engine has mounted all hierarchies itself, whatever the host has, and sees its own cgroup as their root
// (fixtures/engines/lib/cgroup.sh).
std::string PrivateEngine::CgroupFile(const std::string& file) const {
  const auto init = NumberIn(fmt::format("{}/{}/init", RunFolder(), instance_));
  return fmt::format("/proc/{}/root/sys/fs/cgroup/{}", init.value_or(0), file);
}

std::optional<Usage> PrivateEngine::ReadUsage() const {
  auto cpu = NumberIn(CgroupFile("cpuacct/cpuacct.usage"));
  auto peak = NumberIn(CgroupFile("memory/memory.max_usage_in_bytes"));
  if (!cpu && (cpu = NumberIn(CgroupFile("cpu.stat"), "usage_usec "))) *cpu *= 1000;
  if (!peak) peak = NumberIn(CgroupFile("memory.peak"));
  if (!cpu || !peak) return std::nullopt;
  return Usage{*cpu, *peak};
}

bool PrivateEngine::ForgetPeak() const {
  const int fd = open(CgroupFile("memory/memory.max_usage_in_bytes").c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = write(fd, "0", 1) == 1;
  close(fd);
  return written;
}

bool IsPrivateEngineName(std::string_view text) {
  return !text.empty() && text.find_first_of("/:") == std::string_view::npos;
}

std::string EngineTool() {
  const char* named = std::getenv("PLIMSOLL_ENGINE_TOOL");
  return named && *named ? named : PLIMSOLL_ENGINE_TOOL;
}

}  // namespace plimsoll::engine
