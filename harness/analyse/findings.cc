#include "analyse/findings.h"

#include <algorithm>

namespace plimsoll::analyse {

std::string_view Name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kConforms:
      return "conforms";
    case Verdict::kObserved:
      return "observed";
    case Verdict::kUnsupported:
      return "unsupported";
    case Verdict::kKnownDeviation:
      return "known deviation";
    case Verdict::kUnstable:
      return "unstable";
    case Verdict::kDeviationGone:
      return "deviation gone";
    case Verdict::kDeviates:
      return "deviates";
    case Verdict::kTimedOut:
      return "timed out";
    case Verdict::kHarnessError:
      return "harness error";
  }
  return "unknown";
}

bool Fails(Verdict verdict) { return verdict >= Verdict::kDeviationGone; }

Verdict Worse(Verdict a, Verdict b) { return std::max(a, b); }

}  // namespace plimsoll::analyse
