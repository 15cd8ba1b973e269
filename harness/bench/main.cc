// plimsoll_speed: how fast the harness is, each figure beside what it is compared with, measured in turn in
// this one process. Prints a table; the exit status says nothing of the figures.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <memory>
#include <string_view>

#include "base/text.h"
#include "bench/benches.h"

namespace plimsoll::bench {
namespace {

constexpr const char* kUsage = R"(Usage: plimsoll_speed [--smallest] [--no-engine] [--json FILE] [--page FILE]
                      [--suite SECONDS] [--containers SECONDS] [--benchmark_...]
  --smallest   each figure once, in its smallest size: to see that it works, not how fast
  --no-engine  only what needs none
  --json FILE  the final table with the ratio of every round
  --page FILE  the same as a page of Markdown
  --suite SECONDS       how long all scenarios took on docker-20.10, for the table
  --containers SECONDS  how long those of containers and execs did
  --benchmark_filter=REGEX  ping, life, crew, relay, journal, rules
  --benchmark_out=FILE      what Google Benchmark itself keeps
)";

struct Arguments {
  bool smallest = false, engine = true, help = false;
  std::string json, page, peak_of;
  double suite_seconds = 0, container_seconds = 0;  // 0: not measured
  std::string unknown;
};

Arguments Parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const bool valued = i + 1 < argc;
    if (word == "--smallest") {
      arguments.smallest = true;
    } else if (word == "--no-engine") {
      arguments.engine = false;
    } else if (word == "--json" && valued) {
      arguments.json = argv[++i];
    } else if (word == "--page" && valued) {
      arguments.page = argv[++i];
    } else if (word == "--suite" && valued) {
      arguments.suite_seconds = std::strtod(argv[++i], nullptr);
    } else if (word == "--containers" && valued) {
      arguments.container_seconds = std::strtod(argv[++i], nullptr);
    } else if (word == "--peak-of" && valued) {
      arguments.peak_of = argv[++i];
    } else if (word == "--help" || word == "-h") {
      arguments.help = true;
    } else {
      arguments.unknown = word;
    }
  }
  return arguments;
}

bool Wanted(std::string_view name) {
  const std::string filter = benchmark::GetBenchmarkFilter();
  return filter.empty() || filter == "all" || filter.find(name) != std::string::npos;
}

// False, with a word about it, where the file cannot be written.
bool Write(const std::string& path, const std::string& text) {
  if (path.empty()) return true;
  const auto written = WriteFileWhole(path, text);
  if (!written) fmt::print(stderr, "{}\n", written.error().Text());
  return bool(written);
}

int Measure(const Arguments& arguments) {
  const Sizes sizes = arguments.smallest ? Sizes::Smallest() : Sizes();
  std::vector<Figure> figures;
  Result<std::unique_ptr<EngineBed>> bed = Fail("not asked for");
  const bool with_engine = Wanted("ping") || Wanted("life") || Wanted("crew") || Wanted("relay");
  if (arguments.engine && with_engine) bed = EngineBed::Start();
  if (bed) {
    RegisterPing(sizes, **bed, figures);
    RegisterLife(sizes, **bed, figures);
    RegisterCrew(sizes, **bed, figures);
    RegisterRelay(sizes, **bed, figures);
  } else if (arguments.engine && with_engine) {
    fmt::print("no engine: {}\n", bed.error().Text());
  }
  RegisterReading(sizes, figures);
  RegisterRules(sizes, figures);
  benchmark::RunSpecifiedBenchmarks();
  if (arguments.suite_seconds > 0) figures.push_back(SuiteFigure(Suite::kAll, arguments.suite_seconds));
  if (arguments.container_seconds > 0) figures.push_back(SuiteFigure(Suite::kContainers, arguments.container_seconds));
  if (arguments.smallest) fmt::print("\nIn the smallest sizes the figures show only that they can be taken:");
  fmt::print("\n{}", TableOf(figures));
  return Write(arguments.json, PrettyJson(ToJson(figures))) && Write(arguments.page, PageOf(figures)) ? 0 : 2;
}

}  // namespace
}  // namespace plimsoll::bench

int main(int argc, char** argv) {
  using namespace plimsoll;
  benchmark::Initialize(&argc, argv);
  const bench::Arguments arguments = bench::Parse(argc, argv);
  if (!arguments.unknown.empty() || arguments.help) {
    fmt::print(arguments.help ? stdout : stderr, "{}", bench::kUsage);
    return arguments.help ? 0 : 2;
  }
  if (!arguments.peak_of.empty()) return bench::PrintPeakOf(arguments.peak_of);
  const int status = bench::Measure(arguments);
  benchmark::Shutdown();
  return status;
}
