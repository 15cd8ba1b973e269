// Analyse: a journal -> Findings. A pure function: no engine, no file, no clock; the same journal
// gives the same findings, byte for byte, in whatever order its cases were written. Any thread.
#pragma once

#include "analyse/findings.h"
#include "base/result.h"
#include "journal/records.h"

namespace plimsoll::analyse {

// Fails only if a scenario record in the journal holds definitions that cannot be parsed (a journal
// from another version).
Result<Findings> Analyse(const journal::Journal& journal);

}  // namespace plimsoll::analyse
