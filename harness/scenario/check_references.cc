#include "scenario/check_references.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "scenario/fields.h"
#include "scenario/load_steps.h"
#include "scenario/template_text.h"
#include "scenario/views.h"

namespace plimsoll::scenario {
namespace {

std::optional<NamedKind> KindOf(std::string_view verb) {
  if (verb == "call") return NamedKind::kCall;
  if (verb == "open") return NamedKind::kOpen;
  if (verb == "read") return NamedKind::kRead;
  if (verb == "sleep" || verb == "await-event" || verb == "engine") return NamedKind::kMark;
  return std::nullopt;
}

std::string_view WordFor(NamedKind kind) {
  switch (kind) {
    case NamedKind::kCall:
      return "a call";
    case NamedKind::kOpen:
      return "a stream";
    case NamedKind::kRead:
      return "what a read found";
    case NamedKind::kMark:
      return "a moment";
  }
  return "";
}

const Keys& ViewOf(NamedKind kind) {
  if (kind == NamedKind::kRead) return ReadingView();
  return kind == NamedKind::kMark ? MarkView() : ExchangeView();
}

// "line 12", "line 3 of lib/run.yaml" as seen from `here`.
std::string LineText(const SourcePlace& place, const SourcePlace& here) {
  if (place.source == here.source) return fmt::format("line {}", place.line);
  return fmt::format("line {} of {}", place.line, place.source->name());
}

// The key behind the root: "body" of "box.body.Id"; "" where the path ends or an index follows.
std::string FirstKey(std::string_view path, std::string_view root) {
  std::string_view rest = path.substr(std::min(path.size(), root.size()));
  rest = Trim(rest);
  if (rest.starts_with('.')) {
    return std::string(rest.substr(1, rest.find_first_of(".[", 1) - 1));
  }
  if (!rest.starts_with("[\"")) return "";
  return std::string(rest.substr(2, rest.find('"', 2) - 2));
}

std::string NameOf(const Node& step) {
  const auto* as = step.Find("as");
  return as && as->value->is_text() ? std::string(Trim(as->value->text)) : "";
}

const Node* FindBool(const Node& step, std::string_view key) {
  const auto* found = step.Find(key);
  return found && found->value->scalar == Json(true) ? found->value.get() : nullptr;
}

}  // namespace

void ReferenceChecker::CheckSteps(const std::vector<StepSource>& steps) {
  for (const StepSource& step : steps) CollectNames(*step.node);
  for (const StepSource& step : steps) {
    CheckStep(*step.node, !step.whens.empty() || step.node->Find("when"));
  }
}

void ReferenceChecker::EndGiven() {
  for (auto& [name, named] : named_) named.given = true;
}

void ReferenceChecker::CollectNames(const Node& step) {
  if (const std::string name = NameOf(step); !name.empty()) {
    all_names_.emplace(name, step.Find("as")->value->place);
  }
  const auto* group = step.Find("concurrently");
  if (!group) return;
  for (const NodePtr& call : group->value->items) CollectNames(*call);
}

void ReferenceChecker::CheckStep(const Node& step, bool conditional) {
  const std::string verb = VerbOf(step);
  if (verb.empty()) return Define(step, conditional);
  const Node::Member& action = *step.Find(verb);
  for (const Node::Member& member : step.members) {
    if (verb == "call" && member.key == "until") {
      CheckUntil(step, *member.value);
    } else if (member.key != "when") {
      CheckTexts(*member.value);
    }
  }
  if (verb == "send" || verb == "read" || verb == "half-close" || verb == "close") {
    CheckStream(action);
  }
  if (verb == "join") CheckJoin(action);
  if (verb == "await-event") wants_events_ = true;
  Define(step, conditional);
  if (verb != "concurrently") return;
  for (const NodePtr& call : action.value->items) {
    Define(*call, conditional || call->Find("when"));
  }
}

// Polling looks at the answer of its own call.
void ReferenceChecker::CheckUntil(const Node& step, const Node& until) {
  const std::string own = NameOf(step);
  const bool added =
      !own.empty() && named_.emplace(own, Named{{NamedKind::kCall}, step.place}).second;
  if (const auto* value = until.Find("value")) CheckTexts(*value->value);
  if (added) named_.erase(own);
}

void ReferenceChecker::CheckTexts(const Node& node) {
  for (const PlacedText& text : TextsIn(node)) {
    for (const TemplateSpan& span : SpansIn(text.text)) {
      const auto part = text.text.substr(span.begin, span.end - span.begin);
      CheckPath(PlaceOfPart(text, part), span.inside);
    }
  }
}

void ReferenceChecker::CheckPath(const SourcePlace& place, std::string_view inside) {
  const auto path = expect::Path::Parse(inside);
  if (!path) return;  // reported where the text is read
  const std::string& root = path->root();
  roots_.insert(root);
  if (root == "events") wants_events_ = true;
  if (Contains(FixedRoots(), root) || named_.contains(root)) {
    CheckMember(place, root, path->text());
  } else if (!matrix_.places.contains(root)) {
    UnknownRoot(place, root);
  }
}

void ReferenceChecker::UnknownRoot(const SourcePlace& place, const std::string& root) {
  if (const auto later = all_names_.find(root); later != all_names_.end()) {
    problems_.Add(place, fmt::format("`{}` has no value here yet", root),
                  fmt::format("the step that it names is in {}", LineText(later->second, place)));
    return;
  }
  std::vector<std::string> known;
  for (const auto& [name, named] : named_) known.push_back(name);
  for (const auto& [name, parameter] : matrix_.places) known.push_back(name);
  known.insert(known.end(), FixedRoots().begin(), FixedRoots().end());
  problems_.Add(place, fmt::format("nothing is named `{}`", root), DidYouMean(root, known));
}

void ReferenceChecker::CheckMember(const SourcePlace& place, const std::string& root,
                                   std::string_view path) {
  const std::string key = FirstKey(path, root);
  if (key.empty()) return;
  Keys known = FixedView(root);
  std::string what = fmt::format("`{}`", root);
  if (const auto named = named_.find(root); named != named_.end()) {
    for (const NamedKind kind : named->second.kinds) {
      known.insert(known.end(), ViewOf(kind).begin(), ViewOf(kind).end());
    }
    what += fmt::format(", {},", WordFor(*named->second.kinds.begin()));
  }
  if (Contains(known, key)) return;
  problems_.Add(place, fmt::format("{} has no `{}`", what, key), DidYouMean(key, known));
}

std::vector<std::string> ReferenceChecker::Streams() const {
  std::vector<std::string> streams;
  for (const auto& [name, named] : named_) {
    if (named.kinds.contains(NamedKind::kOpen)) streams.push_back(name);
  }
  return streams;
}

void ReferenceChecker::CheckStream(const Node::Member& verb) {
  if (!verb.value->is_text()) return;
  const auto named = named_.find(Trim(verb.value->text));
  if (named == named_.end()) return NotNamed(*verb.value, "stream", Streams());
  if (named->second.given) {
    problems_.Add(verb.value->place, fmt::format("`{}` was closed when `given` ended", named->first),
                  "a stream that a case uses is opened in `steps`");
    return;
  }
  if (named->second.kinds.contains(NamedKind::kOpen)) return;
  problems_.Add(
      verb.value->place,
      fmt::format("`{}` is {}, not a stream", named->first, WordFor(*named->second.kinds.begin())),
      fmt::format("`open` makes a stream to {}", verb.key));
}

void ReferenceChecker::CheckJoin(const Node::Member& verb) {
  if (!verb.value->is_text()) return;
  std::vector<std::string> known;
  for (const auto& [name, named] : named_) {
    if (named.background) known.push_back(name);
  }
  const auto named = named_.find(Trim(verb.value->text));
  if (named == named_.end()) return NotNamed(*verb.value, "background call", known);
  if (named->second.background) return;
  problems_.Add(verb.value->place,
                fmt::format("`{}` does not run in the background, so there is nothing to wait for",
                            named->first),
                "add background: true to its step, or remove the join");
}

void ReferenceChecker::NotNamed(const Node& node, std::string_view what,
                                const std::vector<std::string>& known) {
  const std::string name(Trim(node.text));
  if (const auto later = all_names_.find(name); later != all_names_.end()) {
    problems_.Add(
        node.place, fmt::format("there is no {} `{}` here yet", what, name),
        fmt::format("the step that it names is in {}", LineText(later->second, node.place)));
    return;
  }
  problems_.Add(node.place, fmt::format("there is no {} `{}`", what, name),
                known.empty() ? fmt::format("no step before this one makes a {}", what)
                              : DidYouMean(name, known));
}

void ReferenceChecker::Define(const Node& step, bool conditional) {
  const std::string name = NameOf(step);
  if (name.empty()) return;
  const SourcePlace& place = step.Find("as")->value->place;
  if (matrix_.places.contains(name)) {
    problems_.Add(place, fmt::format("`{}` is a parameter of the matrix already", name),
                  "give the step another name");
    return;
  }
  const auto [found, is_new] =
      named_.emplace(name, Named{{}, place, conditional, /*background=*/false});
  Named& named = found->second;
  if (!is_new && !(conditional && named.conditional)) {
    problems_.Add(place, fmt::format("another step is named `{}` already", name),
                  fmt::format("it is in {}; two steps may share a name where each has a `when`, as "
                              "alternatives",
                              LineText(named.place, place)));
  }
  named.kinds.insert(KindOf(VerbOf(step)).value_or(NamedKind::kCall));
  named.background = named.background || FindBool(step, "background");
}

void ReferenceChecker::ReportUnusedParameters(const std::set<std::string>& asked) {
  for (const auto& [name, place] : matrix_.places) {
    if (roots_.contains(name) || asked.contains(name)) continue;
    problems_.Add(
        place, fmt::format("the parameter `{}` is used nowhere", name),
        fmt::format("write ${{{}}} in a step or ask about it in a `when`; until then every "
                    "value of it gives the same cases again",
                    name));
  }
}

}  // namespace plimsoll::scenario
