// Every key that a scenario file may have: what is not listed here is a diagnostic. The JSON Schema
// for editors (harness/docs/scenario.schema.json) is held to the same lists by a test.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::scenario {

using Keys = std::vector<std::string>;

const Keys& ScenarioKeys();
const Keys& NeedKeys();
// The first key of a step says what it does.
const Keys& Verbs();
// What `engine` can do to a daemon.
const Keys& EngineActs();
// All keys that a step with this verb may have, the verb among them.
const Keys& StepKeys(std::string_view verb);
// `until` of a call: `value`, `every` and the predicates.
const Keys& PollingKeys();
const Keys& Opcodes();  // of the frame that `send` makes on a websocket
// `until` of a read, where it is a map.
const Keys& ReadUntilKeys();
const Keys& TarFileKeys();
const Keys& IncludedFileKeys();
// Of a definition under `observe`: with the predicates.
const Keys& ObservationKeys();
// Keys of an expectation that name no observation.
const Keys& ExpectKeys();
const Keys& KnownDeviationKeys();
const Keys& VariesKeys();
// Names inside `matrix` that are no parameters.
const Keys& MatrixKeys();
// Names that every scope has.
const Keys& FixedRoots();

bool Contains(const Keys& keys, std::string_view key);

}  // namespace plimsoll::scenario
