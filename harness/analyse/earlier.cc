#include "analyse/earlier.h"

#include <algorithm>
#include <tuple>

#include "base/json.h"

namespace plimsoll::analyse {
namespace {

auto KeyOf(const DriftFinding& finding) {
  return std::tie(finding.operation, finding.drift.place, finding.drift.kind, finding.drift.detail);
}

void AddEarlierTo(const SameAsBefore& same, const std::string& engine, const OperationCoverage& earlier, OperationCoverage& now) {
  for (const auto& [status, scenario] : earlier.statuses) {
    if (same.Is(engine, scenario)) now.statuses[status] = scenario;
  }
  for (const InputCoverage& before : earlier.inputs) {
    const auto input = std::ranges::find_if(now.inputs, [&](const InputCoverage& each) { return each.name == before.name && each.in == before.in; });
    if (input == now.inputs.end()) continue;
    if (same.Is(engine, before.varied_in)) {
      input->called = true;
      input->varied_in = before.varied_in;
    }
    if (same.Is(engine, before.shown_in)) {
      input->shown_in = before.shown_in;
      input->shown_by = before.shown_by;
    }
  }
}

}  // namespace

SameAsBefore::SameAsBefore(const Findings& before, const Findings& now) : before_(AskedIn(before)), now_(AskedIn(now)) {}

SameAsBefore::Asked SameAsBefore::AskedIn(const Findings& findings) {
  std::map<std::string, std::string> versions;
  for (const journal::EngineRecord& engine : findings.engines) versions[engine.name] = GetString(engine.identity, "version");
  Asked asked;
  for (const ScenarioFindings& scenario : findings.scenarios) {
    if (scenario.source_hash.empty()) continue;
    for (const std::string& engine : scenario.engines) asked[{engine, scenario.id}] = versions[engine] + " " + scenario.source_hash;
  }
  return asked;
}

bool SameAsBefore::Is(const std::string& engine, const std::string& scenario) const {
  const auto before = before_.find({engine, scenario}), now = now_.find({engine, scenario});
  return before != before_.end() && now != now_.end() && before->second == now->second;
}

void AddEarlier(const SameAsBefore& same, const Conformance& earlier, Conformance& now) {
  for (const DriftFinding& before : earlier.drifts) {
    for (const auto& [engine, seen] : before.engines) {
      if (!now.engines.contains(engine) || !same.Is(engine, seen.scenario)) continue;
      auto place = std::ranges::lower_bound(now.drifts, KeyOf(before), {}, KeyOf);
      if (place == now.drifts.end() || KeyOf(*place) != KeyOf(before)) place = now.drifts.insert(place, {before.operation, before.drift, {}});
      DriftFinding::Seen& here = place->engines[engine];
      here.scenario = seen.scenario;
      here.case_id = seen.case_id;
    }
  }
}

void AddEarlier(const SameAsBefore& same, const Coverage& earlier, Coverage& now) {
  for (auto& [engine, covered] : now.engines) {
    const auto before = earlier.engines.find(engine);
    if (before == earlier.engines.end() || before->second.version != covered.version) continue;
    for (const OperationCoverage& operation : before->second.operations) {
      const auto here = std::ranges::find(covered.operations, operation.name, &OperationCoverage::name);
      if (here != covered.operations.end()) AddEarlierTo(same, engine, operation, *here);
    }
  }
}

}  // namespace plimsoll::analyse
