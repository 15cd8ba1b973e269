// Requests: the calls of a client that was traced, each beside the published description of the API version that it
// speaks. The counterpart of conformance.h, which looks at answers. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "analyse/conformance.h"

namespace plimsoll::analyse {

struct RequestFinding {
  size_t exchange = 0;    // index in the case
  std::string operation;  // "POST /containers/create"; "" where the description has no such path
  std::vector<openapi::Drift> drifts;  // none where the path is unknown
};

struct RequestFindings {
  std::vector<RequestFinding> list;  // in the order of the calls; those that are as described are left out
  size_t checked = 0;
  std::vector<std::string> unknown;  // versions without a description
};

// Calls that were no HTTP are left out, and those of other APIs than docker's (/libpod).
RequestFindings CheckRequests(const Descriptions& descriptions, const journal::CaseRecord& record, const journal::Journal& journal);

}  // namespace plimsoll::analyse
