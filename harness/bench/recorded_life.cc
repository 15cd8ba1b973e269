#include "bench/recorded_life.h"

#include <fmt/format.h>

#include "run/case_runner.h"

namespace plimsoll::bench {
namespace {

// "" or the first thing that went wrong.
std::string TroubleOfLife(const journal::CaseRecord& record) {
  if (record.outcome != journal::CaseOutcome::kCompleted) return record.reason;
  if (record.exchanges.size() != 5) return fmt::format("{} exchanges", record.exchanges.size());
  for (const journal::Exchange& exchange : record.exchanges) {
    if (!exchange.head || exchange.head->status >= 300) {
      return fmt::format("{} {}: {}", exchange.method, exchange.target, exchange.response_body.kept);
    }
  }
  return "";
}

}  // namespace

Status LiveRecorded(EngineBed& bed, const plan::Case& life, journal::JournalWriter& writer) {
  const engine::Bell never;
  run::CaseRunner runner(life, bed.session(), bed.run(), &never);
  const journal::CaseRecord record = runner.Run();
  if (Status written = writer.Append(journal::ToJson(record)); !written) return written;
  if (std::string trouble = TroubleOfLife(record); !trouble.empty()) return Fail(std::move(trouble));
  return {};
}

}  // namespace plimsoll::bench
