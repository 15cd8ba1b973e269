// What yaml-cpp has to say about a broken file, in the words of someone who writes one. Pure.
#pragma once

#include <memory>
#include <string>

#include "base/diagnostic.h"

namespace plimsoll::scenario {

// `line` and `column` from 0, as yaml-cpp counts; negative: not known.
Diagnostic ExplainYamlError(const std::shared_ptr<const SourceText>& source, int line, int column,
                            const std::string& message);

}  // namespace plimsoll::scenario
