// The judging half of a file: needs, observations, expectations, known deviations, what is known to vary.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "expect/predicate.h"
#include "scenario/load_matrix.h"
#include "scenario/scenario.h"

namespace plimsoll::scenario {

std::optional<expect::Predicate> ReadPredicate(const Node& node, Problems& problems);

struct LoadedObservations {
  std::vector<expect::Observation> observe;
  std::vector<std::pair<std::string, Json>> source;
  std::vector<std::string> names;  // also of those that are wrong, so that they are known
};
LoadedObservations LoadObservations(const Node& node, Problems& problems);

// `names` are the observations that there are.
std::vector<ExpectRow> LoadExpectations(const Node& node, const std::vector<std::string>& names,
                                        WhenReader& whens, Problems& problems);
std::vector<KnownDeviation> LoadKnownDeviations(const Node& node,
                                                const std::vector<std::string>& names,
                                                WhenReader& whens, Problems& problems);
std::vector<KnownToVary> LoadVaries(const Node& node, const std::vector<std::string>& names, WhenReader& whens,
                                    Problems& problems);
std::vector<Need> LoadNeeds(const Node& node, Problems& problems);

}  // namespace plimsoll::scenario
