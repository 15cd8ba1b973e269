// OutOfReach: what of the published API nobody can have here, each with the reason; from a YAML file that people keep: a list of
// {operation, one of status, query, field or none of them, on, reason}. Pure but for the file; any thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace plimsoll::notes {

struct OutOfReach {
  std::string operation;  // "POST /containers/{id}/start"; "*": every one
  int status = 0;         // 0: not about a status
  std::string query;      // a query parameter
  std::string field;      // of the request's body: "HostConfig.Isolation"
  std::vector<std::string> engines;  // `on`: the engines' names, or their beginnings; empty: all
  std::string reason;

  bool IsAbout(const std::string& operation_name, const std::string& engine) const;
  bool operator==(const OutOfReach&) const = default;
};

// Errors name the file and the line.
Result<std::vector<OutOfReach>> LoadOutOfReach(const std::string& path);
Result<std::vector<OutOfReach>> ParseOutOfReach(const std::string& yaml);

}  // namespace plimsoll::notes
