#include "report/gnuplot.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/text.h"

namespace plimsoll::report {
namespace {

constexpr size_t kMostWordsOfGnuplot = 500;

struct Closes {
  void operator()(FILE* file) const { std::fclose(file); }
};
// Without a name, and gone when closed. Files and not pipes: gnuplot may write before it has read all.
using NamelessFile = std::unique_ptr<FILE, Closes>;

std::string AllOf(FILE* file) {
  std::rewind(file);
  std::string text;
  char part[65536];
  while (const size_t size = std::fread(part, 1, sizeof part, file)) text.append(part, size);
  return text;
}

// 0, or why there is no such process.
int SpawnGnuplot(const std::string& program, FILE* in, FILE* out, FILE* err, pid_t& pid) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(out), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(err), STDERR_FILENO);
  std::string name = program, defaults = "-d", standard_input = "-";
  char* arguments[] = {name.data(), defaults.data(), standard_input.data(), nullptr};
  const int error = posix_spawnp(&pid, name.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

std::string GnuplotText(std::string_view text) {
  std::string out = "'";
  for (const char c : Printable(text)) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

Result<std::string> RunGnuplot(std::string_view script, const std::string& program) {
  const NamelessFile in(std::tmpfile()), out(std::tmpfile()), err(std::tmpfile());
  if (!in || !out || !err) return Fail(fmt::format("cannot make a temporary file for gnuplot: {}", std::strerror(errno)));
  if (std::fwrite(script.data(), 1, script.size(), in.get()) != script.size() || std::fflush(in.get()) != 0) {
    return Fail(fmt::format("cannot write a temporary file for gnuplot: {}", std::strerror(errno)));
  }
  std::rewind(in.get());
  pid_t pid = -1;
  if (const int error = SpawnGnuplot(program, in.get(), out.get(), err.get(), pid); error != 0) {
    return Fail(fmt::format("cannot run {}, which draws the plots: {}", program, std::strerror(error)), "install Debian's package gnuplot-nox");
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  std::string drawn = AllOf(out.get());
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !drawn.empty()) return drawn;
  const std::string said = AllOf(err.get());
  return Fail(fmt::format("gnuplot drew nothing: {}", said.empty() ? "it said nothing" : Abridged(Trim(said), kMostWordsOfGnuplot)));
}

}  // namespace plimsoll::report
