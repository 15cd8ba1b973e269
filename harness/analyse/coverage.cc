#include "analyse/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>

#include "analyse/relation.h"
#include "base/text.h"
#include "expect/observation.h"
#include "http/message.h"
#include "journal/scope.h"
#include "openapi/shape.h"

namespace plimsoll::analyse {
namespace {

using openapi::Operation;

// What one call had of the inputs of its operation, by name; those that it did not have are not in it.
using Given = std::map<std::string, std::string>;

struct Call {
  std::string name;  // `as` of its step
  Given given;
};

// The calls of one operation in the cases of a scenario.
using CallsByCase = std::map<const CaseFinding*, std::vector<Call>>;

// A query parameter given as `all` alone has the value "".
Given QueryOf(const journal::Exchange& exchange, const journal::CaseRecord& record) {
  Given given;
  const size_t mark = exchange.target.find('?');
  if (mark == std::string::npos) return given;
  for (const std::string& pair : Split(std::string_view(exchange.target).substr(mark + 1), '&')) {
    const size_t equals = pair.find('=');
    const std::string value = equals == std::string::npos ? "" : http::PercentDecode(std::string_view(pair).substr(equals + 1));
    if (!pair.empty()) given[http::PercentDecode(std::string_view(pair).substr(0, equals))] += CompactJson(journal::Normalize(Printable(value), record));
  }
  return given;
}

// plimsoll's own labels are not the scenario's.
Given BodyOf(const openapi::Description& description, const openapi::Parameter& body, const journal::Exchange& exchange,
             const journal::CaseRecord& record) {
  Given given;
  if (exchange.request_body.kept.size() != exchange.request_body.size) return given;
  const auto json = TryParseJson(exchange.request_body.kept);
  if (!json) return given;
  openapi::VisitFields(description, body.schema, journal::Normalize(*json, record), [&](const std::string& field, const Json& value) {
    const bool only_ours = field == "Labels" && value.is_object() && value.empty();
    if (!only_ours) given[field] += CompactJson(value);
  });
  return given;
}

// "" for a call without it: no value is an empty text.
const std::string& ValueOf(const Call& call, const std::string& input) {
  static const std::string kAbsent;
  const auto found = call.given.find(input);
  return found == call.given.end() ? kAbsent : found->second;
}

std::vector<std::string> GivenTo(const std::vector<Call>& calls, const std::string& input) {
  std::vector<std::string> values;
  for (const Call& call : calls) values.push_back(ValueOf(call, input));
  return values;
}

// Of each call's name the observations that look at it and nothing else, as their definitions are with the name taken out.
class Looks {
 public:
  Looks(const ScenarioFindings& scenario, const journal::ScenarioRecord* record) {
    if (record == nullptr) return;
    for (size_t i = 0; i < scenario.observations.size(); ++i) {
      for (const auto& [name, definition] : record->observe) {
        if (name == scenario.observations[i].name) Add(i, name, definition);
      }
    }
  }

  // The first observation of one that has another value than the same one of the other.
  std::optional<size_t> Differing(const CaseFinding& row, const std::string& one, const std::string& other) const {
    const auto first = by_root_.find(one), second = by_root_.find(other);
    if (one == other || first == by_root_.end() || second == by_root_.end()) return std::nullopt;
    for (const auto& [definition, index] : first->second) {
      const auto same = second->second.find(definition);
      if (same == second->second.end() || !IsCertain(row, index) || !IsCertain(row, same->second)) continue;
      if (row.cells[index].value != row.cells[same->second].value) return index;
    }
    return std::nullopt;
  }

 private:
  void Add(size_t index, const std::string& name, const Json& definition) {
    const auto parsed = expect::Observation::Parse(name, definition);
    if (!parsed) return;
    std::set<std::string> roots;
    for (const expect::Path* path : parsed->paths()) roots.insert(path->root());
    if (roots.size() != 1) return;
    std::string text = CompactJson(definition);
    const std::string begin = "${" + *roots.begin();
    for (size_t at; (at = text.find(begin)) != std::string::npos;) text.replace(at, begin.size(), "*");
    by_root_[*roots.begin()][text] = index;
  }

  std::map<std::string, std::map<std::string, size_t>> by_root_;
};

// Pairs of rows that differ in one parameter of the matrix only.
std::vector<std::pair<const CaseFinding*, const CaseFinding*>> Neighbours(const ScenarioFindings& scenario, const std::string& engine) {
  std::vector<std::pair<const CaseFinding*, const CaseFinding*>> pairs;
  for (const journal::Parameter& parameter : scenario.parameters) {
    std::map<std::string, std::vector<const CaseFinding*>> groups;
    for (const CaseFinding& row : scenario.cases) {
      if (row.engine != engine || !IsComplete(row)) continue;
      Json others = row.parameters;
      others.erase(parameter.name);
      groups[CompactJson(others)].push_back(&row);
    }
    for (const auto& [others, rows] : groups) {
      for (size_t i = 0; i < rows.size(); ++i) {
        for (size_t j = i + 1; j < rows.size(); ++j) pairs.emplace_back(rows[i], rows[j]);
      }
    }
  }
  return pairs;
}

class CallCounter {
 public:
  CallCounter(const openapi::Description& description, const Findings& findings, const journal::Journal& journal, std::string engine)
      : description_(description), findings_(findings), journal_(journal), engine_(std::move(engine)) {
    coverage_.version = description.version();
    for (const Operation& operation : description.operations()) Begin(operation);
    for (const journal::CaseRecord& record : journal.cases) records_[record.id] = &record;
  }

  EngineCoverage Count() {
    for (const ScenarioFindings& scenario : findings_.scenarios) Look(scenario);
    for (size_t i = 0; i < coverage_.operations.size(); ++i) {
      for (InputCoverage& input : coverage_.operations[i].inputs) input = std::move(inputs_[{i, input.in, input.name}]);
    }
    return std::move(coverage_);
  }

 private:
  void Begin(const Operation& operation) {
    OperationCoverage entry;
    entry.name = operation.Name();
    entry.tag = operation.tag;
    for (const auto& [status, schema] : operation.responses) {
      if (status == 0) continue;  // `default`
      entry.documented.insert(status);
      if (status >= 300 || schema.is_null()) continue;
      for (const std::string& field : openapi::FieldsOf(description_, schema)) entry.fields.insert(fmt::format("{} {}", status, field));
    }
    for (const openapi::Parameter& parameter : operation.parameters) {
      if (parameter.in == "query") entry.inputs.push_back({parameter.name, InputCoverage::In::kQuery});
      if (parameter.in != "body") continue;
      for (std::string& field : openapi::FieldsOf(description_, parameter.schema)) entry.inputs.push_back({std::move(field), InputCoverage::In::kBody});
    }
    for (const InputCoverage& input : entry.inputs) inputs_[{coverage_.operations.size(), input.in, input.name}] = input;
    coverage_.operations.push_back(std::move(entry));
  }

  void Look(const ScenarioFindings& scenario) {
    std::map<std::pair<size_t, InputCoverage::In>, CallsByCase> calls;
    for (const CaseFinding& row : scenario.cases) {
      const auto record = records_.find(row.case_id);
      if (row.engine != engine_ || record == records_.end() || record->second->outcome != journal::CaseOutcome::kCompleted) continue;
      for (const journal::Exchange& exchange : record->second->exchanges) LookAt(scenario, row, *record->second, exchange, calls);
    }
    const auto neighbours = Neighbours(scenario, engine_);
    const Looks looks(scenario, journal_.FindScenario(scenario.id));
    for (const auto& [key, by_case] : calls) {
      std::set<std::string> names;
      for (const auto& [row, list] : by_case) {
        for (const Call& call : list) {
          for (const auto& [name, value] : call.given) names.insert(name);
        }
      }
      for (const std::string& name : names) {
        const auto input = inputs_.find({key.first, key.second, name});
        if (input != inputs_.end()) Compare(scenario, by_case, neighbours, looks, input->second);
      }
    }
  }

  void LookAt(const ScenarioFindings& scenario, const CaseFinding& row, const journal::CaseRecord& record, const journal::Exchange& exchange,
              std::map<std::pair<size_t, InputCoverage::In>, CallsByCase>& calls) {
    const openapi::SplitTarget target = openapi::Split(exchange.target);
    const bool own_version = target.version.empty() || target.version == coverage_.version;
    if (!exchange.head || exchange.step == "set-up" || !own_version) return;
    const Operation* operation = description_.Find(exchange.method, target.path);
    if (operation == nullptr) return;
    const auto index = static_cast<size_t>(operation - description_.operations().data());
    OperationCoverage& entry = coverage_.operations[index];
    entry.statuses.try_emplace(exchange.head->status, scenario.id);
    LookAtAnswer(*operation, exchange, entry);
    calls[{index, InputCoverage::In::kQuery}][&row].push_back({exchange.name, QueryOf(exchange, record)});
    if (const openapi::Parameter* body = operation->body())
      calls[{index, InputCoverage::In::kBody}][&row].push_back({exchange.name, BodyOf(description_, *body, exchange, record)});
  }

  void LookAtAnswer(const Operation& operation, const journal::Exchange& exchange, OperationCoverage& entry) {
    const auto response = operation.responses.find(exchange.head->status);
    if (entry.fields_seen.size() == entry.fields.size() || response == operation.responses.end() || exchange.head->status >= 300) return;
    const auto body = TryParseJson(exchange.response_body.kept);
    if (!body) return;
    openapi::VisitFields(description_, response->second, *body, [&](const std::string& field, const Json& value) {
      if (!value.is_null()) entry.fields_seen.insert(fmt::format("{} {}", exchange.head->status, field));
    });
  }

  void Compare(const ScenarioFindings& scenario, const CallsByCase& by_case,
               const std::vector<std::pair<const CaseFinding*, const CaseFinding*>>& neighbours, const Looks& looks, InputCoverage& input) {
    input.called = true;
    std::set<std::string> values;
    for (const auto& [row, calls] : by_case) {
      for (const Call& call : calls) values.insert(ValueOf(call, input.name));
    }
    if (values.size() < 2) return;
    if (input.varied_in.empty()) input.varied_in = scenario.id;
    if (!input.shown_in.empty()) return;
    auto shown = ShownByRows(by_case, neighbours, input.name);
    if (!shown) shown = ShownByCalls(by_case, looks, input.name);
    if (!shown) return;
    input.shown_in = scenario.id;
    input.shown_by = scenario.observations[*shown].name;
  }

  static std::optional<size_t> ShownByRows(const CallsByCase& by_case,
                                           const std::vector<std::pair<const CaseFinding*, const CaseFinding*>>& neighbours, const std::string& name) {
    for (const auto& [one, other] : neighbours) {
      const auto first = by_case.find(one), second = by_case.find(other);
      if (first == by_case.end() || second == by_case.end() || GivenTo(first->second, name) == GivenTo(second->second, name)) continue;
      for (size_t i = 0; i < one->cells.size() && i < other->cells.size(); ++i) {
        if (IsCertain(*one, i) && IsCertain(*other, i) && one->cells[i].value != other->cells[i].value) return i;
      }
    }
    return std::nullopt;
  }

  static std::optional<size_t> ShownByCalls(const CallsByCase& by_case, const Looks& looks, const std::string& name) {
    for (const auto& [row, calls] : by_case) {
      if (!IsComplete(*row)) continue;
      for (size_t i = 0; i < calls.size(); ++i) {
        for (size_t j = i + 1; j < calls.size(); ++j) {
          if (ValueOf(calls[i], name) == ValueOf(calls[j], name)) continue;
          if (const auto differing = looks.Differing(*row, calls[i].name, calls[j].name)) return differing;
        }
      }
    }
    return std::nullopt;
  }

  const openapi::Description& description_;
  const Findings& findings_;
  const journal::Journal& journal_;
  std::string engine_;
  EngineCoverage coverage_;
  std::map<std::tuple<size_t, InputCoverage::In, std::string>, InputCoverage> inputs_;
  std::map<std::string_view, const journal::CaseRecord*> records_;
};

// Everything that an engine's coverage could have.
struct Item {
  Gap::Kind kind;
  std::string what;
  bool there = false;
  bool shown = false;  // inputs only
  const std::string* reason = nullptr;
};

const std::string* ReasonFor(const Coverage& coverage, const std::string& operation, const std::string& engine, Gap::Kind kind,
                             const std::string& what) {
  for (const notes::OutOfReach& row : coverage.out_of_reach) {
    if (!row.IsAbout(operation, engine)) continue;
    const bool fits = (kind == Gap::Kind::kStatus && row.status != 0 && std::to_string(row.status) == what) ||
                      (kind == Gap::Kind::kQuery && row.query == what) || (kind == Gap::Kind::kField && row.field == what) ||
                      (kind == Gap::Kind::kCall && row.status == 0 && row.query.empty() && row.field.empty());
    if (fits) return &row.reason;
  }
  return nullptr;
}

std::vector<Item> ItemsOf(const Coverage& coverage, const std::string& engine, const OperationCoverage& operation) {
  std::vector<Item> items{{Gap::Kind::kCall, "", operation.called()}};
  for (const int status : operation.documented) items.push_back({Gap::Kind::kStatus, std::to_string(status), operation.statuses.contains(status)});
  for (const InputCoverage& input : operation.inputs) {
    items.push_back({input.in == InputCoverage::In::kQuery ? Gap::Kind::kQuery : Gap::Kind::kField, input.name, !input.varied_in.empty(),
                     !input.shown_in.empty()});
  }
  for (const std::string& field : operation.fields) items.push_back({Gap::Kind::kAnswer, field, operation.fields_seen.contains(field)});
  for (Item& item : items) {
    if (!item.there) item.reason = ReasonFor(coverage, operation.name, engine, item.kind, item.what);
  }
  return items;
}

}  // namespace

bool OperationCoverage::succeeded() const {
  return std::ranges::any_of(statuses, [](const auto& seen) { return seen.first < 400; });
}
bool OperationCoverage::documents_failure() const {
  return std::ranges::any_of(documented, [](int status) { return status >= 400; });
}
bool OperationCoverage::failed_as_documented() const {
  return std::ranges::any_of(statuses, [&](const auto& seen) { return seen.first >= 400 && documented.contains(seen.first); });
}

Coverage CoverageOf(const Descriptions& descriptions, const Findings& findings, const journal::Journal& journal) {
  Coverage coverage;
  for (const journal::EngineRecord& engine : journal.engines) {
    const auto description = descriptions.find(GetString(engine.identity, "api"));
    if (description == descriptions.end()) continue;
    coverage.engines[engine.name] = CallCounter(description->second, findings, journal, engine.name).Count();
  }
  return coverage;
}

std::vector<Figure> FiguresOf(const Coverage& coverage, const std::string& engine) {
  Figure called{"operations called"}, succeeded{"operations with a success"}, failed{"operations with a documented failure"},
      statuses{"documented statuses seen"}, core_statuses{"of these, of container and exec operations"}, queries{"query parameters varied"},
      queries_shown{"of these, with an effect seen"}, core_queries{"query parameters of container and exec operations, with an effect seen"},
      config{"fields of ContainerConfig, with an effect seen"}, host{"fields of HostConfig, with an effect seen"}, fields{"fields of request bodies varied"},
      fields_shown{"of these, with an effect seen"}, answers{"fields of successful answers seen", 0, 0, 0, true};
  const auto count = [](Figure& figure, bool there, bool excused) {
    ++figure.all;
    figure.some += there;
    figure.excused += !there && excused;
  };
  for (const OperationCoverage& operation : coverage.engines.at(engine).operations) {
    const bool core = operation.tag == "Container" || operation.tag == "Exec";
    const bool creates = operation.name == "POST /containers/create";
    count(called, operation.called(), ReasonFor(coverage, operation.name, engine, Gap::Kind::kCall, ""));
    count(succeeded, operation.succeeded(), false);
    bool all_failures_excused = true;
    for (const Item& item : ItemsOf(coverage, engine, operation)) {
      const bool excused = item.reason != nullptr;
      switch (item.kind) {
        case Gap::Kind::kCall:
          break;
        case Gap::Kind::kStatus:
          count(statuses, item.there, excused);
          if (core) count(core_statuses, item.there, excused);
          if (item.what >= "400" && !excused) all_failures_excused = false;
          break;
        case Gap::Kind::kQuery:
          count(queries, item.there, excused);
          count(queries_shown, item.shown, excused);
          if (core) count(core_queries, item.shown, excused);
          break;
        case Gap::Kind::kField: {
          count(fields, item.there, excused);
          count(fields_shown, item.shown, excused);
          const bool in_host = item.what.starts_with("HostConfig.");
          const std::string own = in_host ? item.what.substr(item.what.find('.') + 1) : item.what;
          const bool deeper = own.find_first_of(".[") != std::string::npos;
          if (creates && !deeper && in_host) count(host, item.shown, excused);
          if (creates && !deeper && !in_host && own != "HostConfig" && own != "NetworkingConfig") count(config, item.shown, excused);
          break;
        }
        case Gap::Kind::kAnswer:
          count(answers, item.there, excused);
          break;
      }
    }
    if (operation.documents_failure()) count(failed, operation.failed_as_documented(), all_failures_excused);
  }
  return {called, succeeded, failed, statuses, core_statuses, queries, queries_shown, core_queries, config, host, fields, fields_shown, answers};
}

std::vector<Gap> GapsOf(const Coverage& coverage) {
  std::map<std::tuple<std::string, Gap::Kind, std::string, std::string>, Gap> gaps;
  for (const auto& [engine, of_engine] : coverage.engines) {
    for (const OperationCoverage& operation : of_engine.operations) {
      for (const Item& item : ItemsOf(coverage, engine, operation)) {
        const bool hidden = !operation.called() && item.kind != Gap::Kind::kCall;  // it goes without saying
        if (item.there || hidden) continue;
        const std::string reason = item.reason ? *item.reason : "";
        Gap& gap = gaps[{operation.name, item.kind, item.what, reason}];
        gap = {operation.name, item.kind, item.what, reason, std::move(gap.engines)};
        gap.engines.push_back(engine);
      }
    }
  }
  std::vector<Gap> sorted;
  for (auto& [key, gap] : gaps) sorted.push_back(std::move(gap));
  return sorted;
}

}  // namespace plimsoll::analyse
