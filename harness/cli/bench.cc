#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <regex>
#include <set>

#include "base/duration.h"
#include "base/text.h"
#include "bench/google.h"
#include "bench/latency_bench.h"
#include "cli/commands.h"
#include "cli/engines.h"
#include "cli/interrupt.h"
#include "cli/program.h"
#include "latency/moves.h"
#include "report/latency_page.h"

namespace plimsoll::cli {
namespace {

struct BenchArguments {
  std::vector<std::string> engines, operations, google;
  int rounds = 5;
  std::string budget = "400ms";
  std::string from, out, reports, against, peers;
  bool another_machine = false, smallest = false;
};

Result<latency::Measurement> ReadMeasurement(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text) return tl::make_unexpected(text.error());
  const auto json = ParseJson(*text);
  if (!json) return Fail(fmt::format("{}: {}", path, json.error().what));
  auto measurement = latency::FromJson(*json);
  if (!measurement) return Fail(fmt::format("{}: {}", path, measurement.error().what), measurement.error().hint);
  return measurement;
}

// What is compared with and added; read before anything is measured.
struct Earlier {
  std::optional<latency::Measurement> against;
  std::vector<latency::PeerSeries> peers;
};

latency::OtherMachine OtherMachineOf(const BenchArguments& arguments) {
  return arguments.another_machine ? latency::OtherMachine::kAllow : latency::OtherMachine::kRefuse;
}

Result<Earlier> ReadEarlier(const BenchArguments& arguments, const latency::Machine& machine) {
  Earlier earlier;
  if (!arguments.against.empty()) {
    auto before = ReadMeasurement(arguments.against);
    if (!before) return tl::make_unexpected(before.error());
    const auto comparable = latency::Comparable(before->machine, machine, OtherMachineOf(arguments));
    if (!comparable) return tl::make_unexpected(comparable.error());
    earlier.against = std::move(*before);
  }
  if (arguments.peers.empty()) return earlier;
  auto peers = ReadMeasurement(arguments.peers);
  if (!peers) return tl::make_unexpected(peers.error());
  earlier.peers = std::move(peers->peers);
  return earlier;
}

std::vector<bench::BenchedEngine> BenchedEngines(const Engines& engines) {
  std::vector<bench::BenchedEngine> benched;
  for (const run::EngineUnderTest& engine : engines.list) {
    const auto instance = std::ranges::find_if(engines.instances, [&](const auto& i) { return i->instance() == engine.instance; });
    benched.push_back({engine, instance == engines.instances.end() ? nullptr : instance->get()});
  }
  return benched;
}

Result<bench::LatencyOptions> LatencyOptionsOf(const BenchArguments& arguments) {
  bench::LatencyOptions options;
  if (arguments.smallest) options.sizes = bench::LatencySizes::Smallest();
  const auto budget = ParseDuration(arguments.budget);
  if (!budget) return tl::make_unexpected(budget.error());
  if (!arguments.smallest) {
    options.sizes.rounds = arguments.rounds;
    options.sizes.budget = *budget;
  }
  for (const std::string& wanted : arguments.operations) {
    try {
      const std::regex fits(wanted);
    } catch (const std::regex_error& error) {
      return Fail(fmt::format("--operations {}: {}", wanted, error.what()), "name operations (list), or give regular expressions (list.*)");
    }
  }
  options.operations = arguments.operations;
  options.plimsoll = Version();
  options.cancel = &InterruptBell();
  options.said = [](const std::string& text) { fmt::print(stderr, "{}\n", Printable(text)); };
  return options;
}

// The error was printed; else the measurement. What was measured before an interrupt is kept.
tl::expected<latency::Measurement, int> MeasureNow(const BenchArguments& arguments) {
  auto options = LatencyOptionsOf(arguments);
  if (!options) return tl::make_unexpected(PrintError(options.error(), kBadInput));
  const auto engines = OpenEngines(arguments.engines, {.gogc = 0});
  if (!engines) return tl::make_unexpected(PrintError(engines.error()));
  auto bench = bench::LatencyBench::Open(BenchedEngines(*engines), std::move(*options));
  if (!bench) return tl::make_unexpected(PrintError(bench.error()));
  // None: they were only to be listed, or the filter lets none through.
  if (bench::RunWithGoogle(**bench) > 0 || (*bench)->items().empty()) (*bench)->MeasureTheRest();
  latency::Measurement measurement = (*bench)->Everything();
  if (auto closed = (*bench)->Close(); !closed) PrintError(closed.error());
  return measurement;
}

// latency.md and its plots; nothing else in the folder is touched, but for plots of an earlier time.
Status WriteLatencyPages(const std::string& folder, const latency::Measurement& measurement) {
  namespace fs = std::filesystem;
  const auto pages = report::LatencyPages(measurement);
  if (!pages) return tl::make_unexpected(pages.error());
  const fs::path plots = fs::path(folder) / "latency";
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(plots, error)) {
    const std::string name = "latency/" + entry.path().filename().string();
    if (name.ends_with(".svg") && !pages->contains(name)) fs::remove(entry.path(), error);
  }
  for (const auto& [name, text] : *pages) {
    if (auto written = WriteFileWhole((fs::path(folder) / name).string(), text); !written) return written;
  }
  return {};
}

bool SaysForPrograms(const BenchArguments& arguments) {
  return std::ranges::any_of(arguments.google, [](const std::string& word) {
    return word.starts_with("--benchmark_format=") && word != "--benchmark_format=console";
  });
}

// The exit status.
int TellMoves(const BenchArguments& arguments, const latency::Measurement& before, const latency::Measurement& now) {
  const auto moves = latency::Compare(before, now, OtherMachineOf(arguments));
  if (!moves) return PrintError(moves.error(), kBadInput);
  fmt::print(SaysForPrograms(arguments) ? stderr : stdout, "{}", latency::TextOf(*moves));
  return moves->moved.empty() && moves->failed.empty() ? kOk : kFindingsFail;
}

int Tell(const BenchArguments& arguments, const Earlier& earlier, const latency::Measurement& measurement) {
  if (!arguments.out.empty()) {
    const auto written = WriteFileWhole(arguments.out, CompactJson(latency::ToJson(measurement)) + "\n");
    if (!written) return PrintError(written.error());
  }
  if (!arguments.reports.empty()) {
    if (auto written = WriteLatencyPages(arguments.reports, measurement); !written) return PrintError(written.error());
    fmt::print(stderr, "{}/latency.md\n", arguments.reports);
  }
  return earlier.against ? TellMoves(arguments, *earlier.against, measurement) : kOk;
}

int Bench(const BenchArguments& arguments) {
  if (auto known = bench::InitialiseGoogle(arguments.google); !known) return PrintError(known.error(), kBadInput);
  tl::expected<latency::Measurement, int> measurement;
  if (!arguments.from.empty()) {
    auto read = ReadMeasurement(arguments.from);
    if (!read) return PrintError(read.error(), kBadInput);
    measurement = std::move(*read);
  }
  const auto earlier = ReadEarlier(arguments, arguments.from.empty() ? latency::ThisMachine() : measurement->machine);
  if (!earlier) return PrintError(earlier.error(), kBadInput);
  InterruptBell();
  if (arguments.from.empty()) measurement = MeasureNow(arguments);
  if (!measurement) return measurement.error();
  if (!earlier->peers.empty()) measurement->peers = earlier->peers;
  const int status = Tell(arguments, *earlier, *measurement);
  engine::Loop loop(&InterruptBell());
  const bool interrupted = loop.Wait([] { return false; }, Now()) == engine::Loop::Woke::kCancelled;
  return interrupted ? kInterrupted : status;
}

}  // namespace

// plimsoll bench: engines' latency.
void AddBench(CLI::App& program, Chosen& chosen) {
  auto arguments = std::make_shared<BenchArguments>();
  CLI::App* command = program.add_subcommand(
      "bench", "Measure how long engines take to answer, in turns; exit status 1 if --against shows that something moved or fails now");
  command->add_option("-e,--engine", arguments->engines, "Names of private engines (docker-20.10) or addresses; they take turns")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--rounds", arguments->rounds, "Turns of each engine at each operation")->capture_default_str()->check(CLI::Range(1, 10'000));
  command->add_option("--budget", arguments->budget, "For the calls of one round, what they need besides included")
      ->capture_default_str()
      ->type_name("DURATION");
  command->add_option("--operations", arguments->operations, "Which: names or regular expressions that fit at their beginning (list, \"list size\", life); default: all")
      ->delimiter(',')
      ->allow_extra_args(false);
  command->add_option("--out", arguments->out, "File for the result with all samples, JSON (docs/latency.md)")->type_name("FILE");
  command->add_option("-o,--reports", arguments->reports, "Folder for latency.md and latency/*.svg")->type_name("FOLDER");
  command->add_option("--against", arguments->against, "An earlier result (--out): says what moved since")->type_name("FILE");
  command->add_flag("--another-machine", arguments->another_machine, "Compare with a result of another machine all the same");
  command->add_option("--peers", arguments->peers, "A result with the harness beside other clients, for the pages")->type_name("FILE");
  command->add_option("--from", arguments->from, "Measures nothing: what an earlier --out holds is reported and compared")->type_name("FILE");
  command->add_flag("--smallest", arguments->smallest, "Everything in its smallest size: to see that it works, not how fast");
  command->footer("--benchmark_format=console|json|csv, --benchmark_out=FILE, --benchmark_filter=REGEX and others of Google Benchmark's options are given to it.");
  command->allow_extras();
  command->callback([&chosen, arguments, command] {
    arguments->google = command->remaining();
    chosen = [arguments] { return Bench(*arguments); };
  });
}

}  // namespace plimsoll::cli
