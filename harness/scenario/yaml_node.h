// A YAML file as a tree that remembers where everything stands. Aliases share their node, merge
// keys are resolved, duplicate keys are reported and dropped, scalars are typed by the core schema
// of YAML 1.2 (section 10.3). Immutable once parsed; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/json.h"
#include "scenario/problems.h"

namespace plimsoll::scenario {

// Aliases written out, a file may hold this many values: enough for any experiment, and too few for
// a "billion laughs" file to exhaust the memory.
inline constexpr size_t kMaxValues = 200'000;
// Everything here recurses over the tree, so its depth is limited where it is built.
inline constexpr int kMaxDepth = 100;

struct Node;
using NodePtr = std::shared_ptr<const Node>;

struct Node {
  enum class Kind { kScalar, kList, kMap };
  struct Member {
    std::string key;
    SourcePlace key_place;
    NodePtr value;
  };

  Kind kind = Kind::kScalar;
  SourcePlace place;
  Json scalar;                  // of a scalar: its typed value
  std::string text;             // of a scalar: as written, quotes and escapes resolved ("1.40")
  bool quoted = false;          // or tagged: then never `<<` and never left empty
  std::vector<NodePtr> items;   // of a list
  std::vector<Member> members;  // of a map, in the order of the file; keys are unique
  size_t size = 1;              // values in it, aliases written out
  int depth = 1;

  bool is_map() const { return kind == Kind::kMap; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_text() const { return kind == Kind::kScalar && scalar.is_string(); }
  // `key:` with nothing behind it.
  bool is_empty() const { return kind == Kind::kScalar && !quoted && text.empty(); }
  // Of a map; nullptr where it has no such key or is none.
  const Member* Find(std::string_view key) const;
};

// "a list", "text", "nothing": fits after "must be text, not".
std::string_view KindName(const Node& node);
Json ToJson(const Node& node);
// A text somewhere in a tree: a scalar or a key.
struct PlacedText {
  std::string_view text;  // lives as long as its node
  SourcePlace place;
};
// Every text in `node`, in the order of the file.
std::vector<PlacedText> TextsIn(const Node& node);

// nullptr where the file is no YAML, which is then among the problems.
NodePtr ParseYaml(std::shared_ptr<const SourceText> source, Problems& problems);

}  // namespace plimsoll::scenario
