// A life carried out by the executor, recorded and written to a journal.
#pragma once

#include "base/result.h"
#include "bench/engine_bed.h"
#include "journal/writer.h"

namespace plimsoll::bench {

// `life` is a case of EngineBed::Lives. An Error names the first thing that went wrong.
Status LiveRecorded(EngineBed& bed, const plan::Case& life, journal::JournalWriter& writer);

}  // namespace plimsoll::bench
