// Findings: what follows from a journal. Plain values, computed by Analyse (analyse.h), read by
// report.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "journal/records.h"

namespace plimsoll::analyse {

// In rising order of gravity: the worst one of a case, file or run wins upwards.
enum class Verdict {
  kObserved,        // nothing was expected: the value documents
  kConforms,        // all that was expected held
  kUnsupported,     // the engine or the machine lacks what the scenario needs; with the reason
  kKnownDeviation,  // deviates, and a known-deviations row says so
  kUnstable,        // the value varies: a distribution, no verdict
  kDeviationGone,   // a known deviation conforms now: the row has to go
  kDeviates,
  kTimedOut,      // the case's deadline passed
  kHarnessError,  // could not be carried out: plimsoll failed, or the engine was gone
};
std::string_view Name(Verdict verdict);  // "known deviation"
bool Fails(Verdict verdict);             // whether a test run should be red
Verdict Worse(Verdict a, Verdict b);

// One cell of the relation (parameters, engine) -> values, over all repetitions.
struct Cell {
  Json value;                       // null: nothing there; of several the first in the order of `seen`
  std::map<std::string, int> seen;  // canonical JSON of each value -> how often (0: known of); one entry: stable
  std::vector<int64_t> raw;  // measured durations in ns, one per repetition where there are any
  std::string varies_because;  // where the scenario knows that it varies; `seen` is then all that it may be
  bool stable() const { return seen.size() <= 1; }
};

// The values that were seen, in the order of `seen`.
std::vector<Json> ValuesOf(const Cell& cell);
// Adds a value that the cell is known to have at other times; of several the first one stands for it.
void AddKnownValue(Cell& cell, const std::string& text);

// One expectation applied to one case (all repetitions of it).
struct Judgement {
  std::string observation;
  std::string expected;  // predicate in words
  Json actual;
  Verdict verdict = Verdict::kConforms;
  std::string because;  // the expectation's citation
  std::string known;    // the known deviation's reason
  std::string upstream;
};

// A row of the relation: a parameter combination on an engine.
struct CaseFinding {
  std::string case_id;  // of the first repetition
  std::string engine;
  Json parameters = Json::object();
  int repetitions = 1;
  Verdict verdict = Verdict::kObserved;  // the worst of all
  std::string reason;                    // for unsupported, timed out, harness error
  std::vector<Cell> cells;               // parallel to ScenarioFindings::observations
  std::vector<Judgement> judgements;
};

// "parameter is one of values": one condition of a term. `values` is a proper, non-empty subset.
struct Literal {
  std::string parameter;
  std::vector<Json> values;
  size_t domain = 0;  // how many values the parameter has in all
};
using Term = std::vector<Literal>;  // all of them; empty: always

// The smallest exact statement of what decides one observed value.
struct Rule {
  Json value;
  std::vector<Term> when;  // any of them
  bool otherwise = false;  // the most common value: "otherwise"
  size_t cases = 0;        // cases with this value
};

// Where a value varies: on these engines, in these combinations.
struct Varying {
  std::vector<std::string> engines;  // sorted
  std::vector<Term> when;            // any of them; one empty term: always
  bool unless = false;               // ... or, shorter to say: in all others
};

// What one observation does on a group of engines that behave alike in it.
struct RuleSet {
  std::string observation;
  std::vector<std::string> engines;      // sorted; together with the other groups: all engines
  std::vector<std::string> deciding;     // parameters that decide it, in the matrix's order
  std::vector<std::string> indifferent;  // parameters that were varied and decide nothing
  std::vector<Rule> rules;  // one: always that value. Sorted: explicit ones, then otherwise
  size_t cases = 0;         // rows of the relation it rests on, per engine
  bool full = true;  // every row of the matrix was tried on each of the engines
  std::vector<std::string> unstable;  // case ids left out because their value varies
  std::vector<Varying> varies;        // the same, by what decides it; each engine once at most
};

// Engines that differ in one observation for one parameter combination.
struct Difference {
  Json parameters = Json::object();
  std::string observation;
  std::vector<std::pair<std::string, Json>> values;           // engine -> value, engines sorted
  std::vector<std::pair<std::string, std::string>> case_ids;  // engine -> case
};

struct ObservationInfo {
  std::string name;
  bool is_yes_or_no = false;
  bool is_duration = false;
};

// How far a matrix of which only some combinations are tried was gone through (sweep.h).
struct Sweep {
  size_t pairs = 0;   // combinations of the first round
  size_t needed = 0;  // tried because a rule needed them
  size_t drawn = 0;   // then drawn by chance, and as the rules said
  bool settled = false;
  std::vector<Json> next;   // combinations to be tried next; none, and none again: settled
  std::vector<Json> again;  // combinations whose value is to be looked at kLooksAtSurprises times
};
inline constexpr int kLooksAtSurprises = 3;

struct ScenarioFindings {
  std::string id, area, title, question;
  std::string source_hash;  // as in journal::ScenarioRecord; "": not known
  std::vector<journal::Parameter> parameters;
  std::vector<ObservationInfo> observations;
  std::vector<std::string> engines;  // that ran it
  size_t rows = 1;               // of the matrix, after exclude and include
  std::optional<Sweep> sweep;    // where not all of them are to be tried
  // Where what cases begin with was set up once for all that agree in these parameters (`given`).
  std::optional<std::vector<std::string>> shared_by;
  std::vector<CaseFinding> cases;    // sorted by matrix order, then engine
  std::vector<RuleSet> rules;        // in the order of observations, then engines
  std::vector<Difference> differences;
  Verdict verdict = Verdict::kObserved;
  std::map<std::string, Verdict> verdict_by_engine;
};

struct Findings {
  std::vector<journal::EngineRecord> engines;  // sorted by name
  std::vector<ScenarioFindings> scenarios;     // sorted by id
  std::map<std::string, size_t> counts;        // verdict name -> cases
  Verdict verdict = Verdict::kObserved;
  size_t planned = 0;  // cases that the run had planned
  size_t missing = 0;  // planned but without a record (interrupted run)
  std::string torn;
};

// Verdicts and counts of the scenarios and of the whole, from those of the cases.
void SumUp(Findings& findings);

}  // namespace plimsoll::analyse
