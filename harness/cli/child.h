// A command that runs in the terminal as if plimsoll were not there: with our standard streams, terminal and process group.
// Ctrl-C and Ctrl-\ reach it from the terminal and leave us alone; SIGTERM and SIGHUP to us are passed on. One at a time, by
// the main thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace plimsoll::cli {

inline constexpr int kNotFound = 127;       // as shells say it
inline constexpr int kCannotExecute = 126;

struct ChildEnd {
  int status = 0;       // its exit status, or 128 + the signal that ended it
  std::string trouble;  // why it could not be started, then status is one of the above; or how it ended be learnt: kCannotGoOn
};
// `environment`: variables that are set; with an empty value: removed.
ChildEnd RunChild(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment);

}  // namespace plimsoll::cli
