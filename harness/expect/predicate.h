// Predicates: one notion of "is this value as wanted", used for `until`, for observations that are
// yes or no, and for judging expectations. Written in scenario files as
//   a plain value (equal to it), or a map with exactly one of
//   equals: V | not: P | one-of: [V...] | contains: TEXT-or-V
//   | matches: REGEX (ECMAScript, anywhere in the text) | starts-with: TEXT | ends-with: TEXT
//   | at-least: N | at-most: N | exists: BOOL | all-of: [P...] | any-of: [P...]
//   | count: P (of an array, an object, or a text's lines)
// Numbers compare by value (1 equals 1.0). `contains` asks a text for a part, an array for an equal
// element, an object for a key. Text predicates see numbers and booleans as they are written. A
// limit of at-least and at-most may be a duration ("3s"): it compares with nanoseconds and with
// durations written as text. `matches` looks at the first 64 KiB of the text and has
// neither back-references nor look-ahead (pattern.h). Immutable after Parse; any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace plimsoll::expect {

class Predicate {
 public:
  // Errors are sentences for diagnostics on the user's file.
  static Result<Predicate> Parse(const Json& spec);
  // `value` nullopt: the path led nowhere. Only `exists: false`, `not:` of something and a plain or
  // listed null hold for it. null is the same nothing: observations of a missing member are null
  // too (whether a member is there with null in it, `contains` of its object tells).
  bool Holds(const std::optional<Json>& value) const;
  // "is `exited`", "is one of `a`, `b`", "contains `hello`": fits after a name. In Markdown quotes.
  std::string Describe() const;

  // The names that Parse knows, for diagnostics.
  static const std::vector<std::string>& Names();

 private:
  struct Node;
  explicit Predicate(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  std::shared_ptr<const Node> node_;
};

}  // namespace plimsoll::expect
