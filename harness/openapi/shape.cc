#include "openapi/shape.h"

#include <algorithm>

namespace plimsoll::openapi {
namespace {

constexpr int kDeepest = 60;  // of schemas and values alike

void Collect(const Description& description, const Json& schema, Shape& shape, int depth) {
  if (depth > kDeepest) return;
  const Json& resolved = description.Resolved(schema);
  shape.nullable = shape.nullable || GetBool(schema, "x-nullable") || GetBool(resolved, "x-nullable");
  if (const std::string type = GetString(resolved, "type"); !type.empty()) shape.type = type;
  if (const Json* properties = Find(resolved, "properties"); properties && properties->is_object()) {
    for (const auto& [name, property] : properties->items()) shape.properties[name] = &property;
  }
  if (const Json* required = Find(resolved, "required"); required && required->is_array()) {
    for (const Json& name : *required) {
      if (name.is_string()) shape.required.insert(name.get<std::string>());
    }
  }
  if (const Json* items = Find(resolved, "items")) shape.items = items;
  if (const Json* choices = Find(resolved, "enum"); choices && choices->is_array()) shape.choices = choices;
  if (const Json* additional = Find(resolved, "additionalProperties")) {
    if (additional->is_object() && !additional->empty()) shape.values = additional;
    else if (!additional->is_boolean() || additional->get<bool>()) shape.open = true;
  }
  if (const Json* all = Find(resolved, "allOf"); all && all->is_array()) {
    for (const Json& part : *all) Collect(description, part, shape, depth + 1);
  }
  if (shape.type.empty() && !shape.properties.empty()) shape.type = "object";
}

std::string Inside(const std::string& place, const std::string& name) { return place.empty() ? name : place + "." + name; }

class Lister {
 public:
  explicit Lister(const Description& description) : description_(description) {}

  void List(const Json& schema, std::string place) {
    const Json* resolved = &description_.Resolved(schema);
    if (std::find(around_.begin(), around_.end(), resolved) != around_.end() || around_.size() > kDeepest) return;
    around_.push_back(resolved);
    const Shape shape = ShapeOf(description_, schema);
    for (const auto& [name, property] : shape.properties) {
      fields.push_back(Inside(place, name));
      List(*property, fields.back());
    }
    if (shape.items) List(*shape.items, place + "[]");
    if (shape.values) List(*shape.values, Inside(place, "*"));
    around_.pop_back();
  }

  std::vector<std::string> fields;

 private:
  const Description& description_;
  std::vector<const Json*> around_;  // the schemas that this one is in
};

void Visit(const Description& description, const Json& schema, const Json& value, const std::string& place, const FieldVisitor& visit,
           int depth) {
  if (depth > kDeepest || !value.is_structured()) return;
  const Shape shape = ShapeOf(description, schema);
  if (value.is_array()) {
    if (!shape.items) return;
    for (const Json& item : value) Visit(description, *shape.items, item, place + "[]", visit, depth + 1);
    return;
  }
  for (const auto& [name, member] : value.items()) {
    const auto property = shape.properties.find(name);
    if (property != shape.properties.end()) {
      visit(Inside(place, name), member);
      Visit(description, *property->second, member, Inside(place, name), visit, depth + 1);
    } else if (shape.values) {
      Visit(description, *shape.values, member, Inside(place, "*"), visit, depth + 1);
    }
  }
}

}  // namespace

Shape ShapeOf(const Description& description, const Json& schema) {
  Shape shape;
  Collect(description, schema, shape, 0);
  return shape;
}

std::vector<std::string> FieldsOf(const Description& description, const Json& schema) {
  Lister lister(description);
  lister.List(schema, "");
  return std::move(lister.fields);
}

void VisitFields(const Description& description, const Json& schema, const Json& value, const FieldVisitor& visit) {
  Visit(description, schema, value, "", visit, 0);
}

}  // namespace plimsoll::openapi
