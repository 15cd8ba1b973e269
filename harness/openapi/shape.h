// Shape: what a schema of the description says, its references and allOf taken together; and the fields that it has all the
// way down. Pure; any thread. What it points to belongs to the Description or to the schema.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "openapi/description.h"

namespace plimsoll::openapi {

struct Shape {
  std::string type;  // "" where it says nothing
  std::map<std::string, const Json*> properties;
  std::set<std::string> required;
  const Json* items = nullptr;
  const Json* values = nullptr;   // additionalProperties with a schema
  bool open = false;              // additionalProperties: true
  const Json* choices = nullptr;  // enum
  bool nullable = false;
};
Shape ShapeOf(const Description& description, const Json& schema);

// Every property, parents before children: "HostConfig", "HostConfig.Mounts", "HostConfig.Mounts[].Type"; values of maps are
// "*". A schema inside itself is not gone into again.
std::vector<std::string> FieldsOf(const Description& description, const Json& schema);
// Calls `visit` with each of these that `value` has, as often as it has it.
using FieldVisitor = std::function<void(const std::string& field, const Json& value)>;
void VisitFields(const Description& description, const Json& schema, const Json& value, const FieldVisitor& visit);

}  // namespace plimsoll::openapi
