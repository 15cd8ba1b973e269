#include "relay/traced_case.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "journal/scope.h"

namespace plimsoll::relay {
namespace {

using journal::Exchange;
using journal::Outcome;

constexpr size_t kLongestReading = 64 * 1024;

// What the harness's own scenarios call these; everything else has the last word of its path.
std::string KnownName(const std::string& method, std::string_view path) {
  struct Row {
    std::string_view method, end, name;
  };
  constexpr Row kRows[] = {{"GET", "/_ping", "ping"},           {"HEAD", "/_ping", "ping"},
                           {"POST", "/containers/create", "box"}, {"POST", "/networks/create", "net"},
                           {"POST", "/volumes/create", "vol"},  {"POST", "/images/create", "pull"},
                           {"GET", "/containers/json", "boxes"}, {"GET", "/images/json", "images"},
                           {"GET", "/events", "listening"},     {"GET", "/attach/ws", "client"}};
  for (const Row& row : kRows) {
    if (method == row.method && path.ends_with(row.end)) return std::string(row.name);
  }
  const std::string_view last = path.substr(path.rfind('/') + 1);
  if (last == "json") return "inspect";
  if (last == "attach") return "client";
  if (last == "start" && path.find("/exec/") != path.npos) return "exec_client";
  return "";
}

std::string PlainNameOf(const Exchange& exchange) {
  const std::string_view path = std::string_view(exchange.target).substr(0, exchange.target.find('?'));
  if (exchange.method.empty()) return "odd";
  if (std::string known = KnownName(exchange.method, path); !known.empty()) return known;
  const std::string last = ToLower(path.substr(path.rfind('/') + 1));
  const bool is_word = !last.empty() && last.size() <= 20 && last.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == last.npos;
  if (exchange.method == "DELETE") return "removal";
  return is_word ? last : ToLower(exchange.method);
}

journal::Reading ReadingOf(const Exchange& stream) {
  journal::StreamText text = journal::TextFor(stream);
  text.Feed(stream.response_body.kept);
  text.End();
  journal::Reading reading;
  reading.step = stream.step;
  reading.stream = stream.name;
  reading.found = stream.outcome == Outcome::kAnswered;
  reading.why = reading.found ? "end" : "closed";
  reading.text = text.all().substr(0, kLongestReading);
  reading.started = reading.ended = stream.times.ended;
  return reading;
}

}  // namespace

std::string TraceCaseId(const std::string& engine) { return fmt::format("{}@{}", kTraceScenario, engine); }

std::string CallNames::NameOf(const Exchange& exchange) {
  const std::string name = PlainNameOf(exchange);
  int& number = last_.try_emplace(name, 1).first->second;
  std::string free = number == 1 ? name : fmt::format("{}{}", name, ++number);
  while (!taken_.insert(free).second) free = fmt::format("{}{}", name, ++number);
  return free;
}

journal::CaseRecord CaseOf(std::vector<Exchange> exchanges, const std::string& engine, int64_t started, int64_t ended) {
  journal::CaseRecord record;
  record.id = TraceCaseId(engine);
  record.scenario = kTraceScenario;
  record.engine = engine;
  record.started = started;
  record.ended = ended;
  CallNames names;
  for (size_t i = 0; i < exchanges.size(); ++i) {
    exchanges[i].name = names.NameOf(exchanges[i]);
    exchanges[i].step = fmt::format("steps[{}]", i);
  }
  for (const Exchange& exchange : exchanges) {
    if (exchange.stream) record.readings.push_back(ReadingOf(exchange));
  }
  record.exchanges = std::move(exchanges);
  return record;
}

}  // namespace plimsoll::relay
