#include "openapi/out_of_reach.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "base/text.h"

namespace plimsoll::openapi {
namespace {

Error At(const YAML::Node& node, const std::string& what) {
  return {fmt::format("line {}: {}", node.Mark().line + 1, what),
          "a row is {operation: POST /containers/{id}/start, status: 500, reason: ...}; instead of status: query, field or none; on: ENGINE or a list"};
}

Result<OutOfReach> RowFrom(const YAML::Node& node) {
  if (!node.IsMap()) return tl::make_unexpected(At(node, "this is no row"));
  OutOfReach row;
  int things = 0;
  for (const auto& member : node) {
    const std::string key = member.first.Scalar();
    const YAML::Node& value = member.second;
    if (key == "on" && value.IsSequence()) {
      for (const auto& name : value) row.engines.push_back(name.Scalar());
      continue;
    }
    if (!value.IsScalar() || value.Scalar().empty()) return tl::make_unexpected(At(value, key + " must be a text"));
    if (key == "operation") row.operation = value.Scalar();
    else if (key == "reason") row.reason = value.Scalar();
    else if (key == "on") row.engines.push_back(value.Scalar());
    else if (key == "query") row.query = value.Scalar();
    else if (key == "field") row.field = value.Scalar();
    else if (key == "status") row.status = value.as<int>(0);
    else return tl::make_unexpected(At(member.first, fmt::format("unknown key '{}'", Printable(key))));
    if (key == "status" && (row.status < 100 || row.status > 599)) return tl::make_unexpected(At(value, "status must be a number from 100 to 599"));
    things += key == "query" || key == "field" || key == "status";
  }
  if (row.operation.empty() || row.reason.empty()) return tl::make_unexpected(At(node, "operation and reason are needed"));
  if (things > 1) return tl::make_unexpected(At(node, "only one of status, query and field can be given"));
  return row;
}

}  // namespace

bool OutOfReach::IsAbout(const std::string& operation_name, const std::string& engine) const {
  if (operation != "*" && operation != operation_name) return false;
  return engines.empty() || std::any_of(engines.begin(), engines.end(), [&](const std::string& begin) { return engine.starts_with(begin); });
}

Result<std::vector<OutOfReach>> ParseOutOfReach(const std::string& yaml) {
  std::vector<OutOfReach> rows;
  try {
    const YAML::Node file = YAML::Load(yaml);
    if (file.IsNull()) return rows;
    if (!file.IsSequence()) return tl::make_unexpected(At(file, "this is no list of rows"));
    for (const YAML::Node& node : file) {
      auto row = RowFrom(node);
      if (!row) return tl::make_unexpected(row.error());
      rows.push_back(std::move(*row));
    }
  } catch (const YAML::Exception& error) {
    return Fail(error.what());
  }
  return rows;
}

Result<std::vector<OutOfReach>> LoadOutOfReach(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text) return tl::make_unexpected(text.error());
  auto rows = ParseOutOfReach(*text);
  if (!rows) return Fail(path + ": " + rows.error().what, rows.error().hint);
  return rows;
}

}  // namespace plimsoll::openapi
