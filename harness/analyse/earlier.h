// Earlier: what earlier runs saw, beside what a run saw. An engine gives some of its answers now and then only, and which of them a
// run meets is chance; what was seen once still holds for as long as the same scenario asks the same version of the engine. Pure;
// any thread.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "analyse/conformance.h"
#include "analyse/coverage.h"
#include "analyse/findings.h"

namespace plimsoll::analyse {

class SameAsBefore {
 public:
  SameAsBefore(const Findings& before, const Findings& now);
  // Whether `engine` ran `scenario` both times, in the same version, and the scenario's source is the same.
  bool Is(const std::string& engine, const std::string& scenario) const;

 private:
  using Asked = std::map<std::pair<std::string, std::string>, std::string>;  // engine, scenario -> version and source
  static Asked AskedIn(const Findings& findings);
  Asked before_, now_;
};

// Adds drifts of earlier runs (with no exchanges) and names the earlier case where both have seen one.
void AddEarlier(const SameAsBefore& same, const Conformance& earlier, Conformance& now);
// Adds statuses, variations and effects; the earlier scenario where both have one. Fields of answers are of this run alone.
void AddEarlier(const SameAsBefore& same, const Coverage& earlier, Coverage& now);

}  // namespace plimsoll::analyse
