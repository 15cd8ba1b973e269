// Records to JSON and back. The names here are the journal's file format: harness/docs/journal-format.md.
#include <fmt/format.h>

#include "base/text.h"
#include "journal/records.h"

namespace plimsoll::journal {
namespace {

Json BytesToJson(const Bytes& bytes) {
  Json json = {{"size", bytes.size}};
  if (bytes.size == 0) return json;
  if (IsValidUtf8(bytes.kept)) {
    json["text"] = bytes.kept;
  } else {
    json["base64"] = Base64(bytes.kept);
  }
  json["fnv1a"] = fmt::format("{:016x}", bytes.fnv1a);
  return json;
}

Bytes BytesFromJson(const Json& json) {
  Bytes bytes;
  bytes.size = static_cast<uint64_t>(GetInt(json, "size"));
  bytes.kept = GetString(json, "text");
  if (const Json* encoded = Find(json, "base64"); encoded && encoded->is_string()) {
    if (auto decoded = FromBase64(encoded->get<std::string>())) bytes.kept = *decoded;
  }
  bytes.fnv1a = std::strtoull(GetString(json, "fnv1a", "0").c_str(), nullptr, 16);
  return bytes;
}

Json HeadersToJson(const http::Headers& headers) {
  Json json = Json::array();
  for (const http::Header& header : headers) json.push_back({header.name, header.value});
  return json;
}

http::Headers HeadersFromJson(const Json* json) {
  http::Headers headers;
  if (!json || !json->is_array()) return headers;
  headers.reserve(json->size());  // a journal holds hundreds of thousands of these: no room to spare
  for (const Json& pair : *json) {
    if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string()) {
      headers.push_back({pair[0].get_ref<const std::string&>(), pair[1].get_ref<const std::string&>()});
    }
  }
  return headers;
}

Json TimesToJson(const Times& times) {
  return {{"started", times.started}, {"connected", times.connected}, {"sent", times.sent},
          {"first_byte", times.first_byte}, {"head", times.head}, {"ended", times.ended}};
}

Times TimesFromJson(const Json& json) {
  return {GetInt(json, "started"), GetInt(json, "connected"), GetInt(json, "sent"),
          GetInt(json, "first_byte"), GetInt(json, "head"), GetInt(json, "ended")};
}

constexpr std::string_view kDirections[] = {"received", "sent", "half-closed", "closed"};

Json ToJson(const Exchange& exchange) {
  Json json = {{"step", exchange.step}, {"method", exchange.method}, {"target", exchange.target},
               {"request_headers", HeadersToJson(exchange.request_headers)},
               {"outcome", Name(exchange.outcome)}, {"times", TimesToJson(exchange.times)}};
  if (!exchange.name.empty()) json["as"] = exchange.name;
  if (exchange.connection > 0) json["connection"] = exchange.connection;
  if (exchange.request_body.size > 0) json["request_body"] = BytesToJson(exchange.request_body);
  if (!exchange.error.empty()) json["error"] = exchange.error;
  if (exchange.head) {
    json["version"] = exchange.head->version;
    json["status"] = exchange.head->status;
    json["reason"] = exchange.head->reason;
    json["headers"] = HeadersToJson(exchange.head->headers);
  }
  if (exchange.response_body.size > 0) json["body"] = BytesToJson(exchange.response_body);
  if (!exchange.stream) return json;
  json["stream"] = true;
  json["upgraded"] = exchange.upgraded;
  if (exchange.sent.size > 0) json["sent"] = BytesToJson(exchange.sent);
  json["chunks"] = Json::array();
  for (const Chunk& chunk : exchange.chunks) {
    json["chunks"].push_back({{"at", chunk.at}, {"size", chunk.size},
                              {"what", kDirections[static_cast<int>(chunk.direction)]}});
  }
  return json;
}

Outcome OutcomeFromName(std::string_view name) {
  for (const Outcome outcome : {Outcome::kAnswered, Outcome::kOpen, Outcome::kRefused, Outcome::kTimedOut,
                                Outcome::kClosed, Outcome::kMalformed, Outcome::kCancelled}) {
    if (Name(outcome) == name) return outcome;
  }
  return Outcome::kCancelled;
}

CaseOutcome CaseOutcomeFromName(std::string_view name) {
  for (const CaseOutcome outcome :
       {CaseOutcome::kCompleted, CaseOutcome::kUnsupported, CaseOutcome::kTimedOut}) {
    if (Name(outcome) == name) return outcome;
  }
  return CaseOutcome::kHarnessError;
}

const Json& Member(const Json& json, std::string_view key) {
  static const Json nothing = Json::object();
  const Json* found = Find(json, key);
  return found ? *found : nothing;
}

Exchange ExchangeFromJson(const Json& json) {
  Exchange exchange;
  exchange.name = GetString(json, "as");
  exchange.step = GetString(json, "step");
  exchange.connection = static_cast<int>(GetInt(json, "connection"));
  exchange.stream = GetBool(json, "stream");
  exchange.method = GetString(json, "method");
  exchange.target = GetString(json, "target");
  exchange.request_headers = HeadersFromJson(Find(json, "request_headers"));
  exchange.request_body = BytesFromJson(Member(json, "request_body"));
  exchange.outcome = OutcomeFromName(GetString(json, "outcome"));
  exchange.error = GetString(json, "error");
  exchange.upgraded = GetBool(json, "upgraded");
  exchange.times = TimesFromJson(Member(json, "times"));
  exchange.response_body = BytesFromJson(Member(json, "body"));
  exchange.sent = BytesFromJson(Member(json, "sent"));
  if (Find(json, "status")) {
    exchange.head = http::ResponseHead{GetString(json, "version"), static_cast<int>(GetInt(json, "status")),
                                       GetString(json, "reason"), HeadersFromJson(Find(json, "headers"))};
  }
  if (const Json* chunks = Find(json, "chunks"); chunks && chunks->is_array()) {
    exchange.chunks.reserve(chunks->size());
    for (const Json& piece : *chunks) {
      Chunk chunk;
      chunk.at = GetInt(piece, "at");
      chunk.size = static_cast<uint64_t>(GetInt(piece, "size"));
      for (int i = 0; i < 4; ++i) {
        if (GetString(piece, "what") == kDirections[i]) chunk.direction = static_cast<Chunk::Direction>(i);
      }
      exchange.chunks.push_back(chunk);
    }
  }
  return exchange;
}

Json ToJson(const Reading& reading) {
  return {{"as", reading.name}, {"step", reading.step}, {"stream", reading.stream}, {"found", reading.found},
          {"why", reading.why}, {"text", reading.text}, {"started", reading.started}, {"ended", reading.ended}};
}

Reading ReadingFromJson(const Json& json) {
  return {GetString(json, "as"), GetString(json, "step"), GetString(json, "stream"), GetBool(json, "found"),
          GetString(json, "why"), GetString(json, "text"), GetInt(json, "started"), GetInt(json, "ended")};
}

Json ToJson(const Mark& mark) {
  return {{"as", mark.name}, {"step", mark.step}, {"what", mark.what}, {"found", mark.found},
          {"started", mark.started}, {"ended", mark.ended}};
}

Mark MarkFromJson(const Json& json) {
  return {GetString(json, "as"), GetString(json, "step"), GetString(json, "what"), GetBool(json, "found", true),
          GetInt(json, "started"), GetInt(json, "ended")};
}

template <class T>
Json ListToJson(const std::vector<T>& items) {
  Json json = Json::array();
  for (const T& item : items) json.push_back(ToJson(item));
  return json;
}

template <class Function>
auto ListFromJson(const Json& json, std::string_view key, Function convert) {
  std::vector<decltype(convert(json))> items;
  if (const Json* list = Find(json, key); list && list->is_array()) {
    items.reserve(list->size());
    for (const Json& item : *list) items.push_back(convert(item));
  }
  return items;
}

std::string StringOf(const Json& json) { return json.is_string() ? json.get<std::string>() : ""; }

Status Expect(const Json& json, std::string_view what, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    const Json* found = Find(json, key);
    if (!found || !found->is_string()) return Fail(fmt::format("{} record without a text \"{}\"", what, key));
  }
  return {};
}

}  // namespace

Json ToJson(const CallRecord& record) {
  return {{"record", "call"}, {"case", record.case_id}, {"scenario", record.scenario}, {"engine", record.engine}, {"exchange", ToJson(record.exchange)}};
}

Result<CallRecord> CallFromJson(const Json& json) {
  if (auto fine = Expect(json, "call", {"case", "scenario", "engine"}); !fine) return tl::make_unexpected(fine.error());
  return CallRecord{GetString(json, "case"), GetString(json, "scenario"), GetString(json, "engine"), ExchangeFromJson(Member(json, "exchange"))};
}

Json ToJson(const RunRecord& run) {
  return {{"record", "run"}, {"format", run.format}, {"plimsoll", run.plimsoll}, {"run", run.run_id},
          {"started", run.started}, {"files", run.files}, {"options", run.options}, {"planned", run.planned}};
}

Json ToJson(const EngineRecord& engine) {
  return {{"record", "engine"}, {"name", engine.name}, {"endpoint", engine.endpoint},
          {"disposable", engine.disposable}, {"identity", engine.identity}};
}

Json ToJson(const ScenarioRecord& scenario) {
  Json parameters = Json::array(), observe = Json::array();
  for (const Parameter& p : scenario.parameters) parameters.push_back({{"name", p.name}, {"values", p.values}});
  for (const auto& [name, spec] : scenario.observe) observe.push_back({{"name", name}, {"spec", spec}});
  return {{"record", "scenario"}, {"id", scenario.id}, {"area", scenario.area}, {"file", scenario.file},
          {"title", scenario.title}, {"question", scenario.question}, {"parameters", parameters},
          {"observe", observe}, {"expect", scenario.expect}, {"known_deviations", scenario.known_deviations},
          {"varies", scenario.varies},
          {"steps", scenario.steps}, {"given", scenario.given}, {"given_parameters", scenario.given_parameters},
          {"source_hash", scenario.source_hash},
          {"rows", scenario.rows}, {"sweep", scenario.sweep}};
}

Json ToJson(const CaseRecord& record) {
  Json events = Json::array();
  for (const Event& event : record.events) {
    events.push_back({{"received", event.received}, {"body", event.body}});
    if (event.again) events.back()["again"] = true;
  }
  return {{"record", "case"}, {"id", record.id}, {"scenario", record.scenario}, {"engine", record.engine},
          {"repetition", record.repetition}, {"parameters", record.parameters},
          {"outcome", Name(record.outcome)}, {"reason", record.reason}, {"started", record.started},
          {"ended", record.ended}, {"processor_busy", record.processor_busy}, {"container_name", record.container_name},
          {"exchanges", ListToJson(record.exchanges)}, {"readings", ListToJson(record.readings)},
          {"marks", ListToJson(record.marks)}, {"events", events}, {"wants_events", record.wants_events},
          {"events_complete", record.events_complete}, {"clean_up", ListToJson(record.clean_up)},
          {"leftovers", record.leftovers}};
}

Result<IndexRow> SweepRowFromJson(const Json& json, const std::vector<Parameter>& parameters) {
  IndexRow row;
  bool fits = json.is_array() && json.size() == parameters.size();
  for (size_t p = 0; fits && p < parameters.size(); ++p) {
    fits = json[p].is_number_unsigned() && json[p].get<uint64_t>() < parameters[p].values.size();
    if (fits) row.push_back(json[p].get<uint32_t>());
  }
  if (!fits) return Fail("\"sweep\": a row does not give each parameter one of its values");
  return row;
}

Result<RunRecord> RunFromJson(const Json& json) {
  RunRecord run;
  run.format = static_cast<int>(GetInt(json, "format"));
  if (run.format != kFormatVersion) {
    return Fail(fmt::format("the journal has format {}, this plimsoll reads {}", run.format, kFormatVersion),
                "repeat the run with this version, or use the plimsoll that wrote it");
  }
  run.plimsoll = GetString(json, "plimsoll");
  run.run_id = GetString(json, "run");
  run.started = GetString(json, "started");
  run.files = ListFromJson(json, "files", StringOf);
  run.options = Member(json, "options");
  run.planned = static_cast<size_t>(GetInt(json, "planned"));
  return run;
}

Result<EngineRecord> EngineFromJson(const Json& json) {
  if (auto ok = Expect(json, "engine", {"name"}); !ok) return tl::make_unexpected(ok.error());
  return EngineRecord{GetString(json, "name"), GetString(json, "endpoint"), GetBool(json, "disposable"),
                      Member(json, "identity")};
}

Result<ScenarioRecord> ScenarioFromJson(const Json& json) {
  if (auto ok = Expect(json, "scenario", {"id", "area"}); !ok) return tl::make_unexpected(ok.error());
  ScenarioRecord scenario;
  scenario.id = GetString(json, "id");
  scenario.area = GetString(json, "area");
  scenario.file = GetString(json, "file");
  scenario.title = GetString(json, "title");
  scenario.question = GetString(json, "question");
  scenario.parameters = ListFromJson(json, "parameters", [](const Json& item) {
    return Parameter{GetString(item, "name"), ListFromJson(item, "values", [](const Json& v) { return v; })};
  });
  scenario.observe = ListFromJson(json, "observe", [](const Json& item) {
    return std::pair<std::string, Json>(GetString(item, "name"), Member(item, "spec"));
  });
  scenario.expect = Member(json, "expect");
  scenario.known_deviations = Member(json, "known_deviations");
  scenario.varies = Member(json, "varies");
  scenario.steps = Member(json, "steps");
  scenario.given = static_cast<size_t>(GetInt(json, "given"));
  scenario.given_parameters = ListFromJson(json, "given_parameters", [](const Json& name) { return name.is_string() ? name.get<std::string>() : ""; });
  scenario.source_hash = GetString(json, "source_hash");
  scenario.rows = static_cast<size_t>(GetInt(json, "rows", 1));
  for (const Json& item : Member(json, "sweep")) {
    auto row = SweepRowFromJson(item, scenario.parameters);
    if (!row) return tl::make_unexpected(row.error());
    scenario.sweep.push_back(*std::move(row));
  }
  return scenario;
}

Result<CaseRecord> CaseFromJson(const Json& json) {
  if (auto ok = Expect(json, "case", {"id", "scenario", "engine"}); !ok) return tl::make_unexpected(ok.error());
  CaseRecord record;
  record.id = GetString(json, "id");
  record.scenario = GetString(json, "scenario");
  record.engine = GetString(json, "engine");
  record.repetition = static_cast<int>(GetInt(json, "repetition"));
  record.parameters = Member(json, "parameters");
  record.outcome = CaseOutcomeFromName(GetString(json, "outcome"));
  record.reason = GetString(json, "reason");
  record.started = GetInt(json, "started");
  record.ended = GetInt(json, "ended");
  record.processor_busy = static_cast<int>(GetInt(json, "processor_busy", -1));
  record.container_name = GetString(json, "container_name");
  record.exchanges = ListFromJson(json, "exchanges", ExchangeFromJson);
  record.readings = ListFromJson(json, "readings", ReadingFromJson);
  record.marks = ListFromJson(json, "marks", MarkFromJson);
  record.events = ListFromJson(json, "events", [](const Json& item) {
    const Json& body = Member(item, "body");
    return Event{GetInt(item, "received"), body.is_object() ? body : Json::object(), GetBool(item, "again")};
  });
  record.wants_events = GetBool(json, "wants_events");
  record.events_complete = GetBool(json, "events_complete", true);
  record.clean_up = ListFromJson(json, "clean_up", ExchangeFromJson);
  record.leftovers = ListFromJson(json, "leftovers", StringOf);
  return record;
}

}  // namespace plimsoll::journal
