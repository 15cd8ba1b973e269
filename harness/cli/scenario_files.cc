#include "cli/scenario_files.h"

#include <fmt/format.h>

#include <map>

#include "base/diagnostic.h"
#include "scenario/load_scenario.h"

namespace plimsoll::cli {

Result<LoadedFiles> LoadFiles(const std::vector<std::string>& paths) {
  auto files = scenario::FindScenarioFiles(paths);
  if (!files) return tl::make_unexpected(files.error());
  LoadedFiles loaded;
  std::map<std::string, std::string> seen;  // id -> file
  for (const std::string& file : *files) {
    ++loaded.files;
    auto one = scenario::LoadScenario(file);
    for (const Diagnostic& diagnostic : one.diagnostics)
      fmt::print(stderr, "{}", Render(diagnostic));
    loaded.problems += one.diagnostics.size();
    if (!one.scenario) continue;
    const auto [other, is_new] = seen.try_emplace(one.scenario->id, file);
    if (!is_new) {
      fmt::print(stderr,
                 "{}: error: {} is the name of {} too\n  hint: a scenario is named by its folder "
                 "and file\n",
                 file, one.scenario->id, other->second);
      ++loaded.problems;
      continue;
    }
    loaded.scenarios.push_back(std::move(one.scenario));
  }
  return loaded;
}

std::vector<std::string> ChangedSinceLoaded(const std::vector<std::shared_ptr<const scenario::Scenario>>& scenarios) {
  std::vector<std::string> changed;
  for (const auto& each : scenarios) {
    const auto now = scenario::LoadScenario(each->file).scenario;
    if (!now || now->source_hash != each->source_hash) changed.push_back(each->file);
  }
  return changed;
}

}  // namespace plimsoll::cli
