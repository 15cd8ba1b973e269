// A step's request made concrete: templates evaluated against the scope, payload turned into bytes, labels
// added to what it creates. Pure but for reading the files that a tar lists; any thread.
#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "http/message.h"
#include "scenario/scenario.h"

namespace plimsoll::run {

struct RequestContext {
  const Json& scope;
  std::string engine_api;   // put before paths that name no version
  std::string run_id;
  std::string case_token;
  std::string scenario_file;  // tar files are named relative to it
};

// An Error says which ${...} has no value here.
Result<http::Request> MakeRequest(const scenario::RequestSpec& spec, const std::optional<std::string>& upgrade,
                                  const RequestContext& context);

}  // namespace plimsoll::run
