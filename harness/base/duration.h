// Durations as users write and read them: a number and a unit ("250ms", "10s", "1.5m"); "0s" too.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace plimsoll {

// Units: ns, us, ms, s, m, h. A number without a unit is an error: "10" of what?
Result<Duration> ParseDuration(std::string_view text);
// The shortest exact-enough form: "0s", "250ms", "10.01s", "3m20s" becomes "200s".
std::string FormatDuration(Duration duration);

}  // namespace plimsoll
