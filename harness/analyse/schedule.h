// Schedule: how the cases of a run lay in time: which took long, what the end of the run waited for, and how
// much of its waiting could have overlapped. For people who want a run to be faster; no report holds it. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "journal/records.h"

namespace plimsoll::analyse {

struct Span {
  std::string case_id;
  int64_t duration = 0;  // ns
};

struct Schedule {
  size_t cases = 0;
  int64_t wall = 0;      // ns, from the first start to the last end
  int64_t busy = 0;      // ns, of all cases together
  size_t most_at_once = 0;
  // ns of `wall` in which fewer than `jobs` cases were under way, without the share in which the processors were busy: that of the
  // cases under way, on average (CaseRecord::processor_busy; unknown counts as none).
  int64_t could_overlap = 0;
  std::vector<Span> longest;  // by duration, ten at most
  // Backwards from the case that ended last: what had ended latest when it began, and so on. In the order of
  // time. Their durations add up to `wall`, but for the gaps between them.
  std::vector<Span> critical_path;
};

// `jobs`: how many cases the run was allowed at a time.
Schedule ScheduleOf(const std::vector<journal::CaseRecord>& cases, size_t jobs);

}  // namespace plimsoll::analyse
