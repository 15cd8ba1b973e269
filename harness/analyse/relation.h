// The relation (parameters, engine) -> observed values, which everything else is worked out from:
// each observation is evaluated over each recorded case, the repetitions of a case become one row.
// Pure; any thread.
#pragma once

#include <vector>

#include "analyse/findings.h"
#include "base/result.h"

namespace plimsoll::analyse {

struct Relation {
  // As in the scenario; values that only cases have (`include` rows) stand behind the others.
  std::vector<journal::Parameter> parameters;
  std::vector<ObservationInfo> observations;
  std::vector<std::string> engines;  // sorted
  // By matrix order, then engine. `verdict` and `reason` tell how the case ended (kObserved:
  // completed) and nothing of expectations. Values are normalised (journal::Normalize), and only
  // completed repetitions have any: of a case that timed out nobody knows what it would have shown.
  std::vector<CaseFinding> rows;
};

using CaseGroup = std::vector<const journal::CaseRecord*>;

// `cases`: those of the scenario. Fails if an observation's definition cannot be parsed.
Result<Relation> BuildRelation(const journal::Journal& journal,
                               const journal::ScenarioRecord& scenario, const CaseGroup& cases);

// Whether every repetition was carried out, so that the row may support rules and differences.
bool IsComplete(const CaseFinding& row);
// Whether the cell of a complete row has one certain value.
bool IsCertain(const CaseFinding& row, size_t observation);

// For each parameter the index of the row's value in its domain: rows compare in the matrix's
// order. REQUIRES: the domain has the value, as Relation::parameters do.
std::vector<uint32_t> PlaceInMatrix(const std::vector<journal::Parameter>& parameters,
                                    const Json& values);

// Adds to each domain of `parameters` the values that the parameter of that name has in `others`.
void AddValues(const std::vector<journal::Parameter>& others, std::vector<journal::Parameter>& parameters);

}  // namespace plimsoll::analyse
