// Files as SourceText: a byte-order mark dropped, and every way in which a path can be no readable
// text file told in one sentence.
#pragma once

#include <memory>
#include <string>

#include "base/diagnostic.h"
#include "base/result.h"

namespace plimsoll::scenario {

std::shared_ptr<const SourceText> MakeSource(const std::string& name, std::string text);
// `name` is what messages call the file.
Result<std::shared_ptr<const SourceText>> ReadSource(const std::string& path,
                                                     const std::string& name);

}  // namespace plimsoll::scenario
