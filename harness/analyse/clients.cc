#include "analyse/clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "expect/predicate.h"

namespace plimsoll::analyse {
namespace {

const journal::Reading* ReadingNamed(const journal::CaseRecord& record, std::string_view name) {
  const auto found = std::ranges::find(record.readings, name, &journal::Reading::name);
  return found == record.readings.end() ? nullptr : &*found;
}

// The object that the program said; null and the reason where it said none.
struct Said {
  Json object;
  std::string trouble;
};

Said SaidIn(const journal::CaseRecord& record) {
  const journal::Reading* reading = ReadingNamed(record, kProgram);
  if (reading == nullptr) return {nullptr, record.reason.empty() ? "it was not run" : record.reason};
  const auto json = TryParseJson(reading->text);
  const bool is_said = json && (json->contains("saw") || json->contains("cannot") || json->contains("error"));
  if (is_said) return {*json, ""};
  if (reading->why == "deadline") return {nullptr, "it did not come to an end"};
  return {nullptr, "it ended without a word on what it saw"};
}

// "(404) No such container: x"
std::string ErrorText(const Json& error) {
  if (!error.is_object()) return CompactJson(error);
  const int64_t status = GetInt(error, "status");
  return (status > 0 ? fmt::format("({}) ", status) : "") + GetString(error, "message");
}

Part JudgePart(const std::pair<std::string, Json>& wanted, const expect::Predicate& predicate, const Json& said) {
  Part part{wanted.first, predicate.Describe(), {}, "", false};
  if (const Json* saw = Find(said, "saw")) {
    if (const Json* value = Find(*saw, wanted.first)) part.saw = *value;
  }
  if (const Json* cannot = Find(said, "cannot")) part.cannot = GetString(*cannot, wanted.first);
  part.held = part.saw && predicate.Holds(part.saw);
  return part;
}

Done DoneOf(const std::vector<Part>& parts) {
  const auto is_open = [](const Part& part) { return !part.saw && !part.cannot.empty(); };
  if (!std::ranges::all_of(parts, [&](const Part& part) { return part.held || is_open(part); })) return Done::kFails;
  if (std::ranges::all_of(parts, is_open)) return Done::kCannot;
  return std::ranges::any_of(parts, is_open) ? Done::kPartly : Done::kWorks;
}

Status JudgeTask(const notes::ClientTask& task, TaskWay& way) {
  const Said said = SaidIn(*way.record);
  if (!said.trouble.empty()) {
    way.why = said.trouble;
    return {};
  }
  if (const Json* cannot = Find(said.object, "cannot"); cannot != nullptr && cannot->is_string()) {
    way.done = Done::kCannot;
    way.why = *cannot;
    return {};
  }
  if (const Json* error = Find(said.object, "error")) {
    way.why = ErrorText(*error);
    return {};
  }
  for (const auto& wanted : task.saw) {
    const auto predicate = expect::Predicate::Parse(wanted.second);
    if (!predicate) return Fail(fmt::format("task {}, saw, {}: {}", task.name, wanted.first, predicate.error().what));
    way.parts.push_back(JudgePart(wanted, *predicate, said.object));
  }
  way.done = DoneOf(way.parts);
  return {};
}

// The same is amiss. What is as wanted may differ (a time does), and so may an error's words (with a name that the runner made up).
bool IsSameWay(const TaskWay& one, const TaskWay& other) {
  return one.done == other.done && std::ranges::equal(one.parts, other.parts, [&](const Part& part, const Part& its) {
    const auto known = [](const Part& which, const TaskWay& way) { return which.saw ? WithoutMadeUpName(CompactJson(*which.saw), *way.record) : ""; };
    return part.held == its.held && (part.held || known(part, one) == known(its, other));
  });
}

void AddWay(TaskOutcome& outcome, TaskWay way) {
  ++outcome.times;
  const auto known = std::ranges::find_if(outcome.ways, [&](const TaskWay& other) { return IsSameWay(way, other); });
  if (known != outcome.ways.end()) ++known->times;
  else outcome.ways.push_back(std::move(way));
}

void SumUp(TaskOutcome& outcome) {
  std::ranges::stable_sort(outcome.ways, std::ranges::greater(), &TaskWay::times);
  const Done first = outcome.ways.front().done;
  outcome.done = std::ranges::all_of(outcome.ways, [&](const TaskWay& way) { return way.done == first; }) ? first : Done::kVaries;
}

// All repetitions.
std::vector<const journal::CaseRecord*> CasesOf(const journal::Journal& journal, std::string_view task, const std::string& client, const std::string& engine,
                                                const std::string& operation = "") {
  const std::string scenario = fmt::format("{}/{}", kClientArea, task);
  std::vector<const journal::CaseRecord*> cases;
  for (const journal::CaseRecord& record : journal.cases) {
    if (record.scenario == scenario && record.engine == engine && GetString(record.parameters, "client") == client && GetString(record.parameters, "operation") == operation)
      cases.push_back(&record);
  }
  return cases;
}

// The last call of this operation: what came before it was its set-up.
std::optional<size_t> LastCallOf(const openapi::Description& description, const std::string& operation, const journal::CaseRecord& record) {
  for (size_t i = record.exchanges.size(); i > 0; --i) {
    const journal::Exchange& exchange = record.exchanges[i - 1];
    const openapi::Operation* found = description.Find(exchange.method, openapi::Split(exchange.target).path);
    if (found != nullptr && found->Name() == operation) return i - 1;
  }
  return std::nullopt;
}

// Something that is there besides, and takes the place of nothing.
bool IsExtra(const openapi::Drift& drift) {
  using enum openapi::DriftKind;
  return drift.kind == kParameter || drift.kind == kExtra || drift.kind == kBody || (drift.kind == kValue && drift.detail.empty());
}

// What the request has besides goes to `extras`, what is wrong with it to `why`.
void CompareRequest(const RequestFindings& requests, size_t call, std::vector<std::string>& extras, std::vector<std::string>& why) {
  for (const RequestFinding& finding : requests.list) {
    if (finding.exchange != call) continue;
    for (const openapi::Drift& drift : finding.drifts) {
      if (drift.kind == openapi::DriftKind::kDeprecated) continue;  // as described, if not for long
      (IsExtra(drift) ? extras : why).push_back(std::string(openapi::Name(drift.kind)) + (drift.place.empty() ? "" : " " + drift.place));
    }
  }
}

// What the engine said beside what the client told.
void CompareAnswer(const journal::CaseRecord& record, size_t call, const Json& said, std::vector<std::string>& why) {
  const journal::Exchange& exchange = record.exchanges[call];
  const Json* error = Find(said, "error");
  const auto refusals = RefusalsIn(record);
  const auto refusal = std::ranges::find(refusals, call, &Refusal::exchange);
  const int status = exchange.head ? exchange.head->status : 0;
  if (refusal != refusals.end() && error == nullptr) {
    why.push_back(fmt::format("told a success where the engine answered {} {}", status, Abridged(refusal->message, 120)));
  } else if (refusal == refusals.end() && error != nullptr) {
    why.push_back(fmt::format("told an error where the engine answered {}: {}", status, Abridged(ErrorText(*error), 120)));
  } else if (error != nullptr && error->is_object() && GetInt(*error, "status") != 0 && GetInt(*error, "status") != status) {
    why.push_back(fmt::format("told status {} where the engine answered {}", GetInt(*error, "status"), status));
  }
}

OperationOutcome JudgeOperation(const std::string& client, const std::string& operation, const openapi::Description& description,
                                const journal::Journal& journal, const Descriptions& descriptions, const journal::CaseRecord& record) {
  OperationOutcome outcome{client, operation, Rightness::kWrongly, {}, 0, &record};
  const Said said = SaidIn(record);
  if (const Json* cannot = Find(said.object, "cannot"); cannot != nullptr && cannot->is_string()) {
    outcome.rightness = Rightness::kNoFunction;
    outcome.why.push_back(*cannot);
    return outcome;
  }
  if (!said.trouble.empty()) outcome.why.push_back(said.trouble);
  const auto call = LastCallOf(description, operation, record);
  if (!call) {
    const Json* error = Find(said.object, "error");
    outcome.why.push_back("sent no such call" + (error == nullptr ? "" : ": " + Abridged(ErrorText(*error), 120)));
    return outcome;
  }
  const auto& head = record.exchanges[*call].head;
  outcome.status = head ? head->status : 0;
  std::vector<std::string> extras;
  CompareRequest(CheckRequests(descriptions, record, journal), *call, extras, outcome.why);
  if (said.trouble.empty()) CompareAnswer(record, *call, said.object, outcome.why);
  if (outcome.why.empty()) outcome.rightness = extras.empty() ? Rightness::kRightly : Rightness::kWithExtras;
  outcome.why.insert(outcome.why.end(), extras.begin(), extras.end());
  return outcome;
}

void JudgeOperations(const notes::ClientStudy& study, const journal::Journal& journal, const Descriptions& descriptions, ClientFindings& findings) {
  for (const journal::EngineRecord& engine : journal.engines) {
    const auto description = descriptions.find(GetString(engine.identity, "api"));
    if (description == descriptions.end()) continue;
    for (const openapi::Operation& operation : description->second.operations()) {
      for (const notes::StudiedClient& client : study.clients) {
        for (const auto* record : CasesOf(journal, kOperationTask, client.name, engine.name, operation.Name()))
          findings.operations.push_back(JudgeOperation(client.name, operation.Name(), description->second, journal, descriptions, *record));
      }
    }
  }
}

}  // namespace

std::string WithoutMadeUpName(std::string text, const journal::CaseRecord& record) {
  const std::string& name = record.container_name;
  if (name.empty()) return text;
  ReplaceAll(text, name, "{name}");
  std::string project = name;
  std::erase(project, '-');
  ReplaceAll(text, project, "{name}");
  return text;
}

Result<ClientFindings> StudyClients(const notes::ClientStudy& study, const journal::Journal& journal, const Descriptions& descriptions) {
  ClientFindings findings;
  std::set<std::string> unknown;
  for (const journal::EngineRecord& engine : journal.engines) findings.engines.push_back(engine.name);
  for (const notes::ClientTask& task : study.tasks) {
    for (const notes::StudiedClient& client : study.clients) {
      for (const std::string& engine : findings.engines) {
        TaskOutcome outcome{client.name, task.name, engine, Done::kFails, 0, {}};
        for (const auto* record : CasesOf(journal, task.name, client.name, engine)) {
          TaskWay way{1, Done::kFails, {}, "", RefusalsIn(*record), CheckRequests(descriptions, *record, journal), record};
          if (auto judged = JudgeTask(task, way); !judged) return tl::make_unexpected(judged.error());
          unknown.insert(way.requests.unknown.begin(), way.requests.unknown.end());
          AddWay(outcome, std::move(way));
        }
        if (outcome.ways.empty()) continue;
        SumUp(outcome);
        findings.tasks.push_back(std::move(outcome));
      }
    }
  }
  JudgeOperations(study, journal, descriptions, findings);
  findings.unknown.assign(unknown.begin(), unknown.end());
  return findings;
}

}  // namespace plimsoll::analyse
