#include "expect/predicate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/diagnostic.h"
#include "base/duration.h"
#include "base/text.h"
#include "expect/pattern.h"
#include "expect/template.h"
#include "expect/value.h"

namespace plimsoll::expect {
// Not in the namespace without a name: Predicate::Node has one, and Predicate is seen elsewhere.
enum class PredicateKind {
  kEquals,
  kNot,
  kOneOf,
  kContains,
  kMatches,
  kAtLeast,
  kAtMost,
  kExists,
  kStartsWith,
  kEndsWith,
  kAllOf,
  kAnyOf,
  kCount,
};

namespace {

using Kind = PredicateKind;

struct NamedKind {
  std::string_view name;
  Kind kind;
};
constexpr NamedKind kKinds[] = {
    {"equals", Kind::kEquals},      {"not", Kind::kNot},         {"one-of", Kind::kOneOf},
    {"contains", Kind::kContains},  {"matches", Kind::kMatches}, {"at-least", Kind::kAtLeast},
    {"at-most", Kind::kAtMost},     {"exists", Kind::kExists},   {"starts-with", Kind::kStartsWith},
    {"ends-with", Kind::kEndsWith}, {"all-of", Kind::kAllOf},    {"any-of", Kind::kAnyOf},
    {"count", Kind::kCount},
};

std::optional<Kind> KindOf(std::string_view name) {
  for (const NamedKind& known : kKinds) {
    if (known.name == name) return known.kind;
  }
  return std::nullopt;
}

// Text that text predicates look at: strings, and what reads like one in a file ("^2" of 200).
std::optional<std::string> ScalarText(const Json& value) {
  if (value.is_null() || value.is_structured()) return std::nullopt;
  return TextOf(value);
}

bool Contains(const Json& value, const Json& wanted) {
  if (value.is_array()) return std::find(value.begin(), value.end(), wanted) != value.end();
  if (value.is_object()) return value.contains(TextOf(wanted));
  const auto text = ScalarText(value);
  return text && text->find(TextOf(wanted)) != std::string::npos;
}

// -1, 0, 1, or nullopt where the two cannot be compared. A limit written as a duration compares
// with nanoseconds and with durations written as text (the classes of `nearest`).
std::optional<int> Compare(const Json& value, const Json& limit) {
  const auto order = [](const Json& a, const Json& b) { return a < b ? -1 : b < a ? 1 : 0; };
  if (limit.is_number()) {
    if (!value.is_number()) return std::nullopt;
    return order(value, limit);
  }
  const auto wanted = ParseDuration(limit.get_ref<const std::string&>());
  if (!wanted) return std::nullopt;
  if (value.is_number()) return order(value, wanted->count());
  if (!value.is_string()) return std::nullopt;
  const auto given = ParseDuration(value.get_ref<const std::string&>());
  if (!given) return std::nullopt;
  return order(given->count(), wanted->count());
}

// A code span that stays one whatever backticks the text holds (CommonMark 6.1).
std::string CodeSpan(const std::string& text) {
  size_t longest = 0;
  size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  if (longest == 0) return "`" + text + "`";
  const std::string fence(longest + 1, '`');
  return fence + " " + text + " " + fence;
}

// Strings bare, except those that would read as another value.
std::string Quote(const Json& value) {
  if (!value.is_string()) return CodeSpan(Printable(CompactJson(value)));
  const auto& text = value.get_ref<const std::string&>();
  const bool ambiguous = text.empty() || Trim(text).size() != text.size() || TryParseJson(text);
  return CodeSpan(Printable(ambiguous ? CompactJson(value) : text));
}

std::string QuoteAll(const Json& values) {
  std::vector<std::string> quoted;
  for (const Json& value : values) quoted.push_back(Quote(value));
  return fmt::format("{}", fmt::join(quoted, ", "));
}

}  // namespace

struct Predicate::Node {
  Kind kind = Kind::kEquals;
  Json value;
  Pattern pattern;
  std::vector<Predicate> children;

  static Result<Predicate> Make(Kind kind, std::string_view name, const Json& argument);
  static Status TakeChildren(Node& node, std::string_view name, const Json& argument);
  static Status TakeValue(Node& node, std::string_view name, const Json& argument);

  bool HoldsFor(const std::optional<Json>& value) const;
  bool HoldsForNothing() const;
  bool HoldsForValue(const Json& seen) const;
  std::string Describe(bool negated) const;
  std::string DescribeChildren(bool negated) const;
  bool is_compound() const { return kind == Kind::kAllOf || kind == Kind::kAnyOf; }
};

// What `argument` must be, by kind; the message says what was given.
Status Predicate::Node::TakeValue(Node& node, std::string_view name, const Json& argument) {
  const auto expected = [&](std::string_view what, std::string hint = "") -> Status {
    return Fail(fmt::format("\"{}\" takes {}, not {}", name, what, Shown(argument)),
                std::move(hint));
  };
  node.value = argument;
  switch (node.kind) {
    case Kind::kOneOf:
      if (!argument.is_array() || argument.empty()) return expected("a list of values");
      return {};
    case Kind::kContains:
      if (argument.is_null()) return expected("a text or another value");
      return {};
    case Kind::kMatches: {
      if (!argument.is_string()) return expected("a regular expression as text");
      auto pattern = Pattern::Compile(argument.get_ref<const std::string&>());
      if (!pattern) return tl::make_unexpected(pattern.error());
      node.pattern = *std::move(pattern);
      return {};
    }
    case Kind::kAtLeast:
    case Kind::kAtMost:
      if (argument.is_number()) return {};
      if (argument.is_string() && ParseDuration(argument.get_ref<const std::string&>())) return {};
      return expected("a number or a duration", "write 3 or 250ms");
    case Kind::kExists:
      if (!argument.is_boolean()) return expected("true or false");
      return {};
    case Kind::kStartsWith:
    case Kind::kEndsWith:
      if (!ScalarText(argument)) return expected("a text");
      node.value = *ScalarText(argument);
      return {};
    default:
      return {};
  }
}

Status Predicate::Node::TakeChildren(Node& node, std::string_view name, const Json& argument) {
  const bool listed = node.is_compound();
  if (listed && (!argument.is_array() || argument.empty())) {
    return Fail(fmt::format("\"{}\" takes a list of predicates, not {}", name, Shown(argument)));
  }
  const Json specs = listed ? argument : Json::array({argument});
  for (const Json& spec : specs) {
    auto child = Predicate::Parse(spec);
    if (!child) return tl::make_unexpected(child.error());
    node.children.push_back(*std::move(child));
  }
  return {};
}

Result<Predicate> Predicate::Node::Make(Kind kind, std::string_view name, const Json& argument) {
  auto node = std::make_shared<Node>();
  node->kind = kind;
  const bool nests = kind == Kind::kNot || kind == Kind::kCount || node->is_compound();
  const Status status =
      nests ? TakeChildren(*node, name, argument) : TakeValue(*node, name, argument);
  if (!status) return tl::make_unexpected(status.error());
  return Predicate(std::move(node));
}

Result<Predicate> Predicate::Parse(const Json& spec) {
  if (!spec.is_object() || spec.empty()) return Node::Make(Kind::kEquals, "equals", spec);
  for (const auto& [key, argument] : spec.items()) {
    if (KindOf(key)) continue;
    return Fail(fmt::format("\"{}\" is not a predicate", Abridged(key, 60)),
                NearestName(key, Names()).empty()
                    ? "to compare with a map, write {equals: {...}}; predicates: " +
                          fmt::format("{}", fmt::join(Names(), ", "))
                    : DidYouMean(key, Names()));
  }
  if (spec.size() > 1) {
    std::vector<std::string> keys;
    for (const auto& [key, argument] : spec.items()) keys.push_back("\"" + key + "\"");
    return Fail(fmt::format("a predicate has one key, not {}", fmt::join(keys, " and ")),
                "put several into all-of: [...] or any-of: [...]");
  }
  const auto only = spec.begin();
  return Node::Make(*KindOf(only.key()), only.key(), only.value());
}

bool Predicate::Node::HoldsFor(const std::optional<Json>& seen) const {
  switch (kind) {
    case Kind::kNot:
      return !children[0].Holds(seen);
    case Kind::kAllOf:
      return std::all_of(children.begin(), children.end(),
                         [&](const Predicate& child) { return child.Holds(seen); });
    case Kind::kAnyOf:
      return std::any_of(children.begin(), children.end(),
                         [&](const Predicate& child) { return child.Holds(seen); });
    default:
      return seen && !seen->is_null() ? HoldsForValue(*seen) : HoldsForNothing();
  }
}

bool Predicate::Node::HoldsForNothing() const {
  switch (kind) {
    case Kind::kEquals:
      return value.is_null();
    case Kind::kOneOf:
      return Contains(value, nullptr);
    case Kind::kExists:
      return !value.get<bool>();
    default:
      return false;
  }
}

bool Predicate::Node::HoldsForValue(const Json& seen) const {
  switch (kind) {
    case Kind::kEquals:
      return seen == value;
    case Kind::kOneOf:
      return Contains(value, seen);
    case Kind::kContains:
      return Contains(seen, value);
    case Kind::kExists:
      return value.get<bool>();
    case Kind::kAtLeast:
      return Compare(seen, value).value_or(-1) >= 0;
    case Kind::kAtMost:
      return Compare(seen, value).value_or(1) <= 0;
    case Kind::kCount: {
      const auto count = CountOf(seen);
      return count && children[0].Holds(Json(*count));
    }
    default:
      break;
  }
  const auto text = ScalarText(seen);
  if (!text) return false;
  if (kind == Kind::kMatches) return pattern.FoundIn(*text);
  const auto& wanted = value.get_ref<const std::string&>();
  return kind == Kind::kStartsWith ? text->starts_with(wanted) : text->ends_with(wanted);
}

bool Predicate::Holds(const std::optional<Json>& value) const {
  if (value && IsAbsent(*value)) return node_->HoldsFor(Json(kAbsent));
  return node_->HoldsFor(value);
}

std::string Predicate::Node::DescribeChildren(bool negated) const {
  std::vector<std::string> parts;
  for (const Predicate& child : children) {
    const Node* said = child.node_.get();
    while (said->kind == Kind::kNot) said = said->children[0].node_.get();
    const std::string words = child.node_->Describe(negated);
    const bool nested = said->children.size() > 1 && children.size() > 1;
    parts.push_back(nested ? "(" + words + ")" : words);
  }
  // De Morgan: "not all of" reads best as "one of them not".
  const bool all = (kind == Kind::kAllOf) != negated;
  return fmt::format("{}", fmt::join(parts, all ? " and " : " or "));
}

std::string Predicate::Node::Describe(bool negated) const {
  const std::string_view is = negated ? "is not" : "is";
  const auto verb = [&](std::string_view plain, std::string_view base) {
    return fmt::format("{} {}", negated ? fmt::format("does not {}", base) : std::string(plain),
                       Quote(value));
  };
  switch (kind) {
    case Kind::kEquals:
      return fmt::format("{} {}", is, Quote(value));
    case Kind::kOneOf:
      return fmt::format("{} one of {}", is, QuoteAll(value));
    case Kind::kContains:
      return verb("contains", "contain");
    case Kind::kMatches:
      return verb("matches", "match");
    case Kind::kStartsWith:
      return verb("starts with", "start with");
    case Kind::kEndsWith:
      return verb("ends with", "end with");
    case Kind::kAtLeast:
      return fmt::format("{} at least {}", is, Quote(value));
    case Kind::kAtMost:
      return fmt::format("{} at most {}", is, Quote(value));
    case Kind::kExists:
      return value.get<bool>() != negated ? "is there" : "is not there";
    case Kind::kNot:
      return children[0].node_->Describe(!negated);
    case Kind::kCount:
      return "has a count that " + children[0].node_->Describe(negated);
    case Kind::kAllOf:
    case Kind::kAnyOf:
      return DescribeChildren(negated);
  }
  return "";
}

std::string Predicate::Describe() const { return node_->Describe(/*negated=*/false); }

const std::vector<std::string>& Predicate::Names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const NamedKind& known : kKinds) all.emplace_back(known.name);
    return all;
  }();
  return names;
}

}  // namespace plimsoll::expect
