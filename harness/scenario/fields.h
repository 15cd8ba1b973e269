// Reading the members of a map and the scalars in it: every function reports what is wrong with its
// node and then returns something harmless, so that the rest of the file is still checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "expect/template.h"
#include "scenario/keys.h"
#include "scenario/yaml_node.h"

namespace plimsoll::scenario {

class Fields {
 public:
  // `what` names the map in messages: "a need", "the step". Reports a node that is no map and every
  // key that is not `known`. All arguments must outlive this.
  Fields(const Node& node, std::string what, const Keys& known, Problems& problems);

  bool is_map() const { return node_.is_map(); }
  // No member is one that `known` lacks. (Such a one was most likely meant as what is missing.)
  bool all_known() const { return all_known_; }
  const Node& node() const { return node_; }
  bool Has(std::string_view key) const { return node_.Find(key) != nullptr; }
  const Node* Find(std::string_view key) const;
  // Reports a missing key.
  const Node* Require(std::string_view key, std::string hint = "") const;
  // A required or optional text without templates; "" where there is none.
  std::string RequireText(std::string_view key, std::string hint = "") const;
  std::string TextOr(std::string_view key, std::string fallback) const;
  bool BoolOr(std::string_view key, bool fallback) const;
  Duration DurationOr(std::string_view key, Duration fallback) const;

 private:
  const Node& node_;
  std::string what_;
  Problems& problems_;
  bool all_known_ = true;
};

// `name` is the key that a value stands under, for messages.
std::string ReadText(const Node& node, std::string_view name, Problems& problems);
bool ReadBool(const Node& node, std::string_view name, Problems& problems);
// Longer than nothing.
Duration ReadDuration(const Node& node, std::string_view name, Problems& problems);
// A whole number from `least` on.
int64_t ReadCount(const Node& node, std::string_view name, int64_t least, Problems& problems);
// A text that may hold ${...}.
std::optional<expect::Template> ReadTemplate(const Node& node, std::string_view name,
                                             Problems& problems);
// The same, where a number or a boolean will do as well: it is taken as it is written.
std::optional<expect::Template> ReadScalarTemplate(const Node& node, std::string_view name,
                                                   Problems& problems);
// The list's elements; none where `node` is no list.
std::vector<const Node*> ReadList(const Node& node, std::string_view name, Problems& problems);
// The name behind `as:` or of a matrix parameter: something that ${...} can begin with.
bool CheckName(const std::string& name, const SourcePlace& place, Problems& problems);

}  // namespace plimsoll::scenario
