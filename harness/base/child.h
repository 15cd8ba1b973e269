// Child: a program started by us that can be talked to. One thread; its destructor closes its standard input, which tells it to
// end, and ends it after a while otherwise, with what it has started itself (it leads a process group).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace plimsoll {

using Command = std::vector<std::string>;
// Added to our own environment.
using Variables = std::map<std::string, std::string>;

class Child {
 public:
  // Its standard error is its standard output. The first word is looked for in PATH.
  static Result<std::unique_ptr<Child>> Start(const Command& command, const Variables& variables);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool Tell(const std::string& line);
  // Without its end; an Error where none came in time or the program has ended, with what it said last.
  Result<std::string> NextLine(TimePoint deadline);
  // Everything until it closes its output, counted; the first few KiB are kept.
  struct Output {
    std::string beginning;
    uint64_t bytes = 0;
    int status = 0;  // exit status; 128 + signal
  };
  Output Finish();

 private:
  Child(pid_t pid, int input, int output) : pid_(pid), input_(input), output_(output) {}
  pid_t pid_;
  int input_, output_;
  std::string pending_;
};

// Runs a program that ends by itself. An Error where its status is not 0, with its words.
Result<Child::Output> RunToItsEnd(const Command& command, const Variables& variables);

}  // namespace plimsoll
