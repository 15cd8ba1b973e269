#include "notes/out_of_reach.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "notes/row.h"

namespace plimsoll::notes {
namespace {

constexpr const char* kRowOutOfReach =
    "a row is {operation: \"POST /containers/{id}/start\", status: 500, reason: ...}; instead of status: query, field or none; on: ENGINE or a list";

OutOfReach RowFrom(const YAML::Node& node) {
  OutOfReach row;
  int things = 0;
  for (const auto& member : node) {
    const std::string key = member.first.Scalar();
    const YAML::Node& value = member.second;
    if (key == "on") row.engines = TextsOf(value, key);
    else if (key == "operation") row.operation = TextOf(value, key);
    else if (key == "reason") row.reason = TextOf(value, key);
    else if (key == "query") row.query = TextOf(value, key);
    else if (key == "field") row.field = TextOf(value, key);
    else if (key == "status") row.status = value.as<int>(0);
    else Refuse(member.first, fmt::format("unknown key '{}'", key));
    if (key == "status" && (row.status < 100 || row.status > 599)) Refuse(value, "status must be a number from 100 to 599");
    things += key == "query" || key == "field" || key == "status";
  }
  if (row.operation.empty() || row.reason.empty()) Refuse(node, "operation and reason are needed");
  if (things > 1) Refuse(node, "only one of status, query and field can be given");
  return row;
}

}  // namespace

bool OutOfReach::IsAbout(const std::string& operation_name, const std::string& engine) const {
  if (operation != "*" && operation != operation_name) return false;
  return engines.empty() || std::any_of(engines.begin(), engines.end(), [&](const std::string& begin) { return engine.starts_with(begin); });
}

Result<std::vector<OutOfReach>> ParseOutOfReach(const std::string& yaml) {
  std::vector<OutOfReach> rows;
  if (auto read = ForEachRowOfText(yaml, kRowOutOfReach, [&](const YAML::Node& node) { rows.push_back(RowFrom(node)); }); !read)
    return tl::make_unexpected(read.error());
  return rows;
}

Result<std::vector<OutOfReach>> LoadOutOfReach(const std::string& path) {
  std::vector<OutOfReach> rows;
  if (auto read = ForEachRow(path, kRowOutOfReach, [&](const YAML::Node& node) { rows.push_back(RowFrom(node)); }); !read)
    return tl::make_unexpected(read.error());
  return rows;
}

}  // namespace plimsoll::notes
