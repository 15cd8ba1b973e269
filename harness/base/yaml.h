// From YAML to JSON, for files of which no place is needed once they are read (scenario files have a reader of their own,
// which keeps the place of everything).
#pragma once

#include <yaml-cpp/yaml.h>

#include "base/json.h"

namespace plimsoll {

enum class Scalars {
  kTexts,  // all but true, false and null are texts
  kTyped,  // numbers without quotes are numbers, too
};
// Throws YAML::Exception, with the place, where it is nested too deep or a map has a key that is no text.
Json JsonOf(const YAML::Node& node, Scalars scalars);

}  // namespace plimsoll
