// The subcommands of plimsoll, one file each. Each adds itself to the program and, when chosen,
// gives the exit status. Exit statuses are the contract with scripts and CI.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace plimsoll::cli {

inline constexpr int kOk = 0;
inline constexpr int kFindingsFail = 1;  // deviates, deviation gone, timed out, harness error; something changed
inline constexpr int kBadInput = 2;      // arguments or scenario files: diagnostics were printed
inline constexpr int kCannotGoOn = 3;    // no engine, no disk ...: one Error was printed
inline constexpr int kInterrupted = 130;

// What the chosen subcommand does, set by its callback.
using Chosen = std::function<int()>;

void AddCheck(CLI::App& program, Chosen& chosen);
void AddPlan(CLI::App& program, Chosen& chosen);
void AddRun(CLI::App& program, Chosen& chosen);
void AddAnalyse(CLI::App& program, Chosen& chosen);
void AddReport(CLI::App& program, Chosen& chosen);
void AddExplore(CLI::App& program, Chosen& chosen);
void AddCoverage(CLI::App& program, Chosen& chosen);
void AddDiff(CLI::App& program, Chosen& chosen);
void AddAccept(CLI::App& program, Chosen& chosen);
void AddShow(CLI::App& program, Chosen& chosen);
void AddProbe(CLI::App& program, Chosen& chosen);
void AddBench(CLI::App& program, Chosen& chosen);
void AddTrace(CLI::App& program, Chosen& chosen);
void AddClients(CLI::App& program, Chosen& chosen);
void AddClean(CLI::App& program, Chosen& chosen);

// Prints the error to standard error and gives `status`.
int PrintError(const Error& error, int status = kCannotGoOn);

}  // namespace plimsoll::cli
