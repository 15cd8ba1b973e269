// A tar archive (ustar) in memory, made by libarchive: for image imports and `tar:` payloads.
// Deterministic: owner 0, one fixed time. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace plimsoll::run {

struct TarEntry {
  std::string path;
  enum class Kind { kFile, kFolder, kLink } kind = Kind::kFile;
  std::string content;  // of a file; where a link leads
  int mode = 0644;
};

Result<std::string> MakeTar(const std::vector<TarEntry>& entries);

}  // namespace plimsoll::run
