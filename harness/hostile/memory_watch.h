// MemoryWatch: by how much this process grew at most since the watch began. Linux; one at a time.
#pragma once

#include <cstdint>

namespace plimsoll::hostile {

class MemoryWatch {
 public:
  // Gives free memory back to the system and forgets the peak so far.
  MemoryWatch();
  // Peak of the resident memory since then, less what was resident then, in MiB.
  int64_t GrowthMiB() const;

 private:
  int64_t before_kb_;
};

}  // namespace plimsoll::hostile
