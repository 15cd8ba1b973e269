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
    if (const Node* given = top.Find("given"); given && scenario_->wants_events) {
      problems_.Add(given->place, "what `given` makes belongs to several cases, so none of them can tell its events from the others'",
                    "put these steps at the beginning of `steps`, or leave out what looks at events");
    }
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
    const std::string folder = fs::path(source_->name()).parent_path().string();
    const StepSurroundings around{scenario_->matrix, std::move(api), folder, HasOwnEngine()};
    if (const Node* given = top.Find("given")) {
      scenario_->given = LoadStepList(*given, "given", around, whens, references);
      CheckGiven(*given);
      for (const Parameter& each : scenario_->matrix.parameters) {
        if (references.Mentions(each.name) || whens.used().contains(each.name)) scenario_->given_parameters.push_back(each.name);
      }
      references.EndGiven();
    }
    if (const Node* steps = top.Require("steps", "the calls to make, each beginning with \"- \"")) {
      scenario_->steps = LoadStepList(*steps, "steps", around, whens, references);
    }
    scenario_->source_hash = HashOf(source_, included_);
  }

  std::vector<Step> LoadStepList(const Node& list, std::string_view key, const StepSurroundings& around, WhenReader& whens,
                                 ReferenceChecker& references) {
    const ExpandedSteps expanded = ExpandIncludes(list, key, source_->name(), problems_);
    std::vector<Step> steps = LoadSteps(expanded.steps, around, whens, problems_);
    references.CheckSteps(expanded.steps);
    for (size_t i = 0; i < expanded.steps.size(); ++i) {
      scenario_->steps_source.push_back(SourceOf(expanded.steps[i], steps[i]));
      if (key == "given") CheckGivenStep(*expanded.steps[i].node, steps[i]);
    }
    included_.insert(included_.end(), expanded.included.begin(), expanded.included.end());
    return steps;
  }

  // What cases share must be on an engine that they share.
  void CheckGiven(const Node& given) {
    const bool apart = HasOwnEngine() || scenario_->through;
    if (!apart && scenario_->matrix.combine == Matrix::Combine::kAll) return;
    problems_.Add(given.place, apart ? "`given` is for cases that share an engine, and each of these has one of its own"
                                     : "`given` is for cases that are all known before the run, and a sweep's are not",
                  "put these steps at the beginning of `steps`");
  }

  // It has ended when `given` has, and is the same for all cases.
  void CheckGivenStep(const Node& node, const Step& step) {
    const auto* call = std::get_if<CallStep>(&step.action);
    const auto* open = std::get_if<OpenStep>(&step.action);
    if ((call && call->background) || (open && open->background)) {
      problems_.Add(node.place, "nothing in `given` runs in the background: the cases begin when its steps have ended",
                    "leave out `background`, or put the step into `steps`");
    }
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
  std::vector<Source> included_;
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
