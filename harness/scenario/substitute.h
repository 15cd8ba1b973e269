// Parameters of an included file: ${name} replaced by what `with` gives. A text that is one whole
// ${name} becomes the value, whatever its type; in a longer text the value is printed. A path that
// goes on (${box.body.Id}) continues in the value: in the path that it is (with: {box:
// "${created}"}), in the name that it is (with: {box: created}), or in the list or map that it is.
#pragma once

#include <map>
#include <set>
#include <string>

#include "scenario/problems.h"
#include "scenario/yaml_node.h"

namespace plimsoll::scenario {

// What inclusions may build up between them, so that a few nested files cannot fill the memory.
struct ExpansionBudget {
  size_t values = kMaxValues;
  size_t bytes = 16 << 20;
  bool exceeded = false;
};

class Substitution {
 public:
  Substitution(std::map<std::string, NodePtr> values, ExpansionBudget& budget, Problems& problems)
      : values_(std::move(values)), budget_(budget), problems_(problems) {}

  // Nodes without parameters are shared with the result.
  NodePtr Apply(const NodePtr& node);
  // Parameters that have been replaced somewhere.
  const std::set<std::string>& used() const { return used_; }

 private:
  NodePtr ApplyToText(const NodePtr& node);
  NodePtr ApplyToParts(const NodePtr& node);
  std::string Replaced(const PlacedText& text);
  NodePtr ValueOf(const PlacedText& text, std::string_view inside);
  bool Spend(size_t values, size_t bytes);

  std::map<std::string, NodePtr> values_;
  ExpansionBudget& budget_;
  Problems& problems_;
  std::set<std::string> used_;
};

}  // namespace plimsoll::scenario
