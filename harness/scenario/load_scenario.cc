#include "scenario/load_scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "scenario/check_references.h"
#include "scenario/fields.h"
#include "scenario/load_expect.h"
#include "scenario/load_matrix.h"
#include "scenario/load_steps.h"
#include "scenario/read_source.h"

namespace plimsoll::scenario {
namespace {

namespace fs = std::filesystem;
using Source = std::shared_ptr<const SourceText>;

constexpr Duration kDeadline = std::chrono::seconds(120);

uint64_t Fnv1a(uint64_t hash, std::string_view bytes) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::string HashOf(const Source& file, const std::vector<Source>& included) {
  uint64_t hash = Fnv1a(0xcbf29ce484222325, file->text());
  for (const Source& source : included) hash = Fnv1a(hash, source->text());
  return fmt::format("{:016x}", hash);
}

// Loads the parts in the order in which they depend on each other; Problems sorts what is wrong
// back into the order of the file.
class Loader {
 public:
  Loader(Source source, Problems& problems) : source_(std::move(source)), problems_(problems) {}

  std::shared_ptr<const Scenario> Load(const Node& root) {
    const Fields top(root, "a scenario", ScenarioKeys(), problems_);
    NameFile();
    LoadHead(top);
    const LoadedMatrix matrix = LoadMatrix(top.Find("matrix"), problems_);
    scenario_->matrix = matrix.matrix;
    CheckSweep(top);
    WhenReader whens(scenario_->matrix, problems_);
    ReferenceChecker references(matrix, problems_);
    LoadAllSteps(top, whens, references);
    LoadJudgements(top, whens, references);
    references.ReportUnusedParameters(whens.used());
    scenario_->wants_events = references.wants_events();
    return scenario_;
  }

 private:
  void NameFile() {
    const fs::path path(source_->name());
    std::error_code error;
    scenario_->file = source_->name();
    scenario_->area =
        fs::absolute(path, error).lexically_normal().parent_path().filename().string();
    scenario_->id = scenario_->area + "/" + path.stem().string();
  }

  void LoadHead(const Fields& top) {
    scenario_->title = top.RequireText("title", "one line that says what is looked into");
    scenario_->question =
        top.RequireText("question", "the question that this scenario answers, in a few sentences");
    if (const Node* alone = top.Find("alone")) scenario_->alone = ReadAlone(*alone);
    scenario_->deadline = top.DurationOr("deadline", kDeadline);
    if (const Node* needs = top.Find("needs")) scenario_->needs = LoadNeeds(*needs, problems_);
  }

  Scenario::Alone ReadAlone(const Node& node) {
    if (node.text == "engine") return Scenario::Alone::kOnEngine;
    if (node.text == "machine") return Scenario::Alone::kOnMachine;
    problems_.Add(node.place, "`alone` must be engine or machine",
                  "engine: while no other case runs on its engine; machine: while no other case runs at all");
    return Scenario::Alone::kNo;
  }

  bool HasOwnEngine() const {
    return std::ranges::any_of(scenario_->needs, [](const Need& need) { return need.kind == Need::Kind::kDisposable; });
  }

  // What a sweep tries next is asked while its cases run among the others.
  void CheckSweep(const Fields& top) {
    const bool apart = scenario_->alone != Scenario::Alone::kNo || HasOwnEngine();
    if (scenario_->matrix.combine != Matrix::Combine::kPairs || !apart) return;
    problems_.Add(top.Find("matrix")->place, "`combine: pairs` is for cases that run among others, and these want an engine, or the machine, to themselves",
                  "leave out `combine`, or `alone` and `disposable`");
  }

  void ReadDaemon(const Node& node) {
    if (!node.is_map() || node.members.empty()) {
      problems_.Add(node.place, "`daemon` must be a map of settings", "such as daemon: {live-restore: true}");
      return;
    }
    if (!HasOwnEngine()) {
      problems_.Add(node.place, "`daemon` is how an engine is started, and this scenario's cases share theirs with others",
                    "add needs: [{disposable: true}], so that each case has an engine of its own");
    }
    scenario_->daemon = ToJson(node);
  }

  void LoadAllSteps(const Fields& top, WhenReader& whens, ReferenceChecker& references) {
    std::optional<expect::Template> api;
    if (const Node* node = top.Find("api")) {
      references.CheckBeforeSteps(*node);
      api = ReadApi(*node, problems_);
    }
    if (const Node* node = top.Find("through")) {
      references.CheckBeforeSteps(*node);
      scenario_->through = ReadThrough(*node, scenario_->matrix, problems_);
    }
    if (const Node* node = top.Find("daemon")) {
      references.CheckBeforeSteps(*node);
      ReadDaemon(*node);
    }
    const Node* steps = top.Require("steps", "the calls to make, each beginning with \"- \"");
    if (!steps) return;
    const ExpandedSteps expanded = ExpandIncludes(*steps, source_->name(), problems_);
    const std::string folder = fs::path(source_->name()).parent_path().string();
    scenario_->steps =
        LoadSteps(expanded.steps, {scenario_->matrix, std::move(api), folder, HasOwnEngine()}, whens, problems_);
    references.CheckSteps(expanded.steps);
    for (size_t i = 0; i < expanded.steps.size(); ++i) {
      scenario_->steps_source.push_back(SourceOf(expanded.steps[i], scenario_->steps[i]));
    }
    scenario_->source_hash = HashOf(source_, expanded.included);
  }

  void LoadJudgements(const Fields& top, WhenReader& whens, ReferenceChecker& references) {
    LoadedObservations observations;
    if (const Node* observe = top.Require("observe", "the values to look at, by name")) {
      observations = LoadObservations(*observe, problems_);
      references.CheckObservations(*observe);
    }
    scenario_->observe = std::move(observations.observe);
    scenario_->observe_source = std::move(observations.source);
    if (const Node* expect = top.Find("expect")) {
      scenario_->expect = LoadExpectations(*expect, observations.names, whens, problems_);
      scenario_->expect_source = ToJson(*expect);
    }
    if (const Node* known = top.Find("known-deviations")) {
      scenario_->known_deviations =
          LoadKnownDeviations(*known, observations.names, whens, problems_);
      scenario_->known_deviations_source = ToJson(*known);
    }
    if (const Node* varies = top.Find("varies")) {
      scenario_->varies = LoadVaries(*varies, observations.names, whens, problems_);
      scenario_->varies_source = ToJson(*varies);
    }
  }

  Source source_;
  Problems& problems_;
  std::shared_ptr<Scenario> scenario_ = std::make_shared<Scenario>();
};

Loaded LoadFrom(const Source& source) {
  Problems problems;
  Loaded loaded;
  if (const NodePtr root = ParseYaml(source, problems)) {
    loaded.scenario = Loader(source, problems).Load(*root);
  } else if (problems.count() == 0) {
    problems.Add({source, 0, 0, 1}, "this file is empty",
                 "a scenario has at least title, question, steps and observe");
  }
  loaded.diagnostics = problems.Sorted(source->name());
  if (!loaded.diagnostics.empty()) loaded.scenario = nullptr;
  return loaded;
}

}  // namespace

Loaded LoadScenario(const std::string& path) {
  const auto source = ReadSource(path, path);
  if (source) return LoadFrom(*source);
  return {nullptr, {{{MakeSource(path, ""), 0, 0, 1}, source.error().what, source.error().hint}}};
}

Loaded LoadScenarioText(const std::string& path, std::string text) {
  return LoadFrom(MakeSource(path, std::move(text)));
}

}  // namespace plimsoll::scenario
