#include <algorithm>

#include "scenario/scenario.h"

namespace plimsoll::scenario {

bool When::Matches(const Json& parameter_values) const {
  const Json absent = expect::kAbsent;
  return std::all_of(parameters.begin(), parameters.end(), [&](const auto& wanted) {
    const auto& [name, values] = wanted;
    const Json* value = Find(parameter_values, name);
    if (!value) return false;
    const Json& written = expect::IsAbsent(*value) ? absent : *value;
    return std::find(values.begin(), values.end(), written) != values.end();
  });
}

}  // namespace plimsoll::scenario
