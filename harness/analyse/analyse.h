// Analyse: a journal -> Findings. A pure function: no engine, no file, no clock; the same journal
// gives the same findings, byte for byte, in whatever order its cases were written. Any thread.
#pragma once

#include "analyse/findings.h"
#include "base/result.h"
#include "journal/records.h"

namespace plimsoll::analyse {

// `known`: what was found before, a baseline. Where it has several values for a case, and this journal one of them, the
// case has all of them: that a value varies does not show in every run. Of several runs after one another with the one
// before as `known` the later ones find the same.
// Fails only if a scenario record in the journal holds definitions that cannot be parsed (a journal
// from another version).
Result<Findings> Analyse(const journal::Journal& journal, const Findings& known = {});

}  // namespace plimsoll::analyse
