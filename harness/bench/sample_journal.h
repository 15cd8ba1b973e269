// A journal as a run writes it, of any length: lives of containers, with answers as long as Docker's.
#pragma once

#include <string>

#include "base/result.h"

namespace plimsoll::bench {

// REQUIRES: `exchanges` is a multiple of 5. Every scenario has a matrix of three flags and observations that look into the
// answers, so that the analysis has its usual work.
Status WriteSampleJournal(const std::string& path, int exchanges);

}  // namespace plimsoll::bench
