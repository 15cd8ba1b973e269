#include "openapi/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "base/text.h"
#include "http/message.h"
#include "openapi/shape.h"

namespace plimsoll::openapi {
namespace {

constexpr int kDeepestAnswer = 60;

std::string TypeOf(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "boolean";
  if (value.is_string()) return "string";
  if (value.is_array()) return "array";
  if (value.is_object()) return "object";
  return value.is_number_float() ? "number" : "integer";
}

bool Fits(const std::string& type, const std::string& wanted) {
  return type == wanted || (wanted == "number" && type == "integer");
}

// Names that an engine makes up say nothing of the format.
std::string FieldName(const std::string& name) {
  const bool is_id = name.size() >= 12 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
  return is_id ? "*" : Printable(name);
}

// What Go's clients send for what was not given.
bool IsZero(const Json& value) {
  return value.is_null() || value == false || value == 0 || value == "" || (value.is_structured() && value.empty());
}

class Checker {
 public:
  enum class Of { kAnswer, kRequest };
  Checker(const Description& description, Of of) : description_(description), of_(of) {}

  void Check(const Json& schema, const Json& value, const std::string& place, int depth = 0) {
    if (depth > kDeepestAnswer) return;
    const Shape shape = ShapeOf(description_, schema);
    const std::string type = TypeOf(value);
    if (value.is_null()) {
      if (!shape.nullable && !shape.type.empty()) Add(DriftKind::kType, place, fmt::format("null, not {}", shape.type));
      return;
    }
    if (!shape.type.empty() && !Fits(type, shape.type)) {
      return Add(DriftKind::kType, place, fmt::format("{}, not {}", type, shape.type));
    }
    if (value.is_string() && shape.choices) {
      const auto& choices = *shape.choices;
      const bool listed = std::find(choices.begin(), choices.end(), value) != choices.end();
      if (!listed) Add(DriftKind::kValue, place, Abridged(value.get<std::string>(), 40));
    }
    if (value.is_array() && shape.items) {
      for (const Json& item : value) Check(*shape.items, item, place + "[]", depth + 1);
    }
    if (value.is_object()) CheckObject(shape, value, place, depth);
  }

  std::vector<Drift> Sorted() const {
    std::vector<Drift> all;
    for (const auto& [place, kind, detail] : found_) all.push_back({kind, place, detail});
    return all;
  }

  void Add(DriftKind kind, const std::string& place, const std::string& detail) { found_.insert({place, kind, detail}); }

 private:
  void CheckObject(const Shape& shape, const Json& value, const std::string& place, int depth) {
    const auto inside = [&](const std::string& name) { return place.empty() ? name : place + "." + name; };
    for (const std::string& name : shape.required) {
      if (!value.contains(name)) Add(DriftKind::kMissing, inside(name), "");
    }
    for (const auto& [name, member] : value.items()) {
      const auto property = shape.properties.find(name);
      if (property != shape.properties.end()) {
        const bool told = of_ == Of::kRequest && IsDeprecated(*property->second) && !IsZero(member);
        if (told) Add(DriftKind::kDeprecated, inside(name), Abridged(CompactJson(member), 40));
        Check(*property->second, member, inside(name), depth + 1);
      } else if (shape.values) {
        Check(*shape.values, member, inside("*"), depth + 1);
      } else if (!shape.open && !shape.properties.empty()) {
        Add(DriftKind::kExtra, inside(FieldName(name)), TypeOf(member));
      }
    }
  }

  const Description& description_;
  const Of of_;
  std::set<std::tuple<std::string, DriftKind, std::string>> found_;
};

struct QueryPair {
  std::string name, value;
};

std::vector<QueryPair> QueryOf(std::string_view target) {
  std::vector<QueryPair> pairs;
  const size_t mark = target.find('?');
  if (mark == std::string_view::npos) return pairs;
  for (const std::string& text : plimsoll::Split(target.substr(mark + 1), '&')) {
    if (text.empty()) continue;
    const size_t equals = std::min(text.find('='), text.size());
    pairs.push_back({http::PercentDecode(text.substr(0, equals)), http::PercentDecode(text.substr(std::min(equals + 1, text.size())))});
  }
  return pairs;
}

// In a query all are texts. For a boolean these are what Go's strconv.ParseBool takes, and an empty value.
bool FitsAsText(const std::string& value, const std::string& wanted) {
  if (wanted == "boolean") {
    constexpr std::string_view kWords[] = {"", "1", "0", "t", "f", "T", "F", "true", "false", "True", "False", "TRUE", "FALSE"};
    return std::find(std::begin(kWords), std::end(kWords), value) != std::end(kWords);
  }
  if (wanted != "integer") return true;
  const size_t sign = value.starts_with("-") ? 1 : 0;
  return value.size() > sign && value.find_first_not_of("0123456789", sign) == std::string::npos;
}

void CheckQuery(const Operation& operation, std::string_view target, Checker& checker) {
  for (const QueryPair& pair : QueryOf(target)) {
    const auto found = std::find_if(operation.parameters.begin(), operation.parameters.end(),
                                    [&](const Parameter& each) { return each.in == "query" && each.name == pair.name; });
    const std::string place = "?" + Printable(pair.name);
    if (found == operation.parameters.end()) {
      checker.Add(DriftKind::kParameter, place, Abridged(pair.value, 40));
      continue;
    }
    constexpr std::string_view kZeros[] = {"", "0", "f", "F", "false", "False", "FALSE"};
    const bool is_zero = std::find(std::begin(kZeros), std::end(kZeros), pair.value) != std::end(kZeros);
    if (found->deprecated && !is_zero) checker.Add(DriftKind::kDeprecated, place, Abridged(pair.value, 40));
    const std::string type = GetString(found->schema, "type");
    if (!FitsAsText(pair.value, type)) checker.Add(DriftKind::kType, place, fmt::format("{}, not {}", Abridged(pair.value, 40), type));
    const Json* choices = plimsoll::Find(found->schema, "enum");
    const bool listed = choices == nullptr || std::find(choices->begin(), choices->end(), Json(pair.value)) != choices->end();
    if (!listed) checker.Add(DriftKind::kValue, place, Abridged(pair.value, 40));
  }
}

void DropNulls(Json& value) {
  if (value.is_object()) {
    for (auto member = value.begin(); member != value.end();) {
      member = member->is_null() ? value.erase(member) : std::next(member);
    }
  }
  if (!value.is_structured()) return;
  for (Json& inside : value) DropNulls(inside);
}

void CheckRequestBody(const Description& description, const Operation& operation, const Asked& asked, Checker& checker) {
  const Parameter* parameter = operation.body();
  if (parameter == nullptr) {
    if (!asked.body.empty()) checker.Add(DriftKind::kBody, "", fmt::format("{} bytes", asked.body.size()));
    return;
  }
  if (asked.body.empty()) {
    if (parameter->required) checker.Add(DriftKind::kMissing, "", "the body");
    return;
  }
  const std::string type = GetString(description.Resolved(parameter->schema), "type");
  if (type == "string" || !asked.body_is_whole) return;  // bytes
  auto body = TryParseJson(asked.body);
  if (!body) return checker.Add(DriftKind::kNoJson, "", "");
  DropNulls(*body);
  checker.Check(parameter->schema, *body, "");
}

// "Using the API without a version-prefix is deprecated" (the description's own words on versioning).
void CheckVersion(const Operation& operation, std::string_view target, Checker& checker) {
  const bool is_needed = operation.path != "/_ping" && operation.path != "/version";
  if (is_needed && Split(target).version.empty()) checker.Add(DriftKind::kDeprecated, "", "a path without a version");
}

std::string MediaType(std::string_view header) { return ToLower(Trim(header.substr(0, header.find(';')))); }

}  // namespace

std::string_view Name(DriftKind kind) {
  switch (kind) {
    case DriftKind::kStatus:
      return "undocumented status";
    case DriftKind::kContentType:
      return "undocumented content type";
    case DriftKind::kNoJson:
      return "no JSON";
    case DriftKind::kMissing:
      return "missing field";
    case DriftKind::kExtra:
      return "undocumented field";
    case DriftKind::kType:
      return "another type";
    case DriftKind::kValue:
      return "undocumented value";
    case DriftKind::kParameter:
      return "undocumented parameter";
    case DriftKind::kBody:
      return "a body where none belongs";
    case DriftKind::kDeprecated:
      return "deprecated";
  }
  return "";
}

std::vector<Drift> CheckAnswer(const Description& description, const Operation& operation, const Answer& answer) {
  Checker checker(description, Checker::Of::kAnswer);
  const auto response = operation.responses.find(answer.status);
  if (response == operation.responses.end()) checker.Add(DriftKind::kStatus, "", std::to_string(answer.status));
  const std::string type = MediaType(answer.content_type);
  const bool has_content = answer.is_stream || !answer.body.empty();
  const auto& produces = operation.produces;
  const bool is_error = answer.status >= 400;  // those are JSON, whatever the operation produces
  const bool expected = is_error ? type == "application/json" : std::find(produces.begin(), produces.end(), type) != produces.end();
  if (has_content && !expected && !produces.empty()) {
    checker.Add(DriftKind::kContentType, "", type.empty() ? "none" : Printable(type));
  }
  if (response == operation.responses.end() || response->second.is_null() || answer.is_stream || answer.body.empty()) {
    return checker.Sorted();
  }
  const std::string schema_type = GetString(description.Resolved(response->second), "type");
  if (schema_type == "string" || schema_type == "file") return checker.Sorted();  // bytes
  const auto body = TryParseJson(answer.body);
  if (body) {
    checker.Check(response->second, *body, "");
  } else {
    checker.Add(DriftKind::kNoJson, "", type.empty() ? "no content type" : Printable(type));
  }
  return checker.Sorted();
}

std::vector<Drift> CheckRequest(const Description& description, const Operation& operation, const Asked& asked) {
  Checker checker(description, Checker::Of::kRequest);
  CheckVersion(operation, asked.target, checker);
  CheckQuery(operation, asked.target, checker);
  CheckRequestBody(description, operation, asked, checker);
  return checker.Sorted();
}

}  // namespace plimsoll::openapi
