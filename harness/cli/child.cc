#include "cli/child.h"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "base/text.h"
#include "cli/commands.h"

namespace plimsoll::cli {
namespace {

// For as long as the child runs. Signals that were ignored before stay so, for both. Those that it is to be told of, and that of
// its end, are awaited and not handled: none comes at a wrong moment. All other threads block all signals.
class SignalsOfParent {
 public:
  SignalsOfParent() {
    sigemptyset(&defaults_);
    sigemptyset(&awaited_);
    for (const int number : {SIGINT, SIGQUIT}) {
      if (IsIgnored(number)) continue;
      Set(number, SIG_IGN);
      sigaddset(&defaults_, number);
    }
    for (const int number : {SIGTERM, SIGHUP}) {
      if (!IsIgnored(number)) sigaddset(&awaited_, number);
    }
    // Where it is ignored nobody learns how a child ended (waitpid(2)). The child then does not ignore it either.
    Set(SIGCHLD, SIG_DFL);
    sigaddset(&awaited_, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &awaited_, &mask_before_);
  }
  // What came for the child when it had ended is for nobody.
  ~SignalsOfParent() {
    constexpr timespec kAtOnce{};
    while (sigtimedwait(&awaited_, nullptr, &kAtOnce) > 0) {
    }
    for (const auto& [number, before] : before_) sigaction(number, &before, nullptr);
    pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  }
  SignalsOfParent(const SignalsOfParent&) = delete;
  SignalsOfParent& operator=(const SignalsOfParent&) = delete;

  // Those that the child is to have as we had them, and the mask that it is to have.
  const sigset_t& defaults() const { return defaults_; }
  const sigset_t& mask_before() const { return mask_before_; }
  // The next of those that are awaited; -1: another one came.
  int Next() const { return sigwaitinfo(&awaited_, nullptr); }

 private:
  static bool IsIgnored(int number) {
    struct sigaction before {};
    sigaction(number, nullptr, &before);
    return before.sa_handler == SIG_IGN;
  }
  void Set(int number, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    struct sigaction& before = before_.emplace_back(number, action).second;
    sigaction(number, &action, &before);
  }

  std::vector<std::pair<int, struct sigaction>> before_;
  sigset_t defaults_, awaited_, mask_before_;
};

// Its exit status, or 128 + the signal that ended it. Until it has been waited for its number is its own.
std::optional<int> AwaitEnd(pid_t pid, const SignalsOfParent& signals) {
  for (;;) {
    int status = 0;
    const pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == pid) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (ended < 0 && errno != EINTR) return std::nullopt;
    if (const int number = signals.Next(); number == SIGTERM || number == SIGHUP) kill(pid, number);
  }
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
  const SignalsOfParent signals;
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &signals.defaults());
  posix_spawnattr_setsigmask(&attributes, &signals.mask_before());
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  const std::vector<std::string> variables = EnvironmentWith(environment);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, command.front().c_str(), nullptr, &attributes, PointersTo(command).data(), PointersTo(variables).data());
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return {error == ENOENT ? kNotFound : kCannotExecute, fmt::format("cannot run {}: {}", Printable(command.front()), std::strerror(error))};
  }
  const auto status = AwaitEnd(pid, signals);
  const std::string why = std::strerror(errno);
  if (!status) return {kCannotGoOn, fmt::format("cannot wait for {}: {}", Printable(command.front()), why)};
  return {*status, ""};
}

}  // namespace plimsoll::cli
