// Shrink: the smallest trial for which something still holds, found by trying smaller ones. Pure but for what it is
// given to ask; any thread.
#pragma once

#include <functional>
#include <vector>

#include "mutate/trial.h"

namespace plimsoll::mutate {

// Trials that are each a step smaller than this one, the greatest steps first: a parameter, header or member less, a list or
// text of half the length, a simpler value.
std::vector<Trial> Smaller(const Trial& trial);

// REQUIRES: `holds(trial)`. Asks at most `limit` times.
Trial Shrink(Trial trial, const std::function<bool(const Trial&)>& holds, size_t limit);

}  // namespace plimsoll::mutate
