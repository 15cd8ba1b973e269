#include "e2e/reproduction_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "e2e/process.h"
#include "e2e/workplace.h"
#include "report/replay.h"
#include "report/report.h"

namespace plimsoll::e2e {
namespace {

// Statuses of final answers in what curl -i printed.
std::vector<int> StatusesIn(const std::string& output) {
  std::vector<int> statuses;
  for (const std::string& line : Split(output, '\n')) {
    if (!line.starts_with("HTTP/1.1 ")) continue;
    const int status = std::atoi(line.c_str() + 9);
    if (status >= 200) statuses.push_back(status);
  }
  return statuses;
}

std::vector<int> StatusesOf(const journal::CaseRecord& record) {
  std::vector<int> statuses;
  for (const journal::Exchange& exchange : record.exchanges) statuses.push_back(exchange.head->status);
  return statuses;
}

}  // namespace

bool CanBeRepeatedByScript(const journal::CaseRecord& record, const journal::Journal& journal) {
  constexpr size_t kMostCalls = 20;  // scenarios with more try what chance does
  if (record.outcome != journal::CaseOutcome::kCompleted || record.exchanges.empty()) return false;
  if (record.exchanges.size() > kMostCalls) return false;
  const bool answered = std::ranges::all_of(record.exchanges, [](const journal::Exchange& exchange) {
    return exchange.head && exchange.outcome == journal::Outcome::kAnswered && !exchange.stream;
  });
  const report::Replay replay(record, journal);
  const bool plain = std::ranges::all_of(replay.acts(), [](const report::Act& act) {
    const bool known = act.kind == report::Act::Kind::kCall || act.kind == report::Act::Kind::kSleep;
    return known && !act.in_background && !act.concurrent && !act.repeated;
  });
  return answered && plain && report::Reproduction(record, journal).find("For the whole case:") == std::string::npos;
}

std::string RepeatByScript(const journal::CaseRecord& record, const journal::Journal& journal,
                           const engine::Endpoint& endpoint) {
  const TemporaryFolder folder;
  const std::string script = report::Reproduction(record, journal);
  const std::string file = folder / "script.sh";
  if (const auto written = WriteFileWhole(file, script); !written) return written.error().Text();
  const std::string socket = endpoint.Text().substr(std::string_view("unix://").size());
  // Scripts call their containers alike, so two at a time would be in each other's way.
  const std::string lock = (std::filesystem::temp_directory_path() / "plimsoll-test-script.lock").string();
  Process process({"flock", lock, "sh", file}, {{"S", socket}});
  process.Wait();
  const std::vector<int> recorded = StatusesOf(record);
  std::vector<int> came = StatusesIn(process.Output());
  came.resize(std::min(came.size(), recorded.size()));  // the clean-up's come after them
  if (came == recorded) return "";
  return fmt::format("{}\nrecorded: {}\nthe script got: {}\n{}\n--- its output ---\n{}", record.id, fmt::join(recorded, " "),
                     fmt::join(came, " "), script, process.Output());
}

}  // namespace plimsoll::e2e
