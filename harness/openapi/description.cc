#include "openapi/description.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "base/yaml.h"

namespace plimsoll::openapi {
namespace {

constexpr int kLongestChain = 20;  // of references
constexpr std::string_view kMethods[] = {"get", "head", "post", "put", "delete", "options", "patch"};

std::vector<std::string> TextsIn(const Json* list) {
  std::vector<std::string> texts;
  if (list == nullptr || !list->is_array()) return texts;
  for (const Json& item : *list) {
    if (item.is_string()) texts.push_back(item);
  }
  return texts;
}

// Segments of a path, without empty ones.
std::vector<std::string> Segments(std::string_view path) {
  std::vector<std::string> segments = plimsoll::Split(path, '/');
  std::erase(segments, "");
  return segments;
}

bool IsParameter(const std::string& segment) { return segment.starts_with("{") && segment.ends_with("}"); }

// How many segments agree word for word, or nullopt: does not fit. A name of an image may have slashes: its parameter
// takes all of them.
std::optional<size_t> Fit(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  size_t fixed = 0, at = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const size_t left = pattern.size() - i - 1;
    if (at >= path.size() || path.size() - at < left + 1) return std::nullopt;
    if (IsParameter(pattern[i])) {
      at = pattern[i] == "{name}" ? path.size() - left : at + 1;
      continue;
    }
    if (pattern[i] != path[at]) return std::nullopt;
    ++fixed;
    ++at;
  }
  return at == path.size() ? std::optional(fixed) : std::nullopt;
}

// A parameter's own description of its values: all but what says which one it is.
Json OwnSchema(const Json& parameter) {
  Json schema = parameter;
  for (const char* key : {"name", "in", "required", "description"}) schema.erase(key);
  return schema;
}

// Those of `list`, into `parameters`; one that is there already is replaced.
void AddParameters(const Description& description, const Json* list, std::vector<Parameter>& parameters) {
  if (list == nullptr || !list->is_array()) return;
  for (const Json& item : *list) {
    const Json& found = description.Resolved(item);
    Parameter parameter{GetString(found, "name"), GetString(found, "in"), GetBool(found, "required"), Json(), IsDeprecated(found)};
    if (parameter.name.empty()) continue;
    const Json* schema = plimsoll::Find(found, "schema");
    parameter.schema = parameter.in != "body" ? OwnSchema(found) : schema ? *schema : Json::object();
    std::erase_if(parameters, [&](const Parameter& other) { return other.name == parameter.name && other.in == parameter.in; });
    parameters.push_back(std::move(parameter));
  }
}

}  // namespace

bool IsDeprecated(const Json& schema_or_parameter) {
  return GetString(schema_or_parameter, "description").find("**Deprecated**") != std::string::npos;
}

const Parameter* Operation::body() const {
  const auto found = std::find_if(parameters.begin(), parameters.end(), [](const Parameter& each) { return each.in == "body"; });
  return found == parameters.end() ? nullptr : &*found;
}

Result<Description> Description::Load(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text) return tl::make_unexpected(text.error());
  auto description = Parse(*text);
  if (!description) {
    return Fail(fmt::format("{} is no API description: {}", path, description.error().what), description.error().hint);
  }
  return description;
}

Result<Description> Description::Parse(const std::string& yaml) {
  constexpr const char* kHint = "it must be a Swagger 2.0 file of the Engine API, as `fixtures/engines/engine specs` prepares them";
  Json file;
  try {
    // Texts stay texts: nothing is looked up but names, types and yes or no.
    file = JsonOf(YAML::Load(yaml), Scalars::kTexts);
  } catch (const YAML::Exception& error) {
    return Fail(error.what(), kHint);
  }
  const Json* info = plimsoll::Find(file, "info");
  const Json* paths = plimsoll::Find(file, "paths");
  if (GetString(file, "swagger") != "2.0" || !info || !paths || !paths->is_object())
    return Fail("it has no swagger: \"2.0\", info or paths", kHint);
  Description description;
  description.version_ = GetString(*info, "version");
  if (const Json* definitions = plimsoll::Find(file, "definitions")) description.definitions_ = *definitions;
  if (const Json* responses = plimsoll::Find(file, "responses")) description.responses_ = *responses;
  if (const Json* parameters = plimsoll::Find(file, "parameters")) description.parameters_ = *parameters;
  const std::vector<std::string> produces = TextsIn(plimsoll::Find(file, "produces"));
  for (const auto& [path, methods] : paths->items()) {
    for (const std::string_view method : kMethods) {
      const Json* found = plimsoll::Find(methods, method);
      if (found == nullptr) continue;
      Operation operation;
      operation.id = GetString(*found, "operationId");
      operation.method = method;
      std::transform(method.begin(), method.end(), operation.method.begin(), [](char c) { return static_cast<char>(c - 32); });
      operation.path = path;
      if (const auto tags = TextsIn(plimsoll::Find(*found, "tags")); !tags.empty()) operation.tag = tags.front();
      operation.produces = TextsIn(plimsoll::Find(*found, "produces"));
      if (operation.produces.empty()) operation.produces = produces;
      if (const Json* responses = plimsoll::Find(*found, "responses")) {
        for (const auto& [status, response] : responses->items()) {
          int number = 0;
          std::from_chars(status.data(), status.data() + status.size(), number);
          const Json* schema = plimsoll::Find(description.Resolved(response), "schema");
          operation.responses[number] = schema ? *schema : Json();
        }
      }
      AddParameters(description, plimsoll::Find(methods, "parameters"), operation.parameters);
      AddParameters(description, plimsoll::Find(*found, "parameters"), operation.parameters);
      description.operations_.push_back(std::move(operation));
    }
  }
  return description;
}

const Json& Description::Resolved(const Json& schema) const {
  static const Json kNothing = Json::object();
  const Json* found = &schema;
  for (int i = 0; i < kLongestChain; ++i) {
    const std::string reference = GetString(*found, "$ref");
    if (reference.empty()) return *found;
    const std::pair<std::string_view, const Json*> places[] = {
        {"#/definitions/", &definitions_}, {"#/responses/", &responses_}, {"#/parameters/", &parameters_}};
    found = nullptr;
    for (const auto& [prefix, place] : places) {
      if (reference.starts_with(prefix)) found = plimsoll::Find(*place, reference.substr(prefix.size()));
    }
    if (found == nullptr) return kNothing;
  }
  return kNothing;
}

const Operation* Description::Find(std::string_view method, std::string_view path) const {
  const std::vector<std::string> segments = Segments(path);
  const Operation* best = nullptr;
  size_t best_fixed = 0;
  for (const Operation& operation : operations_) {
    if (operation.method != method) continue;
    const auto fixed = Fit(Segments(operation.path), segments);
    if (fixed && (best == nullptr || *fixed > best_fixed)) {
      best = &operation;
      best_fixed = *fixed;
    }
  }
  return best;
}

const Operation* Description::Named(std::string_view name) const {
  const auto found = std::ranges::find_if(
      operations_, [&](const Operation& operation) { return operation.id == name || operation.Name() == name; });
  return found == operations_.end() ? nullptr : &*found;
}

SplitTarget Split(std::string_view target) {
  SplitTarget split;
  target = target.substr(0, target.find('?'));
  if (target.starts_with("/v")) {
    const std::string_view version = target.substr(2, std::min(target.find('/', 2), target.size()) - 2);
    const bool is_one = !version.empty() && version.find_first_not_of("0123456789.") == std::string_view::npos;
    if (is_one) {
      split.version = version;
      target.remove_prefix(2 + version.size());
    }
  }
  split.path = target;
  return split;
}

}  // namespace plimsoll::openapi
