// The marks by which plimsoll knows its own: labels on everything it creates, and names with the run's id in them
// ("plimsoll-RUN-CASE") where no label can be given. `plimsoll clean` looks for nothing else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace plimsoll::run {

inline constexpr std::string_view kRunLabel = "plimsoll.run";
inline constexpr std::string_view kCaseLabel = "plimsoll.case";
inline constexpr std::string_view kNamePrefix = "plimsoll-";

// What a request to this path (without version and query) creates; kNothing for all others.
enum class Creates { kNothing, kContainer, kNetwork, kVolume, kImage };
Creates CreatedBy(std::string_view method, std::string_view path);

// Adds the two labels to the body of a container, network or volume creation. A body that is no object,
// or whose Labels are of a wrong type on purpose, stays as it is.
void AddLabels(Json& body, const std::string& run_id, const std::string& case_token);

// "/v1.41/containers/create?name=x" -> "/containers/create".
std::string_view PathOf(std::string_view target);
// The value of a query parameter, percent-decoded; "" where it is not given.
std::string QueryValue(std::string_view target, std::string_view name);
// The values of one that is given several times ("t=a&t=b").
std::vector<std::string> QueryValues(std::string_view target, std::string_view name);

}  // namespace plimsoll::run
