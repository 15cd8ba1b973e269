#include "analyse/schedule.h"

#include <algorithm>
#include <tuple>

namespace plimsoll::analyse {
namespace {

using journal::CaseRecord;
using Cases = std::vector<const CaseRecord*>;

constexpr size_t kLongest = 10;

int64_t DurationOf(const CaseRecord& record) { return record.ended - record.started; }

Span SpanOf(const CaseRecord& record) { return {record.id, DurationOf(record)}; }

std::vector<Span> Longest(Cases cases) {
  std::sort(cases.begin(), cases.end(), [](const CaseRecord* a, const CaseRecord* b) {
    return std::tuple(-DurationOf(*a), a->id) < std::tuple(-DurationOf(*b), b->id);
  });
  cases.resize(std::min(cases.size(), kLongest));
  std::vector<Span> spans;
  for (const CaseRecord* record : cases) spans.push_back(SpanOf(*record));
  return spans;
}

// `by_end`: sorted by their end. A case of no length is skipped: it kept nobody waiting.
std::vector<Span> CriticalPath(const Cases& by_end) {
  std::vector<Span> path;
  for (auto at = by_end.rbegin(); at != by_end.rend();) {
    path.push_back(SpanOf(**at));
    const int64_t started = (*at)->started;
    at = std::find_if(at, by_end.rend(), [&](const CaseRecord* record) {
      return record->ended <= started && DurationOf(*record) > 0;
    });
  }
  std::reverse(path.begin(), path.end());
  return path;
}

// How many cases were under way, moment by moment.
void AddConcurrency(const Cases& cases, size_t jobs, Schedule& schedule) {
  struct Change {
    int64_t at;
    int by;    // -1 or 1
    int busy;  // percent
    auto operator<=>(const Change&) const = default;
  };
  std::vector<Change> changes;
  for (const CaseRecord* record : cases) {
    const int busy = std::max(record->processor_busy, 0);
    changes.push_back({record->started, 1, busy});
    changes.push_back({record->ended, -1, busy});
  }
  std::sort(changes.begin(), changes.end());  // at one moment ends come first
  int64_t under_way = 0, busy = 0, idle = 0;  // `busy`: of those under way, summed up; `idle`: in percent of ns
  for (size_t i = 0; i < changes.size(); ++i) {
    if (i > 0 && under_way < static_cast<int64_t>(jobs)) {
      idle += (changes[i].at - changes[i - 1].at) * (under_way > 0 ? 100 - busy / under_way : 100);
    }
    under_way += changes[i].by;
    busy += changes[i].by * changes[i].busy;
    schedule.most_at_once = std::max(schedule.most_at_once, static_cast<size_t>(under_way));
  }
  schedule.could_overlap = idle / 100;
}

}  // namespace

Schedule ScheduleOf(const std::vector<CaseRecord>& records, size_t jobs) {
  Schedule schedule;
  Cases cases;
  for (const CaseRecord& record : records) {
    // A case that was not begun has no times.
    if (record.started != 0 && record.ended > record.started) cases.push_back(&record);
  }
  schedule.cases = cases.size();
  if (cases.empty()) return schedule;
  std::sort(cases.begin(), cases.end(), [](const CaseRecord* a, const CaseRecord* b) {
    return std::tie(a->ended, a->id) < std::tie(b->ended, b->id);
  });
  int64_t first = cases.front()->started;
  for (const CaseRecord* record : cases) {
    first = std::min(first, record->started);
    schedule.busy += DurationOf(*record);
  }
  schedule.wall = cases.back()->ended - first;
  schedule.longest = Longest(cases);
  schedule.critical_path = CriticalPath(cases);
  AddConcurrency(cases, jobs, schedule);
  return schedule;
}

}  // namespace plimsoll::analyse
