// Coverage: how much of the published API the recorded calls have gone through, by engine: operations, documented statuses,
// query parameters and body fields, fields of answers. An engine's calls are counted that were made in its own API version (or
// without one) in cases that were carried out; what set-up and clean-up call is not. Pure; any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "analyse/conformance.h"
#include "analyse/findings.h"
#include "journal/records.h"
#include "notes/out_of_reach.h"

namespace plimsoll::analyse {

// A query parameter or a field of the request's body. That it is left out is one of its values.
struct InputCoverage {
  std::string name;  // "all"; "HostConfig.Mounts[].Type"
  enum class In { kQuery, kBody } in = In::kQuery;
  bool called = false;      // some call had it
  std::string varied_in;    // a scenario between whose cases or calls it differs; "": none
  // Of a scenario in which an observation follows it: two cases that differ in one parameter of the matrix, in this and in the
  // observation; or two calls of a case that differ in this, and an observation of each of their answers. "": none.
  std::string shown_in;
  std::string shown_by;  // that observation
};

struct OperationCoverage {
  std::string name;  // "POST /containers/create"
  std::string tag;   // "Container"
  std::map<int, std::string> statuses;  // seen -> the first scenario, by id
  std::set<int> documented;             // statuses of the description
  std::vector<InputCoverage> inputs;    // in the description's order
  std::set<std::string> fields;         // of documented successful answers, as FieldsOf has them: "200 Id"
  std::set<std::string> fields_seen;    // of these; not null

  bool called() const { return !statuses.empty(); }
  bool succeeded() const;  // with any status below 400
  bool documents_failure() const;
  bool failed_as_documented() const;
};

struct EngineCoverage {
  std::string version;  // of the API: "1.41"
  std::vector<OperationCoverage> operations;  // in the description's order
};

struct Coverage {
  std::map<std::string, EngineCoverage> engines;  // those whose API version there is a description of
  std::vector<notes::OutOfReach> out_of_reach;
};

Coverage CoverageOf(const Descriptions& descriptions, const Findings& findings, const journal::Journal& journal);

// Of `all`, `some` are there and `excused` are not but are out of reach.
struct Figure {
  std::string what;  // "operations called"
  size_t some = 0, excused = 0, all = 0;
  bool by_chance = false;  // differs a little from run to run
};
// In the order in which they are shown; the same for each engine.
std::vector<Figure> FiguresOf(const Coverage& coverage, const std::string& engine);

// What is not covered, by operation in the order of names; what several engines lack stands together.
struct Gap {
  std::string operation;
  enum class Kind { kCall, kStatus, kQuery, kField, kAnswer } kind = Kind::kCall;
  std::string what;    // "409", "all", "HostConfig.Memory", "200 Id"; "" for a call
  std::string reason;  // where it is out of reach
  std::vector<std::string> engines;
};
std::vector<Gap> GapsOf(const Coverage& coverage);

}  // namespace plimsoll::analyse
