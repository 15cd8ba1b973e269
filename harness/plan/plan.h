// Plan: what will be run, decided before anything is: every scenario's matrix expanded over the
// engines and repetitions. Pure and deterministic; any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/covering.h"
#include "base/json.h"
#include "base/result.h"
#include "journal/records.h"
#include "scenario/scenario.h"

namespace plimsoll::plan {

struct Case {
  // "containers/stdin-flags[AttachStdin=false,Tty=true]@docker-20.10", "...#1" for repetition 1.
  std::string id;
  std::shared_ptr<const scenario::Scenario> scenario;
  std::string engine;
  int repetition = 0;
  Json parameters = Json::object();
};

struct Options {
  std::vector<std::string> engines;  // names
  int repeat = 1;
  // Any of them must fit the case's id: a glob ("*Tty=true*") or, without * and ?, a part of the
  // id.
  std::vector<std::string> filters;
  // Of n shards the i-th (from 1): every n-th case, so that long files are spread.
  int shard = 1, shards = 1;
  // Of each scenario's matrix at most so many rows, the same ones every time; 0: all of them.
  size_t sample = 0;
};

struct Plan {
  std::vector<Case> cases;  // by scenario, then matrix order, engine, repetition
};

using Scenarios = std::vector<std::shared_ptr<const scenario::Scenario>>;

// "...#1" for repetition 1.
std::string IdOfRepetition(const std::string& id, int repetition);

// What cases share by their scenario's `given`, as a case: with the parameters that they agree in, and an id of its own.
Case GivenOf(const Case& plan_case);

// A sweep (`combine: pairs`) begins with its pairs; see PlanOfRows.
Plan MakePlan(const Scenarios& scenarios, const Options& options);
// The cases of these rows of a scenario: what a sweep goes on with (analyse::Sweep).
Plan PlanOfRows(const std::shared_ptr<const scenario::Scenario>& scenario, const std::vector<Json>& rows, const Options& options);

// The rows of a matrix that a run begins with, in order: the first parameter varies slowest; exclude, then include
// applied. All of them, or for `combine: pairs` few in which each pair of values occurs.
std::vector<Json> FirstRows(const scenario::Matrix& matrix);
// All that there are, of which a sweep tries some.
std::vector<Json> AllRows(const scenario::Matrix& matrix);
// The rows that a sweep may try, as indices of values, included ones left out; empty: all rows are run anyhow.
std::vector<IndexRow> SweepOf(const scenario::Matrix& matrix);
bool IsSweep(const scenario::Matrix& matrix);

// "i/n" with 1 <= i <= n.
Result<std::pair<int, int>> ParseShard(std::string_view text);
bool GlobMatches(std::string_view pattern, std::string_view text);

// What the journal keeps of a scenario.
journal::ScenarioRecord RecordOf(const scenario::Scenario& scenario);

}  // namespace plimsoll::plan
