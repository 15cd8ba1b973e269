// Judge: a scenario's expectations and known deviations, applied to rows of the relation. Parsed
// from the journal (expect::Predicate decides what holds); immutable; any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analyse/findings.h"
#include "base/result.h"
#include "expect/predicate.h"

namespace plimsoll::analyse {

class Judge {
 public:
  // `observations` in the order of the rows' cells. An Error names the row of the scenario that
  // makes no sense: a journal of another version, or one edited by hand.
  static Result<Judge> Parse(const journal::ScenarioRecord& scenario,
                             const std::vector<ObservationInfo>& observations);

  // One judgement for each expectation that applies, in the order of the scenario; none for a row
  // that has no values.
  std::vector<Judgement> JudgementsOn(const CaseFinding& row) const;

 private:
  // What `when` says: each parameter is one of the values listed.
  struct Condition {
    std::vector<std::pair<std::string, Json>> parameters;
    bool Holds(const Json& values) const;
  };
  struct Expectation {
    Condition when;
    size_t observation = 0;
    expect::Predicate predicate;
    std::string because;
  };
  struct Deviation {
    std::string on;  // the beginning of an engine's name
    Condition when;
    std::vector<std::string> of;
    std::string because;
    std::string upstream;
  };

  static Result<Condition> ParseCondition(const Json& row);
  static Result<Deviation> ParseDeviation(const Json& row);
  Status AddExpectations(const Json& row);
  const Deviation* FindDeviation(const CaseFinding& row, const std::string& observation) const;

  std::vector<std::string> observations_;
  std::vector<Expectation> expectations_;
  std::vector<Deviation> deviations_;
};

// The worst of the row's judgements and of how its cases ended; kObserved where nothing was
// expected.
Verdict VerdictOf(const CaseFinding& row);

}  // namespace plimsoll::analyse
