#include "scenario/yaml_node.h"

#include <algorithm>

namespace plimsoll::scenario {
namespace {

void CollectTexts(const Node& node, std::vector<PlacedText>& texts) {
  if (node.is_text()) texts.push_back({node.text, node.place});
  for (const NodePtr& item : node.items) CollectTexts(*item, texts);
  for (const Node::Member& member : node.members) {
    texts.push_back({member.key, member.key_place});
    CollectTexts(*member.value, texts);
  }
}

}  // namespace

const Node::Member* Node::Find(std::string_view key) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.key == key; });
  return found == members.end() ? nullptr : &*found;
}

std::string_view KindName(const Node& node) {
  if (node.is_map()) return "a map";
  if (node.is_list()) return "a list";
  if (node.is_empty()) return "nothing";
  if (node.scalar.is_null()) return "null";
  if (node.scalar.is_boolean()) return "a boolean";
  return node.scalar.is_number() ? "a number" : "text";
}

Json ToJson(const Node& node) {
  if (node.is_list()) {
    Json list = Json::array();
    for (const NodePtr& item : node.items) list.push_back(ToJson(*item));
    return list;
  }
  if (node.is_map()) {
    Json map = Json::object();
    for (const Node::Member& member : node.members) map[member.key] = ToJson(*member.value);
    return map;
  }
  return node.scalar;
}

std::vector<PlacedText> TextsIn(const Node& node) {
  std::vector<PlacedText> texts;
  CollectTexts(node, texts);
  return texts;
}

}  // namespace plimsoll::scenario
