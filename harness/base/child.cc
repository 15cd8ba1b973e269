#include "base/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

extern char** environ;

namespace plimsoll {
namespace {

constexpr size_t kKept = 16 * 1024;
constexpr auto kPatience = std::chrono::seconds(5);

std::vector<std::string> Environment(const Variables& variables) {
  std::vector<std::string> all;
  for (const auto& [name, value] : variables) all.push_back(name + "=" + value);
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text = *entry;
    if (!variables.contains(std::string(text.substr(0, text.find('='))))) all.emplace_back(text);
  }
  return all;
}

std::vector<char*> Pointers(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// An errno.
int Spawn(const Command& command, const Variables& variables, int input, int output, pid_t& pid) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  const std::vector<std::string> environment = Environment(variables);
  const int error = posix_spawnp(&pid, command.front().c_str(), &actions, &attributes, Pointers(command).data(), Pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

Result<std::unique_ptr<Child>> Child::Start(const Command& command, const Variables& variables) {
  int in[2], out[2];
  // Its input is a socket: a write to one that has ended is then an error and no signal.
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0) {
    return Fail(fmt::format("no socket: {}", std::strerror(errno)));
  }
  if (pipe2(out, O_CLOEXEC) != 0) {
    for (const int fd : in) close(fd);
    return Fail(fmt::format("no pipe: {}", std::strerror(errno)));
  }
  pid_t pid = -1;
  const int error = Spawn(command, variables, in[0], out[1], pid);
  close(in[0]);
  close(out[1]);
  if (error == 0) return std::unique_ptr<Child>(new Child(pid, in[1], out[0]));
  close(in[1]);
  close(out[0]);
  return Fail(fmt::format("cannot start {}: {}", command.front(), std::strerror(error)));
}

Child::~Child() {
  if (input_ >= 0) close(input_);
  if (pid_ > 0) {
    // Its output ends with it, or says that it goes on: then there is nothing more to wait for.
    const TimePoint deadline = Now() + kPatience;
    while (NextLine(deadline)) {
    }
    kill(-pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  close(output_);
}

bool Child::Tell(const std::string& line) {
  const std::string text = line + "\n";
  return send(input_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

Result<std::string> Child::NextLine(TimePoint deadline) {
  for (;;) {
    if (const size_t end = pending_.find('\n'); end != std::string::npos) {
      std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return line;
    }
    pollfd poller{output_, POLLIN, 0};
    if (poll(&poller, 1, MillisUntil(deadline)) <= 0 && Now() >= deadline) return Fail("it said nothing in time");
    if (poller.revents == 0) continue;
    char buffer[4096];
    const ssize_t n = read(output_, buffer, sizeof buffer);
    if (n <= 0) return Fail(pending_.empty() ? "it ended" : "it ended: " + Printable(pending_));
    pending_.append(buffer, static_cast<size_t>(n));
  }
}

Child::Output Child::Finish() {
  close(input_);
  input_ = -1;
  Output output;
  char buffer[64 * 1024];
  ssize_t n = 0;
  while ((n = read(output_, buffer, sizeof buffer)) > 0) {
    output.bytes += static_cast<uint64_t>(n);
    if (output.beginning.size() < kKept) output.beginning.append(buffer, static_cast<size_t>(n));
  }
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  output.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return output;
}

Result<Child::Output> RunToItsEnd(const Command& command, const Variables& variables) {
  auto child = Child::Start(command, variables);
  if (!child) return tl::make_unexpected(child.error());
  Child::Output output = (*child)->Finish();
  if (output.status == 0) return output;
  return Fail(fmt::format("{} ended with status {}: {}", command.front(), output.status,
                          Abridged(Trim(output.beginning), 500)));
}

}  // namespace plimsoll
