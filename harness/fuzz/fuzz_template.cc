// Whatever stands in a scenario's ${...}, predicates and observations, and whatever JSON they are let loose on:
// lines of an input are a template, a predicate, an observation (both JSON) and the scope (JSON).
#include <string>
#include <vector>

#include "base/text.h"
#include "expect/observation.h"
#include "expect/value.h"
#include "fuzz/fuzz.h"

namespace {

using namespace plimsoll;

void TryTemplate(const std::string& text, const Json& scope) {
  const auto parsed = expect::Template::Parse(text);
  if (!parsed) return fuzz::Promise(!parsed.error().what.empty(), "a refusal says why");
  const auto value = parsed->Evaluate(scope);
  const auto printed = parsed->EvaluateText(scope);
  if (!value) fuzz::Promise(!value.error().what.empty(), "a refusal says why");
  if (printed && value && *value) fuzz::Promise(*printed == expect::TextOf(**value), "a value and its text agree");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<std::string> lines = Split(fuzz::Text(data, size), '\n');
  lines.resize(4);
  const Json scope = TryParseJson(lines[3]).value_or(Json::object());
  TryTemplate(lines[0], scope);
  (void)expect::Path::Parse(lines[0]);
  if (const auto spec = TryParseJson(lines[1])) {
    if (const auto predicate = expect::Predicate::Parse(*spec)) {
      (void)predicate->Describe();
      (void)predicate->Holds(std::nullopt);
      (void)predicate->Holds(scope);
      for (const Json& member : scope) (void)predicate->Holds(member);
    }
    (void)expect::EvaluateJson(*spec, scope);
  }
  if (const auto spec = TryParseJson(lines[2])) {
    if (const auto observation = expect::Observation::Parse("seen", *spec)) (void)observation->Observe(scope);
  }
  return 0;
}
