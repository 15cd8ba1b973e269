#include "analyse/conformance.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/version.h"
#include "http/message.h"

namespace plimsoll::analyse {
namespace {

std::string VersionOf(const journal::Exchange& exchange, const journal::EngineRecord* engine) {
  const std::string version = openapi::Split(exchange.target).version;
  return !version.empty() || engine == nullptr ? version : GetString(engine->identity, "api");
}

// As it says itself. What it answers in other versions is no matter of their descriptions.
bool Speaks(const journal::EngineRecord& engine, const std::string& version) {
  const int number = VersionNumber(version);
  const int newest = VersionNumber(GetString(engine.identity, "api"));
  return number >= VersionNumber(GetString(engine.identity, "api_min")) && (newest == 0 || number <= newest);
}

openapi::Answer AnswerOf(const journal::Exchange& exchange) {
  openapi::Answer answer;
  answer.status = exchange.head->status;
  if (const std::string* type = http::FindHeader(exchange.head->headers, "Content-Type")) answer.content_type = *type;
  answer.is_stream = exchange.stream && answer.status < 400;
  const bool whole = exchange.response_body.kept.size() == exchange.response_body.size &&
                     exchange.outcome == journal::Outcome::kAnswered;
  if (whole) answer.body = exchange.response_body.kept;
  return answer;
}

class Counter {
 public:
  Counter(const Descriptions& descriptions, const journal::Journal& journal)
      : descriptions_(descriptions), journal_(journal) {}

  Conformance Count() {
    for (const journal::CaseRecord& record : journal_.cases) {
      if (record.outcome != journal::CaseOutcome::kCompleted) continue;
      for (const journal::Exchange& exchange : record.exchanges) {
        if (exchange.head) Look(record, exchange);
      }
    }
    Conformance all;
    for (auto& [engine, seen] : engines_) {
      all.engines[engine] = {seen.exchanges,
                             seen.operations.size(),
                             {seen.versions.begin(), seen.versions.end()},
                             {seen.unknown.begin(), seen.unknown.end()}};
    }
    for (auto& [key, finding] : drifts_) all.drifts.push_back(std::move(finding));
    return all;
  }

 private:
  struct Seen {
    size_t exchanges = 0;
    std::set<std::string> operations, versions, unknown;
  };

  void Look(const journal::CaseRecord& record, const journal::Exchange& exchange) {
    const journal::EngineRecord* engine = journal_.FindEngine(record.engine);
    const std::string version = VersionOf(exchange, engine);
    if (engine != nullptr && !Speaks(*engine, version)) return;
    const auto description = descriptions_.find(version);
    if (description == descriptions_.end()) {
      engines_[record.engine].unknown.insert(version);
      return;
    }
    const openapi::Operation* operation =
        description->second.Find(exchange.method, openapi::Split(exchange.target).path);
    if (operation == nullptr) return;
    Seen& seen = engines_[record.engine];
    ++seen.exchanges;
    seen.operations.insert(operation->Name());
    seen.versions.insert(version);
    for (const openapi::Drift& drift : CheckAnswer(description->second, *operation, AnswerOf(exchange))) {
      Note(record, operation->Name(), drift);
    }
  }

  void Note(const journal::CaseRecord& record, const std::string& operation, const openapi::Drift& drift) {
    DriftFinding& finding = drifts_[{operation, drift.place, drift.kind, drift.detail}];
    finding.operation = operation;
    finding.drift = drift;
    DriftFinding::Seen& seen = finding.engines[record.engine];
    ++seen.exchanges;
    if (seen.case_id.empty() || record.id < seen.case_id) {
      seen.case_id = record.id;
      seen.scenario = record.scenario;
    }
  }

  const Descriptions& descriptions_;
  const journal::Journal& journal_;
  std::map<std::string, Seen> engines_;
  std::map<std::tuple<std::string, std::string, openapi::DriftKind, std::string>, DriftFinding> drifts_;
};

}  // namespace

std::vector<std::string> VersionsSpoken(const journal::Journal& journal) {
  std::set<std::string> versions;
  for (const journal::CaseRecord& record : journal.cases) {
    const journal::EngineRecord* engine = journal.FindEngine(record.engine);
    for (const journal::Exchange& exchange : record.exchanges) versions.insert(VersionOf(exchange, engine));
  }
  return {versions.begin(), versions.end()};
}

Conformance CheckAgainst(const Descriptions& descriptions, const journal::Journal& journal) {
  return Counter(descriptions, journal).Count();
}

}  // namespace plimsoll::analyse
