// For the tests of run: one scenario's case, carried out against a FakeEngine.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "run/case_runner.h"
#include "scenario/load_scenario.h"
#include "testing/fake_engine.h"

namespace plimsoll::run {

enum class Harm { kDisposable, kNotOurs };

inline std::shared_ptr<const scenario::Scenario> LoadForTest(const std::string& yaml,
                                                             const std::string& path = "area/test.yaml") {
  const auto loaded = scenario::LoadScenarioText(path, "title: A test\nquestion: What happens?\n" + yaml);
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << Render(diagnostic);
  return loaded.scenario;
}

inline EngineUnderTest EngineForTest(const testing::FakeEngine& fake, Harm harm) {
  EngineUnderTest engine;
  engine.name = "docker-20.10";
  engine.endpoint = fake.endpoint();
  engine.identity.product = "docker";
  engine.identity.version = "20.10.24";
  engine.identity.api = "1.41";
  engine.disposable = harm == Harm::kDisposable;
  return engine;
}

inline journal::RunRecord RunForTest() {
  journal::RunRecord run;
  run.run_id = "run1";
  run.options["images"] = {{"probe", "localhost/plimsoll/probe:run1"}};
  return run;
}

class CaseTest : public ::testing::Test {
 protected:
  // The steps as YAML, and what else the file holds ("deadline: 1s\n").
  journal::CaseRecord Run(const std::string& steps, const std::string& head = "") {
    return RunYaml(head + "steps:\n" + steps + "observe: {x: \"${case.name}\"}\n");
  }

  journal::CaseRecord RunYaml(const std::string& yaml, const Json& parameters = Json::object()) {
    plan::Case plan_case{"area/test@docker-20.10", LoadForTest(yaml), "docker-20.10", 0, parameters};
    if (!plan_case.scenario) return {};
    auto session = EngineSession::Open(EngineForTest(fake_, harm_), {}, "run1");
    if (!session) ADD_FAILURE() << session.error().Text();
    if (!session) return {};
    CaseRunner runner(plan_case, **session, RunForTest(), &cancel_);
    auto record = runner.Run();
    cancelled_ = runner.cancelled();
    return record;
  }

  // The exchange of that name; an empty one (and a failure) where there is none.
  static journal::Exchange Named(const journal::CaseRecord& record, const std::string& name) {
    for (const journal::Exchange& exchange : record.exchanges) {
      if (exchange.name == name) return exchange;
    }
    ADD_FAILURE() << "no exchange " << name;
    return {};
  }

  static std::vector<std::string> Targets(const std::vector<journal::Exchange>& exchanges) {
    std::vector<std::string> targets;
    for (const auto& exchange : exchanges) targets.push_back(exchange.method + " " + exchange.target);
    return targets;
  }

  // A step that creates a container, `box`.
  static constexpr const char* kCreate = "  - {call: POST /containers/create, as: box, body: {Image: x}}\n";

  static int Status(const journal::Exchange& exchange) { return exchange.head ? exchange.head->status : 0; }

  testing::FakeEngine fake_;
  Harm harm_ = Harm::kDisposable;
  engine::Bell cancel_;
  bool cancelled_ = false;
};

// The n-th id that a FakeEngine gives.
inline std::string FakeId(int n) {
  std::string digits = std::to_string(n);
  return std::string(64 - digits.size(), '0') + digits;
}

}  // namespace plimsoll::run
