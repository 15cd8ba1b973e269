// Where the ${...} of a text stand, which expect::Template does not tell: for carets under the
// right place and for the parameters of included files. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "scenario/yaml_node.h"

namespace plimsoll::scenario {

struct TemplateSpan {
  size_t begin;             // of "${"
  size_t end;               // behind "}"; of the text where that is missing
  std::string_view inside;  // the path
};

// In order; `$$` is skipped as expect::Template does.
std::vector<TemplateSpan> SpansIn(std::string_view text);
// The place of `part` in the file, or that of the whole text where escapes hide it.
SourcePlace PlaceOfPart(const PlacedText& text, std::string_view part);
// Reports every ${...} in `node` that is no path. False where there are any.
bool CheckTemplatesIn(const Node& node, Problems& problems);
// The same for one scalar.
bool CheckTemplate(const PlacedText& text, Problems& problems);

}  // namespace plimsoll::scenario
