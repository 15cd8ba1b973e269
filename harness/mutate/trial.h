// Trial: one request that `plimsoll probe` tries, as something to change, shrink and show. What an engine names
// (${container}, ${network}) is put in when it is sent. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "http/message.h"

namespace plimsoll::mutate {

// What ${...} stands for: "container" -> an id.
using Names = std::map<std::string, std::string>;
// `text` with every ${name} that is known replaced.
std::string Fill(std::string text, const Names& names);

// Where in a JSON document: names of members, "[]" for an array's first item.
using Place = std::vector<std::string>;
std::string Text(const Place& place);  // "Mounts[].Type"; "" for the whole

struct Bytes {
  std::string bytes;
  bool operator==(const Bytes&) const = default;
};

struct Trial {
  std::string method;
  std::string path;  // "/containers/{id}/update"
  std::map<std::string, std::string> path_values;
  std::vector<std::pair<std::string, std::string>> query;  // not encoded yet
  http::Headers headers;
  std::variant<std::monostate, Json, Bytes> body;
  bool operator==(const Trial&) const = default;
};

http::Request RequestOf(const Trial& trial, const Names& names);
// "POST /volumes/create {"Name":""}", abridged, with ${...} for what an engine names.
std::string Text(const Trial& trial);

// One change of a trial, of which `Text` is the name.
struct Change {
  enum class Where { kBody, kQuery, kPath, kHeader } where = Where::kBody;
  Place place;       // of kBody; else the one name of a parameter or header
  bool remove = false;
  std::variant<Json, Bytes> value;  // Bytes: the body as a whole, or the text of a parameter
};
std::string Text(const Change& change);
Trial With(Trial trial, const Change& change);

}  // namespace plimsoll::mutate
