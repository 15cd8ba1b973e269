// DecidingParameters: of which parameters is the observed value a function? Pure; any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "analyse/rules.h"

namespace plimsoll::analyse {

// Indices into table.parameters, rising: the smallest set of parameters that tells every two rows
// of different value apart; of several, the first in the matrix's order. Where the search would
// take too long (many parameters, few of their combinations in the table) a set of which none can
// be spared.
std::vector<size_t> DecidingParameters(const RuleTable& table);

// Those of them that are in every such set: some two rows differ in this parameter alone, and in value.
std::vector<size_t> IndispensableParameters(const RuleTable& table);

// For each row the number of its class; rows are in one class if they agree in all of `parameters`.
// Classes are numbered in the order of their first rows.
std::vector<size_t> ClassesOfRows(const RuleTable& table, const std::vector<size_t>& parameters);

}  // namespace plimsoll::analyse
