// `matrix`, and the `when` that selects from it. Used by one load; not for several threads.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenario/problems.h"
#include "scenario/scenario.h"
#include "scenario/yaml_node.h"

namespace plimsoll::scenario {

struct LoadedMatrix {
  Matrix matrix;
  std::map<std::string, SourcePlace> places;  // of the parameters' names
};

// nullptr: no `matrix` in the file, which then has one case.
LoadedMatrix LoadMatrix(const Node* node, Problems& problems);

// Every value that `parameter` can have, added rows included.
std::vector<Json> DomainOf(const Matrix& matrix, const Parameter& parameter);

// Reads `when` maps and remembers which parameters they ask about.
class WhenReader {
 public:
  WhenReader(const Matrix& matrix, Problems& problems) : matrix_(matrix), problems_(problems) {}

  When Read(const Node& node);
  When ReadOptional(const Node* node) { return node ? Read(*node) : When(); }
  const std::set<std::string>& used() const { return used_; }

 private:
  std::vector<Json> ReadValues(const Parameter& parameter, const Node& node);
  void CheckValue(const Parameter& parameter, const std::vector<Json>& domain, const Node& node);

  const Matrix& matrix_;
  Problems& problems_;
  std::set<std::string> used_;
};

}  // namespace plimsoll::scenario
