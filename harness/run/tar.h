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

// `blocking_factor`: the archive is filled up with zeros to a multiple of so many blocks of 512 bytes, as by `tar -b` (20
// where that is left out); 1: it ends with its two empty blocks, as the docker CLI's do.
Result<std::string> MakeTar(const std::vector<TarEntry>& entries, int blocking_factor = 1);

}  // namespace plimsoll::run
