#include "scenario/keys.h"

#include <algorithm>
#include <map>

#include "expect/predicate.h"

namespace plimsoll::scenario {
namespace {

Keys operator+(Keys left, const Keys& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

std::map<std::string, Keys, std::less<>> MakeStepKeys() {
  const Keys request = {"query", "headers", "api", "body", "text", "bytes", "tar", "blocking-factor"};
  return {
      {"call", Keys{"call", "as", "when", "within", "background", "until"} + request},
      {"open", Keys{"open", "as", "when", "within", "background", "upgrade"} + request},
      {"send", {"send", "when", "text", "bytes", "opcode"}},
      {"half-close", {"half-close", "when"}},
      {"read", {"read", "as", "when", "until", "within"}},
      {"close", {"close", "when"}},
      {"sleep", {"sleep", "as", "when"}},
      {"join", {"join", "when", "within"}},
      {"await-event", {"await-event", "as", "when", "count", "within"}},
      {"engine", {"engine", "as", "when", "within"}},
      {"concurrently", {"concurrently", "when"}},
      {"include", {"include", "when", "with"}},
  };
}

}  // namespace

const Keys& ScenarioKeys() {
  static const Keys keys = {"title",  "question", "needs",   "alone",  "deadline",        "api", "through", "daemon",
                            "matrix", "given",    "steps",   "observe", "expect", "known-deviations", "varies"};
  return keys;
}

const Keys& NeedKeys() {
  static const Keys keys = {"api", "product", "disposable", "registry", "call", "status", "reason"};
  return keys;
}

const Keys& Verbs() {
  static const Keys keys = {"call",  "open", "send",        "half-close", "read",         "close",
                            "sleep", "join", "await-event", "engine",     "concurrently", "include"};
  return keys;
}

const Keys& EngineActs() {
  static const Keys keys = {"kill", "terminate", "freeze", "thaw", "start", "restart"};
  return keys;
}

const Keys& Opcodes() {
  static const Keys keys = {"text", "binary", "close", "ping", "pong"};
  return keys;
}

const Keys& StepKeys(std::string_view verb) {
  static const auto keys = MakeStepKeys();
  static const Keys none;
  const auto found = keys.find(verb);
  return found == keys.end() ? none : found->second;
}

const Keys& PollingKeys() {
  static const Keys keys = Keys{"value", "every"} + expect::Predicate::Names();
  return keys;
}

const Keys& ReadUntilKeys() {
  static const Keys keys = {"text", "bytes"};
  return keys;
}

const Keys& TarFileKeys() {
  static const Keys keys = {"path", "text", "from", "link", "folder", "mode"};
  return keys;
}

const Keys& IncludedFileKeys() {
  static const Keys keys = {"parameters", "steps"};
  return keys;
}

const Keys& ObservationKeys() {
  static const Keys keys =
      Keys{"value", "between", "nearest", "sorted", "without"} + expect::Predicate::Names();
  return keys;
}

const Keys& ExpectKeys() {
  static const Keys keys = {"when", "api", "because"};
  return keys;
}

const Keys& KnownDeviationKeys() {
  static const Keys keys = {"on", "when", "of", "because", "upstream"};
  return keys;
}

const Keys& VariesKeys() {
  static const Keys keys = {"on", "when", "of", "values", "because"};
  return keys;
}

const Keys& MatrixKeys() {
  static const Keys keys = {"include", "exclude", "combine"};
  return keys;
}

const Keys& FixedRoots() {
  static const Keys keys = {"image", "case", "engine", "run", "events"};
  return keys;
}

bool Contains(const Keys& keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace plimsoll::scenario
