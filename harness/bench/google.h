// A LatencyBench driven by Google Benchmark, whose reporters (--benchmark_format, --benchmark_out) say it all in their own
// form. Each item on each engine is a benchmark; when the first of an item's is run, all engines are measured in turn
// (A B, B A ...), and each benchmark then hands over what was measured of its engine, a call as an iteration. So one
// gets both: turns, which Google Benchmark 1.7 can only make in random order, and its reports, unchanged.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "bench/latency_bench.h"

namespace plimsoll::bench {

// `words`: --benchmark_...; an Error where Google Benchmark does not know one, or names one that is refused because
// what is measured does not depend on it.
Status InitialiseGoogle(const std::vector<std::string>& words);
// Measures everything that --benchmark_filter lets through and has it reported. How many benchmarks were run.
size_t RunWithGoogle(LatencyBench& bench);

}  // namespace plimsoll::bench
