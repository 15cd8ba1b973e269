#include "notes/row.h"

#include <fmt/format.h>

#include "base/text.h"

namespace plimsoll::notes {

void Refuse(const YAML::Node& node, const std::string& what) { throw YAML::Exception(node.Mark(), what); }

std::string TextOf(const YAML::Node& node, const std::string& key) {
  if (!node.IsScalar() || node.Scalar().empty()) Refuse(node, key + " must be a text");
  return node.Scalar();
}

std::vector<std::string> TextsOf(const YAML::Node& node, const std::string& key) {
  if (!node.IsSequence()) return {TextOf(node, key)};
  std::vector<std::string> texts;
  for (const auto& each : node) texts.push_back(TextOf(each, key));
  return texts;
}

Status ForEachRowOfText(const std::string& yaml, const std::string& hint, const std::function<void(const YAML::Node&)>& read) {
  try {
    const YAML::Node file = YAML::Load(yaml);
    if (file.IsNull()) return {};
    if (!file.IsSequence()) Refuse(file, "this is no list of rows");
    for (const YAML::Node& node : file) {
      if (!node.IsMap()) Refuse(node, "this is no row");
      read(node);
    }
  } catch (const YAML::Exception& error) {
    return Fail(fmt::format("line {}, column {}: {}", error.mark.line + 1, error.mark.column + 1, Printable(error.msg)), hint);
  }
  return {};
}

Status ForEachRow(const std::string& path, const std::string& hint, const std::function<void(const YAML::Node&)>& read) {
  const auto text = ReadFile(path);
  if (!text) return tl::make_unexpected(text.error());
  auto done = ForEachRowOfText(*text, hint, read);
  if (!done) return Fail(path + ": " + done.error().what, done.error().hint);
  return {};
}

}  // namespace plimsoll::notes
