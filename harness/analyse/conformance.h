// Conformance: every recorded exchange beside the published description of the API version that it spoke. Pure; any
// thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "journal/records.h"
#include "openapi/check.h"

namespace plimsoll::analyse {

// Something that answers have and the description has not, or the reverse, over all engines.
struct DriftFinding {
  std::string operation;  // "POST /containers/create"
  openapi::Drift drift;
  struct Seen {
    size_t exchanges = 0;
    std::string scenario;  // of the first case, by case id
    std::string case_id;
  };
  std::map<std::string, Seen> engines;
};

struct Conformance {
  struct Checked {
    size_t exchanges = 0;
    size_t operations = 0;                // different ones
    std::vector<std::string> versions;    // of the API, that the calls were made in and that there are descriptions of
    std::vector<std::string> unknown;     // versions without one
  };
  std::map<std::string, Checked> engines;
  std::vector<DriftFinding> drifts;  // by operation, place, kind
  bool empty() const { return engines.empty(); }
};

// By version, "1.41".
using Descriptions = std::map<std::string, openapi::Description>;

// The versions that calls in the journal were made in: of their paths, or the engine's own where those have none.
std::vector<std::string> VersionsSpoken(const journal::Journal& journal);
// Exchanges without an answer, in a version that the engine does not speak, of no operation of the API and of cases that were not carried out are left out.
Conformance CheckAgainst(const Descriptions& descriptions, const journal::Journal& journal);

}  // namespace plimsoll::analyse
