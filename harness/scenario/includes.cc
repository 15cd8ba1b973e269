#include "scenario/includes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "scenario/fields.h"
#include "scenario/read_source.h"
#include "scenario/substitute.h"

namespace plimsoll::scenario {
namespace {

namespace fs = std::filesystem;

// A file on the way from the scenario to the step list that is being read.
struct OpenFile {
  std::string path;  // as it can be opened
  std::string name;  // as its includer calls it; "" for the scenario itself
  std::vector<NodePtr> whens;
};

class Expander {
 public:
  Expander(std::string path, Problems& problems)
      : problems_(problems), scenario_folder_(fs::path(path).parent_path()) {
    stack_.push_back({std::move(path), "", {}});
  }

  ExpandedSteps Expand(const Node& steps, std::string_view key) {
    AddSteps(steps, key);
    return std::move(result_);
  }

 private:
  void AddSteps(const Node& steps, std::string_view key) {
    const std::string name = stack_.back().name;
    size_t index = 0;
    for (const Node* item : ReadList(steps, key, problems_)) {
      const NodePtr& node = steps.items[index];
      std::string where = fmt::format("{}{}{}[{}]", name, name.empty() ? "" : ": ", key, index++);
      if (item->Find("include")) {
        AddIncluded(*item);
      } else if (HasRoom(*item)) {
        result_.steps.push_back({node, std::move(where), stack_.back().whens, Folder()});
      }
    }
  }

  std::string Folder() const {
    const fs::path folder = fs::path(stack_.back().path).parent_path();
    if (stack_.size() == 1) return "";
    return folder.lexically_relative(scenario_folder_.empty() ? "." : scenario_folder_).string();
  }

  // Reported once: the problem is the same for every further step.
  bool HasRoom(const Node& step) {
    if (result_.steps.size() < kMaxSteps) return true;
    if (!full_) {
      problems_.Add(
          step.place,
          fmt::format("a scenario has at most {} steps, included ones counted", kMaxSteps));
    }
    full_ = true;
    return false;
  }

  void AddIncluded(const Node& step) {
    const Fields fields(step, "`include`", StepKeys("include"), problems_);
    const Node& name = *fields.Find("include");
    const std::string file = ReadText(name, "include", problems_);
    if (file.empty() || full_ || budget_.exceeded) return;
    const std::string path =
        (fs::path(stack_.back().path).parent_path() / file).lexically_normal().string();
    if (!MayOpen(path, name)) return;
    const NodePtr root = Parsed(path, name);
    if (!root) return;
    stack_.push_back({path, file, stack_.back().whens});
    if (const auto* when = step.Find("when")) stack_.back().whens.push_back(when->value);
    AddFile(root, fields);
    stack_.pop_back();
  }

  bool MayOpen(const std::string& path, const Node& name) {
    const auto same = [&](const OpenFile& open) {
      return fs::path(open.path).lexically_normal() == path;
    };
    if (std::any_of(stack_.begin(), stack_.end(), same)) {
      problems_.Add(name.place, fmt::format("{} includes itself", name.text),
                    fmt::format("by way of {}", Way(path)));
      return false;
    }
    if (stack_.size() <= kMaxIncludeDepth) return true;
    problems_.Add(name.place, fmt::format("inclusions go at most {} files deep", kMaxIncludeDepth),
                  fmt::format("by way of {}", Way(path)));
    return false;
  }

  std::string Way(const std::string& last) const {
    std::vector<std::string> names;
    for (const OpenFile& file : stack_) names.push_back(fs::path(file.path).filename().string());
    names.push_back(fs::path(last).filename().string());
    return fmt::format("{}", fmt::join(names, " -> "));
  }

  // nullptr where there is no such file or it is no YAML; reported at every inclusion.
  NodePtr Parsed(const std::string& path, const Node& name) {
    if (const auto known = parsed_.find(path); known != parsed_.end()) return known->second;
    const auto source = ReadSource(path, path);
    if (!source) {
      problems_.Add(name.place,
                    fmt::format("cannot include {}: {}", name.text, source.error().what),
                    "the path is relative to the file that this stands in");
      return nullptr;
    }
    result_.included.push_back(*source);
    const size_t before = problems_.count();
    NodePtr root = ParseYaml(*source, problems_);
    if (!root && problems_.count() == before) {
      problems_.Add(name.place, fmt::format("{} is empty", name.text),
                    "an included file has `parameters` and `steps`");
    }
    return parsed_[path] = root;
  }

  void AddFile(const NodePtr& root, const Fields& include) {
    const Fields file(*root, "an included file", IncludedFileKeys(), problems_);
    const Node* steps = file.Require("steps");
    if (!steps) return;
    const Keys parameters = ReadParameters(file.Find("parameters"));
    Substitution substitution(ReadWith(parameters, include), budget_, problems_);
    const NodePtr replaced = substitution.Apply(file.node().Find("steps")->value);
    if (budget_.exceeded) {
      problems_.Add(include.node().place, "the included steps become too large to hold",
                    "a parameter is repeated within itself, file after file");
      return;
    }
    ReportUnused(parameters, file, substitution);
    AddSteps(*replaced, "steps");
  }

  void ReportUnused(const Keys& parameters, const Fields& file, const Substitution& substitution) {
    if (parameters.empty()) return;
    for (const NodePtr& parameter : file.Find("parameters")->items) {
      const bool given = Contains(parameters, parameter->text);
      if (!given || substitution.used().contains(parameter->text)) continue;
      problems_.Add(parameter->place,
                    fmt::format("the parameter `{}` is used nowhere", parameter->text),
                    fmt::format("write ${{{}}} in a step, or remove it", parameter->text));
    }
  }

  std::map<std::string, NodePtr> ReadWith(const Keys& parameters, const Fields& include) {
    std::map<std::string, NodePtr> values;
    Node nothing;
    nothing.kind = Node::Kind::kMap;
    const Node* with = include.Has("with") ? include.Find("with") : &nothing;
    const Fields given(*with, fmt::format("`with` for {}", include.Find("include")->text),
                       parameters, problems_);
    for (const std::string& parameter : parameters) {
      if (const auto* member = with->Find(parameter)) {
        values[parameter] = member->value;
        continue;
      }
      problems_.Add(include.node().place, fmt::format("`with` does not give `{}`", parameter),
                    fmt::format("parameters of {}: {}", include.Find("include")->text,
                                fmt::join(parameters, ", ")));
    }
    return values;
  }

  Keys ReadParameters(const Node* list) {
    Keys names;
    if (!list || (list->is_list() && list->items.empty())) return names;
    for (const Node* item : ReadList(*list, "parameters", problems_)) {
      const std::string name = ReadText(*item, "parameters", problems_);
      if (name.empty() || !CheckName(name, item->place, problems_)) continue;
      if (Contains(names, name)) {
        problems_.Add(item->place, fmt::format("the parameter `{}` is named twice", name));
      } else {
        names.push_back(name);
      }
    }
    return names;
  }

  Problems& problems_;
  fs::path scenario_folder_;
  std::vector<OpenFile> stack_;
  std::map<std::string, NodePtr> parsed_;
  ExpansionBudget budget_;
  ExpandedSteps result_;
  bool full_ = false;
};

}  // namespace

ExpandedSteps ExpandIncludes(const Node& steps, std::string_view key, const std::string& path, Problems& problems) {
  return Expander(path, problems).Expand(steps, key);
}

}  // namespace plimsoll::scenario
