#include "plan/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace plimsoll::plan {
namespace {

// Strings bare, unless they would read as another value ("true" in quotes is not true) or hold what
// cannot be shown as it is: two values must not give one id.
std::string ValueText(const Json& value) {
  if (!value.is_string()) return Printable(CompactJson(value));
  const auto& text = value.get_ref<const std::string&>();
  const bool ambiguous = text.empty() || TryParseJson(text) || Printable(text) != text ||
                         text.find_first_of(",=[]@#\\") != std::string::npos;
  return ambiguous ? Printable(CompactJson(value)) : text;
}

std::string RowText(const scenario::Matrix& matrix, const Json& row) {
  if (matrix.parameters.empty()) return "";
  std::vector<std::string> parts;
  for (const scenario::Parameter& parameter : matrix.parameters) {
    parts.push_back(parameter.name + "=" + ValueText(row.at(parameter.name)));
  }
  return fmt::format("[{}]", fmt::join(parts, ","));
}

// Which rows is as good as chance (every n-th row would give some parameters one value only), and in the
// matrix's order.
std::vector<Json> Sampled(std::vector<Json> rows, const scenario::Matrix& matrix, size_t sample) {
  if (sample == 0 || rows.size() <= sample) return rows;
  std::vector<std::pair<uint64_t, size_t>> drawn;
  for (size_t i = 0; i < rows.size(); ++i) {
    drawn.emplace_back(Scattered(RowText(matrix, rows[i])), i);
  }
  std::ranges::nth_element(drawn, drawn.begin() + static_cast<std::ptrdiff_t>(sample));
  drawn.resize(sample);
  std::ranges::sort(drawn, {}, &std::pair<uint64_t, size_t>::second);
  std::vector<Json> chosen;
  for (const auto& [hash, i] : drawn) chosen.push_back(std::move(rows[i]));
  return chosen;
}

bool Wanted(const std::string& id, const std::vector<std::string>& filters) {
  if (filters.empty()) return true;
  return std::ranges::any_of(filters, [&](const std::string& filter) {
    const bool glob = filter.find_first_of("*?") != std::string::npos;
    return glob ? GlobMatches(filter, id) : id.find(filter) != std::string::npos;
  });
}

// `number`: how many cases came before, for the shard.
void AddCases(const std::shared_ptr<const scenario::Scenario>& scenario, const std::vector<Json>& rows, const Options& options,
              size_t& number, Plan& plan) {
  for (const Json& row : rows) {
    for (const std::string& engine : options.engines) {
      for (int repetition = 0; repetition < options.repeat; ++repetition) {
        std::string id = scenario->id + RowText(scenario->matrix, row) + "@" + engine;
        id = IdOfRepetition(id, repetition);
        if (!Wanted(id, options.filters)) continue;
        if (static_cast<int>(number++ % static_cast<size_t>(options.shards)) != options.shard - 1) continue;
        plan.cases.push_back({std::move(id), scenario, engine, repetition, row});
      }
    }
  }
}

}  // namespace

std::string IdOfRepetition(const std::string& id, int repetition) {
  return repetition == 0 ? id : fmt::format("{}#{}", id, repetition);
}

Case GivenOf(const Case& plan_case) {
  Case given = plan_case;
  given.parameters = Json::object();
  for (const std::string& name : plan_case.scenario->given_parameters) given.parameters[name] = plan_case.parameters.at(name);
  given.id = IdOfRepetition(fmt::format("{} given {}@{}", given.scenario->id, CompactJson(given.parameters), given.engine), given.repetition);
  return given;
}

Plan MakePlan(const Scenarios& scenarios, const Options& options) {
  Plan plan;
  size_t number = 0;
  for (const auto& scenario : scenarios) {
    AddCases(scenario, Sampled(FirstRows(scenario->matrix), scenario->matrix, options.sample), options, number, plan);
  }
  return plan;
}

Plan PlanOfRows(const std::shared_ptr<const scenario::Scenario>& scenario, const std::vector<Json>& rows,
                const Options& options) {
  Plan plan;
  size_t number = 0;
  AddCases(scenario, rows, options, number, plan);
  return plan;
}

Result<std::pair<int, int>> ParseShard(std::string_view text) {
  const auto parts = Split(text, '/');
  int i = 0, n = 0;
  const auto number = [](const std::string& part, int& into) {
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), into);
    return error == std::errc() && end == part.data() + part.size();
  };
  if (parts.size() != 2 || !number(parts[0], i) || !number(parts[1], n) || i < 1 || n < 1 ||
      i > n) {
    return Fail(fmt::format("\"{}\" is no shard", Printable(text)),
                "write i/n, such as 1/4 for the first of four");
  }
  return std::pair{i, n};
}

bool GlobMatches(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

journal::ScenarioRecord RecordOf(const scenario::Scenario& scenario) {
  journal::ScenarioRecord record;
  record.id = scenario.id;
  record.area = scenario.area;
  record.file = scenario.file;
  record.title = scenario.title;
  record.question = scenario.question;
  for (const auto& parameter : scenario.matrix.parameters)
    record.parameters.push_back({parameter.name, parameter.values});
  record.observe = scenario.observe_source;
  record.expect = scenario.expect_source;
  record.known_deviations = scenario.known_deviations_source;
  record.varies = scenario.varies_source;
  record.steps = scenario.steps_source;
  record.given = scenario.given.size();
  record.given_parameters = scenario.given_parameters;
  record.source_hash = scenario.source_hash;
  record.rows = AllRows(scenario.matrix).size();
  record.sweep = SweepOf(scenario.matrix);
  return record;
}

}  // namespace plimsoll::plan
