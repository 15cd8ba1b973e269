// Whether an engine does in a scenario what another one does: the short form of a comparison. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyse/findings.h"

namespace plimsoll::analyse {

// In rising order of what a reader wants to know first.
enum class Agreement {
  kNotRun,       // no combination ran on both
  kAgrees,       // every value that both have is the same
  kUnstable,     // the same, or it varies among values that the other knows as well
  kUnsupported,  // no difference in what ran, and some of it could not be run on one of them
  kDiffers,
};
std::string_view Name(Agreement agreement);  // "agrees"

Agreement AgreementOf(const ScenarioFindings& scenario, const std::string& engine, const std::string& reference);

// Engines of one product, by version; `name` as they say of themselves ("docker").
struct Product {
  std::string name;
  std::vector<std::string> engines;  // oldest first
};
// Docker first, as the API is its own; then by name.
std::vector<Product> ProductsOf(const Findings& findings);

}  // namespace plimsoll::analyse
