// Templates: the ${...} in scenario files. A path names a value in a Scope (a JSON object: matrix
// parameters, captured answers and streams, image, case, engine).
//   path   = name { "." key | "[" index "]" | "[*]" | "[" '"' any key '"' "]" }
// A key is letters, digits, "_", "-", " " or "/"; `[*]` maps the rest of the path over an array and
// gives an array, without the elements in which the rest leads nowhere ([] for an empty array;
// nothing where there is no array); a negative index counts from the end. `$$` stands for one
// dollar sign, and so does a `$` that no `{` follows. A text that is one whole ${...} keeps the
// value's type; inside a longer text the value is printed (strings bare, everything else as compact
// JSON). Immutable after Parse; any thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace plimsoll::expect {

// A matrix value `absent` means "leave this out": a member of a JSON object, an array element, a
// query parameter or a header whose value is wholly that parameter is not sent at all. Parameters
// are written and reported as the text kAbsent; in a Scope they are the marker.
inline constexpr std::string_view kAbsent = "absent";
Json AbsentMarker();
bool IsAbsent(const Json& value);

struct PathStep {
  enum class Kind { kKey, kIndex, kEach } kind;
  std::string key;
  int index = 0;
};

class Path {
 public:
  // The text between ${ and }. Errors are sentences for diagnostics on the user's file.
  static Result<Path> Parse(std::string_view text);
  const std::string& root() const { return root_; }
  const std::string& text() const { return text_; }
  // The key that follows the root; nullptr where there is none (the root as a whole, or a part of an array).
  const std::string* member() const {
    return !steps_.empty() && steps_[0].kind == PathStep::Kind::kKey ? &steps_[0].key : nullptr;
  }
  // nullopt where the path leads nowhere (which is data: the engine did not give that member).
  std::optional<Json> Resolve(const Json& scope) const;

 private:
  std::string text_;
  std::string root_;
  std::vector<PathStep> steps_;
};

class Template {
 public:
  // Errors name the offset of the bad ${ in the text.
  static Result<Template> Parse(std::string_view text);
  // A text without any ${}.
  bool is_literal() const;
  // One whole ${...} and nothing else.
  const Path* whole() const;
  std::vector<const Path*> paths() const;

  // Whole templates keep the type and give nullopt where the path leads nowhere. In a longer text a
  // path that leads nowhere is an Error that names it ("${box.body.Id} has no value here"), and so
  // is one that is absent.
  Result<std::optional<Json>> Evaluate(const Json& scope) const;
  // As text, for paths and headers: a whole template that leads nowhere is an Error too.
  Result<std::string> EvaluateText(const Json& scope) const;

 private:
  std::vector<std::variant<std::string, Path>> parts_;
};

// Every string inside `value`, keys of objects too, taken as a template and replaced. What
// evaluates to AbsentMarker() is left out of its object or array (a whole `value` that is absent
// stays the marker); a whole template that leads nowhere is an Error that names it.
Result<Json> EvaluateJson(const Json& value, const Json& scope);

// All paths inside the strings of `value` (for checking a file without running it).
Result<std::vector<Path>> PathsIn(const Json& value);

}  // namespace plimsoll::expect
