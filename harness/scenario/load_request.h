// METHOD, path, query, headers and payload, as `call` and `open` share them.
#pragma once

#include <string>

#include "scenario/fields.h"
#include "scenario/scenario.h"

namespace plimsoll::scenario {

// What a step's request takes from around it.
struct RequestSurroundings {
  std::optional<expect::Template> api;  // of the scenario; for requests that name none
  std::string scenario_folder;          // where files of the machine are looked for
  std::string step_folder;              // of the step's own file, relative to that; may be empty
};

// `verb` is "call" or "open", whose value is "METHOD PATH".
RequestSpec LoadRequest(const Fields& step, std::string_view verb,
                        const RequestSurroundings& around, Problems& problems);

// Value of `api`: a version, none, or a template.
std::optional<expect::Template> ReadApi(const Node& node, Problems& problems);

// Value of `through`: unix, tcp or tls, or a parameter with such values.
std::optional<expect::Template> ReadThrough(const Node& node, const Matrix& matrix, Problems& problems);

}  // namespace plimsoll::scenario
