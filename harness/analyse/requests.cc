#include "analyse/requests.h"

#include <set>

namespace plimsoll::analyse {
namespace {

openapi::Asked AskedOf(const journal::Exchange& exchange) {
  const bool whole = exchange.request_body.kept.size() == exchange.request_body.size;
  return {exchange.target, exchange.request_body.kept, whole};
}

}  // namespace

RequestFindings CheckRequests(const Descriptions& descriptions, const journal::CaseRecord& record, const journal::Journal& journal) {
  RequestFindings found;
  std::set<std::string> unknown;
  const journal::EngineRecord* engine = journal.FindEngine(record.engine);
  for (size_t i = 0; i < record.exchanges.size(); ++i) {
    const journal::Exchange& exchange = record.exchanges[i];
    const openapi::SplitTarget split = openapi::Split(exchange.target);
    if (exchange.method.empty() || split.path.starts_with("/libpod/")) continue;
    const std::string version = !split.version.empty() || engine == nullptr ? split.version : GetString(engine->identity, "api");
    const auto description = descriptions.find(version);
    if (description == descriptions.end()) {
      unknown.insert(version);
      continue;
    }
    ++found.checked;
    const openapi::Operation* operation = description->second.Find(exchange.method, split.path);
    if (operation == nullptr) {
      found.list.push_back({i, "", {}});
      continue;
    }
    auto drifts = openapi::CheckRequest(description->second, *operation, AskedOf(exchange));
    if (!drifts.empty()) found.list.push_back({i, operation->Name(), std::move(drifts)});
  }
  found.unknown.assign(unknown.begin(), unknown.end());
  return found;
}

}  // namespace plimsoll::analyse
