// Small questions about JSON values that templates, predicates and observations all ask.
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"

namespace plimsoll::expect {

// As it stands in a longer text: strings bare, everything else as compact JSON.
std::string TextOf(const Json& value);
// Elements of an array, members of an object, lines of a text (an unended last line counts);
// nullopt for what has no parts.
std::optional<uint64_t> CountOf(const Json& value);
// Why an observation has no value. As a value kNoSuchValue is null, the others are markers that no
// engine's answer can be taken for.
enum class Nothing {
  kNoSuchValue,  // the step was carried out, and what came of it has no such member
  kNotTried,     // the step was not carried out: what it needs was not there, or it was not its turn
  kNoAnswer,     // the call was made and had no answer
};
Json NothingMarker(Nothing why);
// nullopt: `value` is something.
std::optional<Nothing> NothingOf(const Json& value);
// For messages: compact JSON, cut where it is long.
std::string Shown(const Json& value);

}  // namespace plimsoll::expect
