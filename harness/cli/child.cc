#include "cli/child.h"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "cli/commands.h"

namespace plimsoll::cli {
namespace {

std::atomic<pid_t> child_to_tell{0};

void TellChild(int number) {
  const int before = errno;
  if (const pid_t child = child_to_tell; child > 0) kill(child, number);
  errno = before;
}

// For as long as the child runs. Signals that were ignored before stay so, for both.
class SignalsOfParent {
 public:
  SignalsOfParent() {
    sigemptyset(&defaults_);
    for (const int number : {SIGINT, SIGQUIT}) Take(number, SIG_IGN);
    for (const int number : {SIGTERM, SIGHUP}) Take(number, TellChild);
    // Where it is ignored nobody learns how a child ended (waitpid(2)). The child then does not ignore it either.
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    sigemptyset(&action.sa_mask);
    struct sigaction& before = before_.emplace_back(SIGCHLD, action).second;
    sigaction(SIGCHLD, &action, &before);
  }
  ~SignalsOfParent() {
    for (const auto& [number, before] : before_) sigaction(number, &before, nullptr);
  }
  SignalsOfParent(const SignalsOfParent&) = delete;
  SignalsOfParent& operator=(const SignalsOfParent&) = delete;

  // Those that the child is to have as we had them.
  const sigset_t& defaults() const { return defaults_; }

 private:
  void Take(int number, void (*handler)(int)) {
    struct sigaction before {};
    sigaction(number, nullptr, &before);
    if (before.sa_handler == SIG_IGN) return;
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, nullptr);
    before_.emplace_back(number, before);
    sigaddset(&defaults_, number);
  }

  std::vector<std::pair<int, struct sigaction>> before_;
  sigset_t defaults_;
};

// As long as nobody knows yet which child is to be told, a signal for it waits. All other threads block all signals.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t told;
    sigemptyset(&told);
    for (const int number : {SIGTERM, SIGHUP}) sigaddset(&told, number);
    pthread_sigmask(SIG_BLOCK, &told, &before_);
  }
  ~SignalsHeld() { Release(); }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

  void Release() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  const sigset_t& before() const { return before_; }

 private:
  sigset_t before_;
};

// Its exit status, or 128 + the signal that ended it. Until nobody tells it anything any more its number stays its own.
std::optional<int> AwaitEnd(pid_t pid) {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) < 0) {
    if (errno != EINTR) return std::nullopt;
  }
  child_to_tell = 0;
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return std::nullopt;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<std::string> EnvironmentWith(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> all;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view text = *each;
    if (!changes.contains(std::string(text.substr(0, text.find('='))))) all.emplace_back(text);
  }
  for (const auto& [name, value] : changes) {
    if (!value.empty()) all.push_back(name + "=" + value);
  }
  return all;
}

std::vector<char*> PointersTo(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

ChildEnd RunChild(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment) {
  SignalsHeld held;
  const SignalsOfParent signals;
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &signals.defaults());
  posix_spawnattr_setsigmask(&attributes, &held.before());
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  const std::vector<std::string> variables = EnvironmentWith(environment);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, command.front().c_str(), nullptr, &attributes, PointersTo(command).data(), PointersTo(variables).data());
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return {error == ENOENT ? kNotFound : kCannotExecute, fmt::format("cannot run {}: {}", Printable(command.front()), std::strerror(error))};
  }
  child_to_tell = pid;
  held.Release();
  const auto status = AwaitEnd(pid);
  const std::string why = std::strerror(errno);
  child_to_tell = 0;
  if (!status) return {kCannotGoOn, fmt::format("cannot wait for {}: {}", Printable(command.front()), why)};
  return {*status, ""};
}

}  // namespace plimsoll::cli
