// Judge: a scenario's expectations, known deviations and what it knows to vary, applied to rows of the relation. Parsed
// from the journal (expect::Predicate decides what holds); immutable; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyse/findings.h"
#include "base/result.h"
#include "base/version.h"
#include "expect/predicate.h"

namespace plimsoll::analyse {

class Judge {
 public:
  // `observations` in the order of the rows' cells. An Error names the row of the scenario that
  // makes no sense: a journal of another version, or one edited by hand.
  static Result<Judge> Parse(const journal::ScenarioRecord& scenario,
                             const std::vector<ObservationInfo>& observations,
                             const std::vector<journal::EngineRecord>& engines);

  // A cell that is known to vary gets all values that it may have, whichever of them this run saw; but not where the
  // run saw another one, of which JudgementsOn tells. To be done before anything is read off the row.
  void SpreadKnownToVary(CaseFinding& row) const;

  // One judgement for each expectation that applies, in the order of the scenario, and one for each cell that varies
  // beyond what is known; none for a row that has no values. An expectation of a cell with several values is met if
  // all of them meet it.
  std::vector<Judgement> JudgementsOn(const CaseFinding& row) const;

 private:
  // What `when` says: each parameter is one of the values listed.
  struct Condition {
    std::vector<std::pair<std::string, Json>> parameters;
    bool Holds(const Json& values) const;
  };
  struct Expectation {
    Condition when;
    std::optional<VersionRange> api;
    size_t observation = 0;
    expect::Predicate predicate;
    std::string because;
  };
  struct Deviation {
    std::vector<std::string> on;  // beginnings of engines' names
    Condition when;
    std::vector<std::string> of;
    std::string because;
    std::string upstream;
  };

  struct Varies {
    std::vector<std::string> on;  // empty: every engine
    Condition when;
    std::vector<std::string> of;
    std::map<std::string, Json> values;  // by canonical text
    std::string because;
    bool Covers(const Cell& cell) const;
  };

  static Result<Condition> ParseCondition(const Json& row);
  static Result<Deviation> ParseDeviation(const Json& row);
  static Result<Varies> ParseVaries(const Json& row);
  Status AddExpectations(const Json& row);
  const Deviation* FindDeviation(const CaseFinding& row, const std::string& observation) const;
  const Varies* FindVaries(const CaseFinding& row, const std::string& observation) const;
  bool Applies(const Expectation& expectation, const CaseFinding& row) const;
  static bool AllMeet(const expect::Predicate& predicate, const Cell& cell);

  std::vector<std::string> observations_;
  std::map<std::string, std::string> api_of_;  // by engine
  std::vector<Expectation> expectations_;
  std::vector<Deviation> deviations_;
  std::vector<Varies> varies_;
};

// The worst of the row's judgements and of how its cases ended; kObserved where nothing was
// expected.
Verdict VerdictOf(const CaseFinding& row);

}  // namespace plimsoll::analyse
