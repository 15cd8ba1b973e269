#include "scenario/substitute.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "expect/template.h"
#include "scenario/template_text.h"

namespace plimsoll::scenario {
namespace {

NodePtr TextNode(std::string text, const SourcePlace& place) {
  auto node = std::make_shared<Node>();
  node->place = place;
  node->scalar = text;
  node->text = std::move(text);
  node->quoted = true;
  return node;
}

NodePtr FromJson(const Json& value, const SourcePlace& place) {
  auto node = std::make_shared<Node>();
  node->place = place;
  node->quoted = true;
  if (value.is_array()) node->kind = Node::Kind::kList;
  if (value.is_object()) node->kind = Node::Kind::kMap;
  for (const auto& [key, member] : value.items()) {
    NodePtr child = value.is_structured() ? FromJson(member, place) : nullptr;
    if (!child) break;
    node->size += child->size;
    node->depth = std::max(node->depth, child->depth + 1);
    if (value.is_array()) node->items.push_back(std::move(child));
    if (value.is_object()) node->members.push_back({key, place, std::move(child)});
  }
  if (value.is_structured()) return node;
  node->scalar = value;
  node->text = value.is_string() ? value.get<std::string>() : CompactJson(value);
  return node;
}

// The path that a text is as a whole: "box.body" of "${box.body}".
std::optional<std::string_view> WholePath(std::string_view text) {
  const auto spans = SpansIn(text);
  if (spans.size() != 1 || spans[0].begin != 0 || spans[0].end != text.size()) return std::nullopt;
  return Trim(spans[0].inside);
}

std::string Printed(const Node& node) {
  return node.kind == Node::Kind::kScalar ? node.text : CompactJson(ToJson(node));
}

}  // namespace

NodePtr Substitution::Apply(const NodePtr& node) {
  if (budget_.exceeded || !Spend(1, 0)) return node;
  if (node->kind != Node::Kind::kScalar) return ApplyToParts(node);
  return node->is_text() ? ApplyToText(node) : node;
}

NodePtr Substitution::ApplyToParts(const NodePtr& node) {
  auto copy = std::make_shared<Node>(*node);
  copy->size = 1;
  copy->depth = 1;
  const auto replace = [&](NodePtr& child) {
    child = Apply(child);
    copy->size += child->size;
    copy->depth = std::max(copy->depth, child->depth + 1);
  };
  for (NodePtr& item : copy->items) replace(item);
  for (Node::Member& member : copy->members) {
    member.key = Replaced({member.key, member.key_place});
    replace(member.value);
  }
  if (copy->depth > kMaxDepth) {
    budget_.exceeded = true;
    problems_.Add(node->place, fmt::format("nested deeper than {} levels", kMaxDepth));
  }
  return copy;
}

NodePtr Substitution::ApplyToText(const NodePtr& node) {
  const PlacedText text{node->text, node->place};
  if (const auto whole = WholePath(node->text)) {
    const NodePtr value = ValueOf(text, *whole);
    if (!value) return node;
    return Spend(value->size, 0) ? value : node;
  }
  std::string replaced = Replaced(text);
  return replaced == node->text ? node : TextNode(std::move(replaced), node->place);
}

std::string Substitution::Replaced(const PlacedText& text) {
  std::string result;
  size_t at = 0;
  for (const TemplateSpan& span : SpansIn(text.text)) {
    const NodePtr value = ValueOf(text, span.inside);
    if (!value) continue;
    result += text.text.substr(at, span.begin - at);
    result += Printed(*value);
    at = span.end;
    if (!Spend(0, result.size())) return std::string(text.text);
  }
  return result += text.text.substr(at);
}

// nullptr where the path does not begin with a parameter of the file.
NodePtr Substitution::ValueOf(const PlacedText& text, std::string_view inside) {
  const auto path = expect::Path::Parse(inside);
  if (!path) return nullptr;  // reported where the step is read
  const auto found = values_.find(path->root());
  if (found == values_.end()) return nullptr;
  used_.insert(found->first);
  const Node& value = *found->second;
  const std::string rest(Trim(std::string_view(path->text()).substr(path->root().size())));
  if (rest.empty()) return found->second;
  if (value.is_text()) {
    const auto whole = WholePath(value.text);
    return TextNode(fmt::format("${{{}{}}}", whole.value_or(value.text), rest), text.place);
  }
  if (auto part = path->Resolve(Json{{path->root(), ToJson(value)}})) {
    return FromJson(*part, text.place);
  }
  problems_.Add(PlaceOfPart(text, fmt::format("${{{}}}", inside)),
                fmt::format("${{{}}} leads nowhere: `{}` is {}", path->text(), path->root(),
                            Abridged(CompactJson(ToJson(value)), 60)));
  return TextNode("", text.place);
}

bool Substitution::Spend(size_t values, size_t bytes) {
  if (budget_.exceeded || values > budget_.values || bytes > budget_.bytes) {
    budget_.exceeded = true;
    return false;
  }
  budget_.values -= values;
  budget_.bytes -= bytes;
  return true;
}

}  // namespace plimsoll::scenario
