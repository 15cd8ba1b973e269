// Plain YAML scalars as JSON values, by the core schema of YAML 1.2 (section 10.3.2), which makes
// `yes`, `no`, `on` and `off` text. Pure.
#pragma once

#include <string_view>

#include "base/json.h"

namespace plimsoll::scenario {

// Error: a number that JSON cannot hold (.inf, .nan, more than 64 bits).
Result<Json> PlainScalar(std::string_view text);

}  // namespace plimsoll::scenario
