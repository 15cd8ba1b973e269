// The options that `run` and `explore` share, and the run itself.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "journal/records.h"

namespace plimsoll::cli {

struct RunArguments {
  std::vector<std::string> paths;
  std::vector<std::string> engines;
  std::vector<std::string> filters;
  std::string journal;
  std::string baseline;  // "": none; else what is not as it says is looked at again
  std::string shard = "1/1";
  std::string deadline = "2h";
  int repeat = 1;
  size_t sample = 0;
  int jobs = 0;  // 0: as many as fit the engines
  bool resume = false;

  void AddTo(CLI::App& command);
};

struct RunResult {
  std::string journal_path;
  int status = 0;  // kOk, or why there is nothing to analyse
  bool interrupted = false;
};

// Loads, plans, runs; prints diagnostics, progress and errors itself.
RunResult CarryOut(const RunArguments& arguments);

}  // namespace plimsoll::cli
