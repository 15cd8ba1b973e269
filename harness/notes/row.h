// What the readers of this module's YAML files share: places of mistakes, lists of texts, lists of rows.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace plimsoll::notes {

// For use inside ForEachRow only, which catches it with the library's own.
[[noreturn]] void Refuse(const YAML::Node& node, const std::string& what);
std::string TextOf(const YAML::Node& node, const std::string& key);
// A text, or a list of them.
std::vector<std::string> TextsOf(const YAML::Node& node, const std::string& key);

// Calls `read` with each element of the list in the file; with none where the file is empty. An Error names the file, the line and
// what is wrong; `hint` goes with it.
Status ForEachRow(const std::string& path, const std::string& hint, const std::function<void(const YAML::Node&)>& read);
Status ForEachRowOfText(const std::string& yaml, const std::string& hint, const std::function<void(const YAML::Node&)>& read);

}  // namespace plimsoll::notes
