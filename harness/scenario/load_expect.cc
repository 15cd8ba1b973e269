#include "scenario/load_expect.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/duration.h"
#include "base/text.h"
#include "scenario/fields.h"
#include "scenario/template_text.h"

namespace plimsoll::scenario {
namespace {

using expect::Predicate;

// An unknown name deep in a predicate, at its own place; Predicate::Parse tells the rest.
bool CheckPredicateNames(const Node& node, Problems& problems) {
  const size_t before = problems.count();
  for (const Node::Member& member : node.members) {
    if (!Contains(Predicate::Names(), member.key)) {
      const bool slip = !NearestName(member.key, Predicate::Names()).empty();
      problems.Add(member.key_place, fmt::format("`{}` is no predicate", member.key),
                   slip
                       ? DidYouMean(member.key, Predicate::Names())
                       : fmt::format("to compare with a map write {{equals: {{...}}}}; predicates: "
                                     "{}",
                                     fmt::join(Predicate::Names(), ", ")));
    } else if (member.key == "not" || member.key == "count") {
      CheckPredicateNames(*member.value, problems);
    } else if (member.key == "all-of" || member.key == "any-of") {
      for (const NodePtr& item : member.value->items) CheckPredicateNames(*item, problems);
    }
  }
  return problems.count() == before;
}

bool CheckNoTemplates(const Node& node, Problems& problems) {
  const size_t before = problems.count();
  for (const PlacedText& text : TextsIn(node)) {
    for (const TemplateSpan& span : SpansIn(text.text)) {
      const std::string_view part = text.text.substr(span.begin, span.end - span.begin);
      problems.Add(PlaceOfPart(text, part),
                   fmt::format("a value to compare with is fixed, so {} is not replaced", part),
                   "write one row for each case, with `when`");
    }
  }
  return problems.count() == before;
}

bool CheckDurations(const Node& list, Problems& problems) {
  const size_t before = problems.count();
  for (const NodePtr& item : list.items) {
    const auto duration = ParseDuration(item->text);
    if (duration) continue;
    problems.Add(item->place, duration.error().what, duration.error().hint);
  }
  return problems.count() == before;
}

bool CheckTextsAreTemplates(const Node* value, Problems& problems) {
  return !value || CheckTemplatesIn(*value, problems);
}

// What can be told at its own place within the definition; Observation::Parse tells the rest.
bool CheckObservation(const Node& spec, Problems& problems) {
  if (!spec.is_map()) return CheckTemplatesIn(spec, problems);
  const size_t before = problems.count();
  const Fields fields(spec, "an observation", ObservationKeys(), problems);
  CheckTextsAreTemplates(fields.Find("value"), problems);
  CheckTextsAreTemplates(fields.Find("between"), problems);
  if (const Node* nearest = fields.Find("nearest")) CheckDurations(*nearest, problems);
  for (const Node::Member& member : spec.members) {
    if (!Contains(Predicate::Names(), member.key)) continue;
    CheckNoTemplates(*member.value, problems);
    if (member.key == "not" || member.key == "count") CheckPredicateNames(*member.value, problems);
  }
  return problems.count() == before;
}

void CheckObservationName(const Node::Member& member, Problems& problems) {
  if (Trim(member.key).empty()) {
    problems.Add(member.key_place, "an observation needs a name");
  } else if (Contains(ExpectKeys(), member.key)) {
    problems.Add(member.key_place, fmt::format("an observation cannot be named `{}`", member.key),
                 "this name means something else in `expect`");
  }
}

void UnknownObservation(const std::string& name, const SourcePlace& place,
                        const std::vector<std::string>& names, Problems& problems) {
  problems.Add(place, fmt::format("there is no observation `{}`", name), DidYouMean(name, names));
}

// ">=1.42"
std::optional<VersionRange> ReadApiRange(const Node& node, Problems& problems) {
  const auto range = VersionRange::Parse(node.is_text() ? node.text : "");
  if (range) return *range;
  problems.Add(node.place, "`api` must be a condition on a version", range.error().hint);
  return std::nullopt;
}

// `on`: an engine's name or its beginning, or a list of them.
std::vector<std::string> ReadEngines(const Node& node, Problems& problems) {
  std::vector<const Node*> items = {&node};
  if (node.is_list()) items = ReadList(node, "on", problems);
  std::vector<std::string> engines;
  for (const Node* item : items) engines.push_back(ReadText(*item, "on", problems));
  return engines;
}

ExpectRow LoadRow(const Node& node, const std::vector<std::string>& names, WhenReader& whens,
                  Problems& problems) {
  ExpectRow row;
  // Unknown keys are unknown observations, which Fields would call something else.
  static const Keys kNone;
  if (!node.is_map()) {
    const Fields no_map(node, "a row of `expect`", kNone, problems);
    return row;
  }
  for (const Node::Member& member : node.members) {
    if (member.key == "when") {
      row.when = whens.Read(*member.value);
    } else if (member.key == "because") {
      row.because = ReadText(*member.value, "because", problems);
    } else if (member.key == "api") {
      row.api = ReadApiRange(*member.value, problems);
    } else if (!Contains(names, member.key)) {
      UnknownObservation(member.key, member.key_place, names, problems);
    } else if (auto predicate = ReadPredicate(*member.value, problems)) {
      row.values.emplace_back(member.key, *std::move(predicate));
    }
  }
  if (!node.Find("because")) {
    problems.Add(node.place, "this expectation gives no reason",
                 "add because: \"...\", a citation of the documentation that promises it");
  }
  const auto fixed = std::count_if(node.members.begin(), node.members.end(),
                                   [](const Node::Member& member) { return Contains(ExpectKeys(), member.key); });
  if (node.members.size() == static_cast<size_t>(fixed)) {
    problems.Add(
        node.place, "this expectation expects nothing",
        fmt::format("give an observation its value; observations: {}", fmt::join(names, ", ")));
  }
  return row;
}

std::vector<std::string> ReadObservationNames(const Node& node,
                                              const std::vector<std::string>& names,
                                              Problems& problems) {
  std::vector<const Node*> items = {&node};
  if (node.is_list()) items = ReadList(node, "of", problems);
  std::vector<std::string> read;
  for (const Node* item : items) {
    std::string name = ReadText(*item, "of", problems);
    if (!name.empty() && !Contains(names, name)) {
      UnknownObservation(name, item->place, names, problems);
    }
    read.push_back(std::move(name));
  }
  return read;
}

// "GET /swarm"
void ReadQuestion(const Fields& fields, Need& need, Problems& problems) {
  const Node& call = *fields.Find("call");
  const std::string text = ReadText(call, "call", problems);
  const size_t space = text.find(' ');
  if (!text.empty() && (space == text.npos || text.find('/') != space + 1)) {
    problems.Add(call.place, "`call` of a need must be a method and a path",
                 "such as \"GET /swarm\"");
    return;
  }
  need.method = text.substr(0, space);
  need.path = text.empty() ? "" : text.substr(space + 1);
  if (const Node* status = fields.Find("status")) {
    need.status = static_cast<int>(ReadCount(*status, "status", 100, problems));
  }
}

Need LoadNeed(const Node& node, Problems& problems) {
  static constexpr std::string_view kForms =
      "write {api: \">=1.42\"}, {product: docker}, {disposable: true}, {registry: true} or "
      "{call: GET /swarm, status: 200}";
  const Fields fields(node, "a need", NeedKeys(), problems);
  Need need{};
  need.status = 200;
  need.reason = fields.TextOr("reason", "");
  int kinds = 0;
  if (const Node* api = fields.Find("api"); api && ++kinds) {
    need.kind = Need::Kind::kApi;
    need.api = ReadApiRange(*api, problems);
  }
  if (fields.Has("product") && ++kinds) {
    need.kind = Need::Kind::kProduct;
    need.text = ToLower(fields.TextOr("product", ""));
  }
  const auto read_flag = [&](const char* key, Need::Kind kind) {
    const Node* flag = fields.Find(key);
    if (!flag) return;
    ++kinds;
    need.kind = kind;
    if (!ReadBool(*flag, key, problems) && flag->scalar.is_boolean()) {
      problems.Add(flag->place, fmt::format("`{}: false` is no need", key), "leave the line out");
    }
  };
  read_flag("disposable", Need::Kind::kDisposable);
  read_flag("registry", Need::Kind::kRegistry);
  if (fields.Has("call") && ++kinds) {
    need.kind = Need::Kind::kAnswer;
    ReadQuestion(fields, need, problems);
  }
  if (fields.is_map() && fields.all_known() && kinds != 1) {
    problems.Add(node.place,
                 kinds == 0 ? "this need asks for nothing" : "a need asks for one thing",
                 std::string(kForms));
  }
  if (const auto* status = node.Find("status"); status && !fields.Has("call")) {
    problems.Add(status->key_place, "`status` goes with `call`", std::string(kForms));
  }
  return need;
}

}  // namespace

std::optional<Predicate> ReadPredicate(const Node& node, Problems& problems) {
  if (node.is_empty()) {
    problems.Add(node.place, "a value is missing here",
                 "write null to expect nothing, or {exists: true} to expect anything");
    return std::nullopt;
  }
  const bool templates = !CheckNoTemplates(node, problems);
  if (!CheckPredicateNames(node, problems) || templates) return std::nullopt;
  auto predicate = Predicate::Parse(ToJson(node));
  if (predicate) return *std::move(predicate);
  problems.Add(node.place, predicate.error().what, predicate.error().hint);
  return std::nullopt;
}

LoadedObservations LoadObservations(const Node& node, Problems& problems) {
  LoadedObservations loaded;
  if (!node.is_map() || node.members.empty()) {
    problems.Add(node.place,
                 node.is_map() ? "`observe` is empty"
                               : fmt::format("`observe` must be a map, not {}", KindName(node)),
                 "write names and what they stand for: \"status: ${answer.status}\"");
  }
  for (const Node::Member& member : node.members) {
    CheckObservationName(member, problems);
    loaded.names.push_back(member.key);
    if (!CheckObservation(*member.value, problems)) continue;
    const Json spec = ToJson(*member.value);
    auto observation = expect::Observation::Parse(member.key, spec);
    if (!observation) {
      problems.Add(member.value->place, observation.error().what, observation.error().hint);
      continue;
    }
    loaded.observe.push_back(*std::move(observation));
    loaded.source.emplace_back(member.key, spec);
  }
  return loaded;
}

std::vector<ExpectRow> LoadExpectations(const Node& node, const std::vector<std::string>& names,
                                        WhenReader& whens, Problems& problems) {
  std::vector<ExpectRow> rows;
  for (const Node* row : ReadList(node, "expect", problems)) {
    rows.push_back(LoadRow(*row, names, whens, problems));
  }
  return rows;
}

std::vector<KnownDeviation> LoadKnownDeviations(const Node& node,
                                                const std::vector<std::string>& names,
                                                WhenReader& whens, Problems& problems) {
  std::vector<KnownDeviation> deviations;
  for (const Node* item : ReadList(node, "known-deviations", problems)) {
    const Fields fields(*item, "a known deviation", KnownDeviationKeys(), problems);
    KnownDeviation deviation;
    if (const Node* on = fields.Require("on", "an engine's name or its beginning, such as podman-4")) {
      deviation.on = ReadEngines(*on, problems);
    }
    deviation.when = whens.ReadOptional(fields.Find("when"));
    if (const Node* of = fields.Require("of", "the observations that deviate")) {
      deviation.of = ReadObservationNames(*of, names, problems);
    }
    deviation.because = fields.RequireText("because", "what is known about it");
    deviation.upstream = fields.TextOr("upstream", "");
    deviations.push_back(std::move(deviation));
  }
  return deviations;
}

std::vector<KnownToVary> LoadVaries(const Node& node, const std::vector<std::string>& names, WhenReader& whens,
                                    Problems& problems) {
  std::vector<KnownToVary> rows;
  for (const Node* item : ReadList(node, "varies", problems)) {
    const Fields fields(*item, "a row of `varies`", VariesKeys(), problems);
    KnownToVary row;
    if (const Node* on = fields.Find("on")) row.on = ReadEngines(*on, problems);
    row.when = whens.ReadOptional(fields.Find("when"));
    if (const Node* of = fields.Require("of", "the observations that vary")) {
      row.of = ReadObservationNames(*of, names, problems);
    }
    if (const Node* values = fields.Require("values", "all that they may be")) {
      for (const Node* value : ReadList(*values, "values", problems)) row.values.push_back(ToJson(*value));
      CheckNoTemplates(*values, problems);
      if (values->is_list() && values->items.size() < 2) {
        problems.Add(values->place, "what varies has two values or more", "expect the one value with `expect`");
      }
    }
    row.because = fields.RequireText("because", "why it varies");
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<Need> LoadNeeds(const Node& node, Problems& problems) {
  std::vector<Need> needs;
  for (const Node* item : ReadList(node, "needs", problems)) {
    needs.push_back(LoadNeed(*item, problems));
  }
  return needs;
}

}  // namespace plimsoll::scenario
