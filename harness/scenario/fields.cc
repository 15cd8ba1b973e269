#include "scenario/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.h"
#include "base/text.h"
#include "scenario/template_text.h"

namespace plimsoll::scenario {
namespace {

void WrongKind(const Node& node, std::string_view name, std::string_view wanted, std::string hint,
               Problems& problems) {
  problems.Add(node.place, fmt::format("`{}` must be {}, not {}", name, wanted, KindName(node)),
               std::move(hint));
}

// What someone who wrote this scalar probably wanted.
std::string QuoteHint(const Node& node) {
  if (node.kind != Node::Kind::kScalar || node.is_empty()) return "";
  return fmt::format("write it in quotes: \"{}\"", Abridged(node.text, 40));
}

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == ' ';
}

}  // namespace

Fields::Fields(const Node& node, std::string what, const Keys& known, Problems& problems)
    : node_(node), what_(std::move(what)), problems_(problems) {
  if (!node.is_map()) {
    problems.Add(node.place, fmt::format("{} must be a map, not {}", what_, KindName(node)),
                 known.empty() ? "" : fmt::format("its keys: {}", fmt::join(known, ", ")));
  }
  for (const Node::Member& member : node.members) {
    if (Contains(known, member.key)) continue;
    all_known_ = false;
    problems.Add(member.key_place, fmt::format("{} has no key `{}`", what_, member.key),
                 DidYouMean(member.key, known));
  }
}

const Node* Fields::Find(std::string_view key) const {
  const Node::Member* member = node_.Find(key);
  return member ? member->value.get() : nullptr;
}

const Node* Fields::Require(std::string_view key, std::string hint) const {
  const Node* found = Find(key);
  if (!found && is_map()) {
    problems_.Add(node_.place, fmt::format("{} needs `{}`", what_, key), std::move(hint));
  }
  return found;
}

std::string Fields::RequireText(std::string_view key, std::string hint) const {
  const Node* found = Require(key, std::move(hint));
  return found ? ReadText(*found, key, problems_) : "";
}

std::string Fields::TextOr(std::string_view key, std::string fallback) const {
  const Node* found = Find(key);
  return found ? ReadText(*found, key, problems_) : fallback;
}

bool Fields::BoolOr(std::string_view key, bool fallback) const {
  const Node* found = Find(key);
  return found ? ReadBool(*found, key, problems_) : fallback;
}

Duration Fields::DurationOr(std::string_view key, Duration fallback) const {
  const Node* found = Find(key);
  return found ? ReadDuration(*found, key, problems_) : fallback;
}

std::string ReadText(const Node& node, std::string_view name, Problems& problems) {
  if (!node.is_text()) {
    WrongKind(node, name, "text", QuoteHint(node), problems);
    return "";
  }
  std::string text(Trim(node.text));
  if (text.empty()) problems.Add(node.place, fmt::format("`{}` is empty", name));
  for (const TemplateSpan& span : SpansIn(text)) {
    const std::string part = text.substr(span.begin, span.end - span.begin);
    problems.Add(PlaceOfPart({node.text, node.place}, part),
                 fmt::format("`{}` cannot hold a template, and {} is one", name, part),
                 "it is the same in every case");
    return "";
  }
  return text;
}

bool ReadBool(const Node& node, std::string_view name, Problems& problems) {
  if (node.kind == Node::Kind::kScalar && node.scalar.is_boolean()) return node.scalar.get<bool>();
  const std::string word = ToLower(node.text);
  std::string hint;
  if (word == "true" || word == "yes" || word == "on") hint = "write true";
  if (word == "false" || word == "no" || word == "off") hint = "write false";
  if (node.quoted && !hint.empty()) hint += ", without quotes";
  WrongKind(node, name, "true or false", std::move(hint), problems);
  return false;
}

Duration ReadDuration(const Node& node, std::string_view name, Problems& problems) {
  const auto bare_number = !node.is_text();
  if (node.kind != Node::Kind::kScalar || (bare_number && !node.scalar.is_number())) {
    WrongKind(node, name, "a duration", "a number and a unit, such as 250ms or 10s", problems);
    return Duration(1);
  }
  const auto duration = ParseDuration(node.text);
  if (!duration) {
    problems.Add(node.place, fmt::format("`{}`: {}", name, duration.error().what),
                 duration.error().hint);
    return Duration(1);
  }
  if (duration->count() > 0) return *duration;
  problems.Add(node.place, fmt::format("`{}` must be longer than nothing", name));
  return Duration(1);
}

int64_t ReadCount(const Node& node, std::string_view name, int64_t least, Problems& problems) {
  const bool number = node.kind == Node::Kind::kScalar && node.scalar.is_number_integer();
  if (!number) {
    WrongKind(node, name, "a whole number", "", problems);
    return least;
  }
  const bool fits = !node.scalar.is_number_unsigned() ||
                    node.scalar.get<uint64_t>() <= std::numeric_limits<int32_t>::max();
  const int64_t value = node.scalar.get<int64_t>();
  if (fits && value >= least) return value;
  problems.Add(node.place, fmt::format("`{}` must be from {} to {}", name, least,
                                       std::numeric_limits<int32_t>::max()));
  return least;
}

std::optional<expect::Template> ReadTemplate(const Node& node, std::string_view name,
                                             Problems& problems) {
  if (!node.is_text()) {
    WrongKind(node, name, "text", QuoteHint(node), problems);
    return std::nullopt;
  }
  return ReadScalarTemplate(node, name, problems);
}

std::optional<expect::Template> ReadScalarTemplate(const Node& node, std::string_view name,
                                                   Problems& problems) {
  const bool scalar = node.kind == Node::Kind::kScalar && !node.scalar.is_null();
  if (!scalar) {
    WrongKind(node, name, "text, a number or a boolean",
              node.is_empty() ? "write \"\" for an empty text, or leave the line out" : "",
              problems);
    return std::nullopt;
  }
  if (!CheckTemplate({node.text, node.place}, problems)) return std::nullopt;
  auto parsed = expect::Template::Parse(node.text);
  if (parsed) return *std::move(parsed);
  problems.Add(node.place, parsed.error().what, parsed.error().hint);
  return std::nullopt;
}

std::vector<const Node*> ReadList(const Node& node, std::string_view name, Problems& problems) {
  if (!node.is_list()) {
    WrongKind(node, name, "a list",
              "write [a, b], or each element on a line of its own that begins with \"- \"",
              problems);
  } else if (node.items.empty()) {
    problems.Add(node.place, fmt::format("`{}` is an empty list", name));
  }
  std::vector<const Node*> items;
  for (const NodePtr& item : node.items) items.push_back(item.get());
  return items;
}

bool CheckName(const std::string& name, const SourcePlace& place, Problems& problems) {
  const bool starts_well = !name.empty() && IsNameCharacter(name[0]) && name[0] != '-' &&
                           name[0] != ' ' && (name[0] < '0' || name[0] > '9');
  const bool ends_well = !name.empty() && name.back() != ' ';
  if (!starts_well || !ends_well || !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
    problems.Add(place, fmt::format("\"{}\" cannot be a name", Abridged(name, 60)),
                 "a name begins with a letter or _ and goes on with letters, digits, _, - and "
                 "spaces");
    return false;
  }
  if (!Contains(FixedRoots(), name)) return true;
  problems.Add(place, fmt::format("the name `{}` is taken", name),
               fmt::format("${{{}...}} is always there: see \"What a template sees\" in "
                           "harness/docs/scenario-format.md",
                           name));
  return false;
}

}  // namespace plimsoll::scenario
