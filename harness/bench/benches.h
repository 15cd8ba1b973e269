// The figures: each function measures, in the rounds that Google Benchmark asks it for, and adds what came
// out to `figures`. See README's `fixtures/bootstrap speed` for how they are printed.
#pragma once

#include <string>
#include <vector>

#include "bench/engine_bed.h"
#include "bench/figures.h"
#include "bench/sizes.h"

namespace plimsoll::bench {

// They register with Google Benchmark; all arguments must live until the benchmarks have run.
void RegisterPing(const Sizes& sizes, EngineBed& bed, std::vector<Figure>& figures);
void RegisterLife(const Sizes& sizes, EngineBed& bed, std::vector<Figure>& figures);
void RegisterRelay(const Sizes& sizes, EngineBed& bed, std::vector<Figure>& figures);
void RegisterCrew(const Sizes& sizes, EngineBed& bed, std::vector<Figure>& figures);
void RegisterReading(const Sizes& sizes, std::vector<Figure>& figures);
void RegisterRules(const Sizes& sizes, std::vector<Figure>& figures);

// What a child process does whose memory is measured: reads the journal, analyses it, prints its own peak
// in bytes. The exit status.
int PrintPeakOf(const std::string& journal);

}  // namespace plimsoll::bench
