#include "base/yaml.h"

#include <string>

namespace plimsoll {
namespace {

constexpr int kDeepest = 100;

Json ScalarOf(const YAML::Node& node, Scalars scalars) {
  const std::string& text = node.Scalar();
  const bool quoted = node.Tag() == "!";
  if (quoted) return text;
  if (text == "true" || text == "false") return text == "true";
  if (scalars == Scalars::kTexts) return text;
  const Json number = Json::parse(text, nullptr, false);
  return number.is_number() ? number : Json(text);
}

Json Convert(const YAML::Node& node, Scalars scalars, int depth) {
  if (depth > kDeepest) throw YAML::Exception(node.Mark(), "nested too deep");
  if (node.IsMap()) {
    Json map = Json::object();
    for (const auto& member : node) {
      if (!member.first.IsScalar()) throw YAML::Exception(member.first.Mark(), "a key must be a text");
      map[member.first.Scalar()] = Convert(member.second, scalars, depth + 1);
    }
    return map;
  }
  if (node.IsSequence()) {
    Json list = Json::array();
    for (const auto& item : node) list.push_back(Convert(item, scalars, depth + 1));
    return list;
  }
  return node.IsNull() ? Json(nullptr) : ScalarOf(node, scalars);
}

}  // namespace

Json JsonOf(const YAML::Node& node, Scalars scalars) { return Convert(node, scalars, 0); }

}  // namespace plimsoll
