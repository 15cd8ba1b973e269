// Names and what they refer to: every ${root} and every stream or background call that a step names
// must be there when the step runs, and every parameter must be used.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "scenario/includes.h"
#include "scenario/load_matrix.h"
#include "scenario/yaml_node.h"

namespace plimsoll::scenario {

// What a name stands for decides what can be done with it and what can be seen of it.
enum class NamedKind { kCall, kOpen, kRead, kMark };

class ReferenceChecker {
 public:
  ReferenceChecker(const LoadedMatrix& matrix, Problems& problems)
      : matrix_(matrix), problems_(problems) {}

  // In the order of the calls, because steps name what later steps and observations look at.
  void CheckBeforeSteps(const Node& node) { CheckTexts(node); }
  void CheckSteps(const std::vector<StepSource>& steps);
  // The steps checked so far are `given`: streams that they opened are of no use to later ones.
  void EndGiven();
  // Some ${name...} has been seen.
  bool Mentions(const std::string& name) const { return roots_.contains(name); }
  void CheckObservations(const Node& node) { CheckTexts(node); }
  // `asked` are the parameters that some `when` asks about.
  void ReportUnusedParameters(const std::set<std::string>& asked);

  // Some ${events...} or `await-event` has been seen.
  bool wants_events() const { return wants_events_; }

 private:
  struct Named {
    std::set<NamedKind> kinds;
    SourcePlace place;  // of the first step with the name
    bool conditional = false;
    bool background = false;
    bool given = false;
  };

  void CollectNames(const Node& step);
  void CheckStep(const Node& step, bool conditional);
  void CheckUntil(const Node& step, const Node& until);
  void CheckTexts(const Node& node);
  void CheckPath(const SourcePlace& place, std::string_view path);
  void UnknownRoot(const SourcePlace& place, const std::string& root);
  void CheckMember(const SourcePlace& place, const std::string& root, std::string_view path);
  void CheckStream(const Node::Member& verb);
  void CheckJoin(const Node::Member& verb);
  void NotNamed(const Node& node, std::string_view what, const std::vector<std::string>& known);
  void Define(const Node& step, bool conditional);
  std::vector<std::string> Streams() const;

  const LoadedMatrix& matrix_;
  Problems& problems_;
  std::map<std::string, Named, std::less<>> named_;            // by the steps so far
  std::map<std::string, SourcePlace, std::less<>> all_names_;  // by any step
  std::set<std::string, std::less<>> roots_;                   // that some ${} begins with
  bool wants_events_ = false;
};

}  // namespace plimsoll::scenario
