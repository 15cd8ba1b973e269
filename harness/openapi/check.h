// Check: what an answer, or a request, has that the description of its operation does not, and the reverse. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "openapi/description.h"

namespace plimsoll::openapi {

enum class DriftKind {
  kStatus,       // a status that the operation does not list
  kContentType,  // another media type than it produces
  kNoJson,       // a body that is no JSON where it has a schema
  kMissing,      // a required field is not there
  kExtra,        // a field that the schema does not have
  kType,         // a value of another type; null where that is not allowed
  kValue,        // not one of the values listed
  kParameter,    // a parameter in the query that the operation does not have
  kBody,         // a body where none belongs
  kDeprecated,   // what the description says is no longer to be used
};
std::string_view Name(DriftKind kind);  // "undocumented status"

struct Drift {
  DriftKind kind = DriftKind::kStatus;
  std::string place;   // "HostConfig.Ulimits[].Name"; keys of maps are "*"; "" for the answer as a whole
  std::string detail;  // "409"; "null, not array"
  bool operator==(const Drift&) const = default;
};

struct Answer {
  int status = 0;
  std::string content_type;  // the header as it came
  std::string_view body;     // whole, or empty: then nothing is said of it
  bool is_stream = false;    // a hijacked connection or a body that goes on: only its status and type are looked at
};

struct Asked {
  std::string_view target;  // path and query
  std::string_view body;
  bool body_is_whole = true;  // else nothing is said of what is in it
};

// Each drift once, in the order of places.
std::vector<Drift> CheckAnswer(const Description& description, const Operation& operation, const Answer& answer);
// A parameter's place is its name with a "?" before it. A null in a body says that the member is left out, as Go's clients
// mean it. Headers and what stands in the path are not looked at, but for the version: a path without one is deprecated, save
// that of /_ping and /version. Of parameters and fields those are told as deprecated that are given more than Go's zero value.
std::vector<Drift> CheckRequest(const Description& description, const Operation& operation, const Asked& asked);

}  // namespace plimsoll::openapi
