// What is known of the API's operations beyond its description: a small request that works, the objects that a path
// needs, what to ask after a success. Tables; pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "mutate/trial.h"
#include "openapi/description.h"

namespace plimsoll::mutate {

// A call around the trial. ${...} in target and body; of the answer's JSON, `member` ("Id", "0.ID", "Version.Index") becomes
// ${name}; where `member` is empty nothing is taken.
struct Step {
  std::string name;
  std::string method, target, body;
  std::string member;
  bool may_fail = false;  // a 5xx says nothing: what is odd may come to light only here
};

// The small request that works. `archive`: a tar that does for /build, PUT archive and the like.
Trial SmallestThatWorks(const openapi::Operation& operation, const std::string& archive);
// Makes what ${...} in it stands for; and removes it again, whatever has become of it.
std::vector<Step> StepsBefore(const openapi::Operation& operation);
std::vector<Step> StepsThatUndo(const openapi::Operation& operation);
// What to ask after a success, of what it made (${new}) or changed: an engine that takes an odd value may fail at the
// next look. They also remove what was made.
std::vector<Step> StepsAfterSuccess(const openapi::Operation& operation);
// Whether a success changes the objects of StepsBefore, so that they have to be made again.
bool Spoils(const openapi::Operation& operation);
// The member of an answer, "0.ID" or "Id"; "" where it is not there. A number comes as its digits.
std::string MemberOf(const Json& answer, const std::string& member);

}  // namespace plimsoll::mutate
