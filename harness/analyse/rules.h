// InferRules: the smallest exact statement of what decides an observed value. Pure; any thread.
//
// Input is a table: for each row an index into the domain of each parameter, and the index of the
// observed value. First the parameters that decide nothing are dropped (smallest set of parameters
// of which the value is a function; of several, the first in the matrix's order). Then for each
// value but the most common (of yes and no: for yes, unless no takes fewer literals) a minimal
// cover by prime implicants over multi-valued literals (parameter in set); combinations that the
// table lacks are "don't care", but no literal names a value that no row has. Exact minimum (terms,
// then literals) where the search stays small, otherwise an irredundant cover; every rule is
// checked against the table before it is returned: it is true of each row, and says so exactly.
//
// The rule of a value that never changes is one empty term ("always"); the last of several rules is
// `otherwise` and has no terms. The order of rows and values does not show in the result.
#pragma once

#include <cstdint>
#include <vector>

#include "analyse/findings.h"

namespace plimsoll::analyse {

struct RuleTable {
  std::vector<journal::Parameter> parameters;
  struct Row {
    std::vector<uint32_t> at;  // index into parameters[i].values
    uint32_t value = 0;        // index into `values`
  };
  std::vector<Row> rows;
  std::vector<Json> values;
};

struct InferredRules {
  std::vector<std::string> deciding;
  std::vector<std::string> indifferent;
  std::vector<Rule> rules;
  bool full = true;  // every combination of the parameters is in the table
};

// REQUIRES: rows are distinct in `at`. A parameter with one value decides nothing and is in neither
// list.
InferredRules InferRules(const RuleTable& table);

// "Tty=false and (OpenStdin=false or StdinOnce=true)": terms with common literals factored out.
// Values as compact JSON, strings bare; a set that is nearly the whole domain as "t is not 0".
std::string DescribeCondition(const std::vector<Term>& terms,
                              const std::vector<journal::Parameter>& parameters);

}  // namespace plimsoll::analyse
