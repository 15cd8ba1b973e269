#include "cli/child.h"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/text.h"

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
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const std::vector<std::string> variables = EnvironmentWith(environment);
  pid_t pid = -1;
  const int error = posix_spawnp(&pid, command.front().c_str(), nullptr, &attributes, PointersTo(command).data(), PointersTo(variables).data());
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    return {error == ENOENT ? kNotFound : kCannotExecute, fmt::format("cannot run {}: {}", Printable(command.front()), std::strerror(error))};
  }
  child_to_tell = pid;
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  child_to_tell = 0;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), ""};
}

}  // namespace plimsoll::cli
