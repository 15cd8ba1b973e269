// `include:` of step lists: the file's steps with all inclusions replaced by what they stand for.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/problems.h"
#include "scenario/yaml_node.h"

namespace plimsoll::scenario {

inline constexpr int kMaxIncludeDepth = 8;
inline constexpr size_t kMaxSteps = 1000;

// A step as written, parameters of its file replaced.
struct StepSource {
  NodePtr node;
  std::string where;           // "steps[2]", "given[0]", "lib/run.yaml: steps[0]"
  std::vector<NodePtr> whens;  // of the inclusions that lead here, outermost first
  std::string folder;          // of its file, relative to the scenario's; "" for the same
};

struct ExpandedSteps {
  std::vector<StepSource> steps;
  std::vector<std::shared_ptr<const SourceText>> included;  // each once, in order of first use
};

// `steps` is the scenario's list under `key` (steps, given); `path` the scenario's file.
ExpandedSteps ExpandIncludes(const Node& steps, std::string_view key, const std::string& path, Problems& problems);

}  // namespace plimsoll::scenario
