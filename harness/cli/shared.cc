#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/version.h"

namespace plimsoll::cli {

std::string Version() { return PLIMSOLL_VERSION; }

int PrintError(const Error& error, int status) {
  fmt::print(stderr, "plimsoll: {}\n", error.what);
  if (!error.hint.empty()) fmt::print(stderr, "  {}\n", error.hint);
  return status;
}

}  // namespace plimsoll::cli
