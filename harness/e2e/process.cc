#include "e2e/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/text.h"
#include "engine/loop.h"

namespace plimsoll::e2e {

Process::Process(std::vector<std::string> command, std::map<std::string, std::string> environment) {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "plimsoll-output-XXXXXX").string();
  const int output = mkstemp(pattern.data());
  output_file_ = pattern;
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    for (const auto& [name, value] : environment) {
      if (value.empty()) {
        unsetenv(name.c_str());
      } else {
        setenv(name.c_str(), value.c_str(), 1);
      }
    }
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  close(output);
}

Process::~Process() {
  if (!ended_) {
    Signal(SIGKILL);
    Wait();
  }
  std::error_code ignored;
  std::filesystem::remove(output_file_, ignored);
}

void Process::Signal(int number) const { kill(pid_, number); }

int Process::Wait() {
  if (ended_) return status_;
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return status_;
}

std::optional<int> Process::WaitFor(Duration limit) {
  const TimePoint deadline = Now() + limit;
  engine::Loop pause(nullptr);
  siginfo_t info{};
  while (!ended_ && (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)) {
    if (Now() >= deadline) return std::nullopt;
    pause.Wait([] { return false; }, Now() + std::chrono::milliseconds(20));
  }
  return Wait();
}

std::string Process::Output() const { return ReadFile(output_file_).value_or(""); }

}  // namespace plimsoll::e2e
