#include "scenario/load_matrix.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "scenario/fields.h"
#include "scenario/template_text.h"

namespace plimsoll::scenario {
namespace {

bool Holds(const std::vector<Json>& values, const Json& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::string Shown(const Json& value) { return Abridged(CompactJson(value), 60); }

std::string Shown(const std::vector<Json>& values) {
  std::vector<std::string> shown;
  for (const Json& value : values) shown.push_back(Shown(value));
  return fmt::format("{}", fmt::join(shown, ", "));
}

std::vector<std::string> NamesOf(const Matrix& matrix) {
  std::vector<std::string> names;
  for (const Parameter& parameter : matrix.parameters) names.push_back(parameter.name);
  return names;
}

const Parameter* FindParameter(const Matrix& matrix, std::string_view name) {
  for (const Parameter& parameter : matrix.parameters) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

void UnknownParameter(const Node::Member& member, const Matrix& matrix, Problems& problems) {
  problems.Add(member.key_place, fmt::format("the matrix has no parameter `{}`", member.key),
               matrix.parameters.empty() ? "this scenario has no parameters"
                                         : DidYouMean(member.key, NamesOf(matrix)));
}

// A case's values are not evaluated again when they are put into a step.
void RefuseTemplates(const Node& node, Problems& problems) {
  for (const PlacedText& text : TextsIn(node)) {
    for (const TemplateSpan& span : SpansIn(text.text)) {
      const std::string_view part = text.text.substr(span.begin, span.end - span.begin);
      problems.Add(PlaceOfPart(text, part),
                   fmt::format("a matrix value is used as it is, so {} stays unreplaced", part),
                   "vary the plain part here and write the template in the step");
    }
  }
}

Parameter LoadParameter(const Node::Member& member, Problems& problems) {
  Parameter parameter{member.key, {}};
  for (const Node* item : ReadList(*member.value, member.key, problems)) {
    Json value = ToJson(*item);
    if (item->is_empty()) {
      problems.Add(item->place, fmt::format("`{}` has an empty value", member.key),
                   "write null for null, \"\" for an empty text, absent to leave it out");
    } else if (Holds(parameter.values, value)) {
      problems.Add(item->place,
                   fmt::format("`{}` has the value {} twice", member.key, Shown(value)));
    } else {
      parameter.values.push_back(std::move(value));
    }
    RefuseTemplates(*item, problems);
  }
  return parameter;
}

Json LoadIncludedRow(const Node& node, const Matrix& matrix, Problems& problems) {
  Json row = Json::object();
  if (!node.is_map()) {
    problems.Add(
        node.place, fmt::format("a row of `include` must be a map, not {}", KindName(node)),
        fmt::format("it gives every parameter one value: {}", fmt::join(NamesOf(matrix), ", ")));
    return row;
  }
  for (const Node::Member& member : node.members) {
    if (!FindParameter(matrix, member.key)) UnknownParameter(member, matrix, problems);
    row[member.key] = ToJson(*member.value);
  }
  std::vector<std::string> missing = NamesOf(matrix);
  std::erase_if(missing, [&](const std::string& name) { return row.contains(name); });
  if (!missing.empty()) {
    problems.Add(node.place, fmt::format("this row gives no value to {}", fmt::join(missing, ", ")),
                 "a row of `include` gives every parameter a value");
  }
  RefuseTemplates(node, problems);
  return row;
}

Matrix::Combine ReadCombine(const Node& node, Problems& problems) {
  if (node.text == "pairs") return Matrix::Combine::kPairs;
  if (node.text == "all") return Matrix::Combine::kAll;
  problems.Add(node.place, "`combine` must be all or pairs",
               "all: every combination; pairs: few cases in which every pair of values occurs");
  return Matrix::Combine::kAll;
}

// The rows are held in memory, and nobody waits for more.
constexpr size_t kMaxCombinations = 100'000;

size_t CountCombinations(const Matrix& matrix) {
  size_t count = 1;
  for (const Parameter& parameter : matrix.parameters) {
    count = std::min(count * parameter.values.size(), kMaxCombinations + 1);
  }
  return count;
}

Json CombinationAt(const Matrix& matrix, size_t index) {
  Json row = Json::object();
  for (const Parameter& parameter : matrix.parameters) {
    row[parameter.name] = parameter.values[index % parameter.values.size()];
    index /= parameter.values.size();
  }
  return row;
}

bool AllExcluded(const Matrix& matrix, size_t combinations) {
  for (size_t i = 0; i < combinations; ++i) {
    const Json row = CombinationAt(matrix, i);
    const bool excluded = std::any_of(matrix.exclude.begin(), matrix.exclude.end(),
                                      [&](const When& when) { return when.Matches(row); });
    if (!excluded) return false;
  }
  return true;
}

void CheckSize(const Matrix& matrix, const Node& node, Problems& problems) {
  const size_t combinations = CountCombinations(matrix);
  if (combinations > kMaxCombinations) {
    problems.Add(node.place,
                 fmt::format("the matrix has more than {} combinations", kMaxCombinations),
                 "ask one question per scenario, or vary fewer parameters at a time");
  } else if (combinations > 0 && matrix.include.empty() && !matrix.exclude.empty() &&
             AllExcluded(matrix, combinations)) {
    problems.Add(node.Find("exclude")->key_place, "every combination is excluded");
  }
}

}  // namespace

LoadedMatrix LoadMatrix(const Node* node, Problems& problems) {
  LoadedMatrix loaded;
  if (!node) return loaded;
  if (!node->is_map()) {
    problems.Add(node->place, fmt::format("`matrix` must be a map, not {}", KindName(*node)),
                 "write parameters as \"Tty: [false, true]\"");
    return loaded;
  }
  const size_t before = problems.count();
  for (const Node::Member& member : node->members) {
    if (Contains(MatrixKeys(), member.key)) continue;
    if (CheckName(member.key, member.key_place, problems)) {
      loaded.places[member.key] = member.key_place;
    }
    loaded.matrix.parameters.push_back(LoadParameter(member, problems));
  }
  if (const auto* combine = node->Find("combine")) {
    loaded.matrix.combine = ReadCombine(*combine->value, problems);
  }
  if (const auto* include = node->Find("include")) {
    for (const Node* row : ReadList(*include->value, "include", problems)) {
      loaded.matrix.include.push_back(LoadIncludedRow(*row, loaded.matrix, problems));
    }
  }
  if (const auto* exclude = node->Find("exclude")) {
    WhenReader reader(loaded.matrix, problems);
    for (const Node* row : ReadList(*exclude->value, "exclude", problems)) {
      loaded.matrix.exclude.push_back(reader.Read(*row));
    }
  }
  if (problems.count() == before) CheckSize(loaded.matrix, *node, problems);
  return loaded;
}

std::vector<Json> DomainOf(const Matrix& matrix, const Parameter& parameter) {
  std::vector<Json> domain = parameter.values;
  for (const Json& row : matrix.include) {
    const Json* value = plimsoll::Find(row, parameter.name);
    if (value && !Holds(domain, *value)) domain.push_back(*value);
  }
  return domain;
}

When WhenReader::Read(const Node& node) {
  When when;
  if (!node.is_map() || node.members.empty()) {
    problems_.Add(node.place,
                  node.is_map() ? "this selects nothing: it names no parameter"
                                : fmt::format("this must be a map, not {}", KindName(node)),
                  "write {Parameter: value} or {Parameter: [value, value]}");
  }
  for (const Node::Member& member : node.members) {
    used_.insert(member.key);
    if (const Parameter* parameter = FindParameter(matrix_, member.key)) {
      when.parameters.emplace_back(member.key, ReadValues(*parameter, *member.value));
    } else {
      UnknownParameter(member, matrix_, problems_);
    }
  }
  return when;
}

std::vector<Json> WhenReader::ReadValues(const Parameter& parameter, const Node& node) {
  const std::vector<Json> domain = DomainOf(matrix_, parameter);
  const Json whole = ToJson(node);
  // A list is a choice of values, unless the parameter has just this list as a value.
  if (!node.is_list() || Holds(domain, whole)) {
    CheckValue(parameter, domain, node);
    return {whole};
  }
  for (const Node* item : ReadList(node, parameter.name, problems_)) {
    CheckValue(parameter, domain, *item);
  }
  return whole;
}

void WhenReader::CheckValue(const Parameter& parameter, const std::vector<Json>& domain,
                            const Node& node) {
  const Json value = ToJson(node);
  // Without values the parameter has a diagnostic of its own.
  if (domain.empty() || Holds(domain, value)) return;
  std::string hint = fmt::format("values of `{}`: {}", parameter.name, Shown(domain));
  const bool is_boolean =
      std::all_of(domain.begin(), domain.end(), [](const Json& v) { return v.is_boolean(); });
  if (is_boolean && value.is_string())
    hint += "; a boolean is written true or false, without quotes";
  problems_.Add(node.place,
                fmt::format("this never matches: `{}` is never {}", parameter.name, Shown(value)),
                std::move(hint));
}

}  // namespace plimsoll::scenario
