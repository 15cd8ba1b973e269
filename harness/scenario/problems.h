// The problems found so far while one scenario file and its includes are read. Owned by the load;
// not for several threads.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.h"

namespace plimsoll::scenario {

class Problems {
 public:
  void Add(Diagnostic diagnostic) { diagnostics_.push_back(std::move(diagnostic)); }
  void Add(SourcePlace place, std::string message, std::string hint = "");
  size_t count() const { return diagnostics_.size(); }
  // In the order of the text, the file named `main` before its includes; a step list that is
  // included twice shows its problems once.
  std::vector<Diagnostic> Sorted(const std::string& main) const;

 private:
  std::vector<Diagnostic> diagnostics_;
};

}  // namespace plimsoll::scenario
