// A scenario file of any bytes gives a Scenario or diagnostics, never neither, and nothing unprintable is shown.
#include <string>

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "scenario/load_scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace plimsoll;
  const auto loaded = scenario::LoadScenarioText("/nowhere/area/fuzz.yaml", std::string(fuzz::Text(data, size)));
  fuzz::Promise((loaded.scenario == nullptr) == !loaded.diagnostics.empty(), "a Scenario or diagnostics");
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    const std::string shown = Render(diagnostic);
    for (const std::string& line : Split(shown, '\n')) fuzz::Promise(Printable(line) == line, "a printable diagnostic");
  }
  return 0;
}
