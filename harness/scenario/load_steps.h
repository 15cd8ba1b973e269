// Steps as written -> typed steps.
#pragma once

#include <string>
#include <vector>

#include "scenario/includes.h"
#include "scenario/load_matrix.h"
#include "scenario/load_request.h"
#include "scenario/scenario.h"

namespace plimsoll::scenario {

// What all steps of a file share.
struct StepSurroundings {
  const Matrix& matrix;
  std::optional<expect::Template> api;
  std::string scenario_folder;
  bool disposable = false;  // each case has an engine of its own
};

std::vector<Step> LoadSteps(const std::vector<StepSource>& sources, const StepSurroundings& around,
                            WhenReader& whens, Problems& problems);

// The one verb among a step's keys; "" where there is none.
std::string VerbOf(const Node& step);

// The step as it goes into the journal: the `when` of its inclusions is its own.
Json SourceOf(const StepSource& source, const Step& step);

}  // namespace plimsoll::scenario
