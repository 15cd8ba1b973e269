// Description: one version of the Engine API as its published Swagger 2.0 file has it (moby's api/swagger.yaml and
// docs/api/v1.*.yaml). Loaded once, immutable, any thread. Knows of the format what those files use: $ref to
// definitions, responses and parameters, allOf, properties, additionalProperties, items, enum, x-nullable.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace plimsoll::openapi {

// What a call may be given.
struct Parameter {
  std::string name;
  std::string in;  // "path", "query", "header", "body"
  bool required = false;
  Json schema;     // of the body; else the parameter's own type, format, enum, default, items and so on
  bool deprecated = false;
};
// Whether its description says so: "> **Deprecated**: This field is ...".
bool IsDeprecated(const Json& schema_or_parameter);

struct Operation {
  std::string id;      // "ContainerStart"
  std::string tag;     // "Container": the first one
  std::string method;  // "POST"
  std::string path;    // "/containers/{id}/start"
  std::vector<std::string> produces;      // media types; of the file where the operation has none
  std::map<int, Json> responses;          // status -> schema; null where the file gives none
  std::vector<Parameter> parameters;      // those of its path included; of two with one place and name its own counts
  const Parameter* body() const;          // nullptr: there is none
  std::string Name() const { return method + " " + path; }
};

class Description {
 public:
  // An Error where the file cannot be read or is no Swagger 2.0 file.
  static Result<Description> Load(const std::string& path);
  static Result<Description> Parse(const std::string& yaml);

  const std::string& version() const { return version_; }  // "1.41"
  const std::vector<Operation>& operations() const { return operations_; }
  // `path` without the version and the query; fixed path segments win over parameters. nullptr: there is none.
  const Operation* Find(std::string_view method, std::string_view path) const;
  // The operation that a user names: "ContainerCreate" or "POST /containers/create". nullptr: there is none.
  const Operation* Named(std::string_view name) const;
  // A schema (response, parameter) with its $ref followed; an empty object where it leads nowhere.
  const Json& Resolved(const Json& schema) const;

 private:
  std::string version_;
  std::vector<Operation> operations_;
  Json definitions_ = Json::object();
  Json responses_ = Json::object();
  Json parameters_ = Json::object();
};

// "/v1.41/containers/json?all=1" -> "1.41" and "/containers/json". The version is empty where the target has none.
struct SplitTarget {
  std::string version, path;
};
SplitTarget Split(std::string_view target);

}  // namespace plimsoll::openapi
