// A child process of a test: its output collected, signalled, awaited. Owned by one test.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace plimsoll::e2e {

class Process {
 public:
  // Starts at once; standard output and error go to one file. `environment` is added to ours; an
  // empty value removes a variable.
  Process(std::vector<std::string> command, std::map<std::string, std::string> environment = {});
  ~Process();  // SIGKILL, if it still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void Signal(int number) const;
  // Waits for its end: the exit status, or 128 + the signal that ended it.
  int Wait();
  // The same, or nullopt if it has not ended after `limit`.
  std::optional<int> WaitFor(Duration limit);
  std::string Output() const;

 private:
  int pid_ = -1;
  int status_ = -1;
  bool ended_ = false;
  std::string output_file_;
};

}  // namespace plimsoll::e2e
