// Generate: trials of an operation from its description: the small request that works, and that with each place of its
// body and each parameter set to boundary values, wrong types, null, left out; unknown members; bodies that are no JSON;
// and combinations of these. The same seed gives the same trials. Pure; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "mutate/trial.h"
#include "openapi/description.h"

namespace plimsoll::mutate {

// A trial and what it changes: nothing for the first one.
struct Planned {
  Trial trial;
  std::vector<Change> changes;
};
std::string Text(const std::vector<Change>& changes);  // "body Hostname = null; query name left out"; "nothing changed"

// `count` of them, fewer where there are not that many that differ. Every place gets one value before any gets a second; each
// fourth trial combines two to four changes.
std::vector<Planned> Generate(const openapi::Description& description, const openapi::Operation& operation,
                              const Trial& smallest, uint64_t seed, size_t count);

// All places of a schema, each with the schema that holds there; `$ref` that lead back into themselves end.
struct SchemaPlace {
  Place place;
  Json schema;
};
std::vector<SchemaPlace> PlacesOf(const openapi::Description& description, const Json& schema);
// Values to try where `schema` holds: fitting and unfitting ones, without one that occurs twice.
std::vector<Json> ValuesFor(const openapi::Description& description, const Json& schema);

}  // namespace plimsoll::mutate
