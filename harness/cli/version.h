#pragma once

#include <string>

namespace plimsoll::cli {

std::string Version();

}  // namespace plimsoll::cli
