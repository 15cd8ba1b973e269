#include "journal/scope.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <type_traits>

#include "base/text.h"
#include "expect/template.h"
#include "http/websocket.h"
#include "journal/archive_files.h"
#include "journal/stream_text.h"

namespace plimsoll::journal {
namespace {

Json TimeOrNull(int64_t nanos) { return nanos == 0 ? Json() : Json(nanos); }

// The headers that hold a JSON document in base64: X-Docker-Container-Path-Stat.
Json HeaderDocuments(const http::Headers& headers) {
  Json view = Json::object();
  for (const http::Header& header : headers) {
    if (!header.value.starts_with("eyJ")) continue;  // {"
    const auto bytes = FromBase64(header.value);
    auto document = bytes ? TryParseJson(*bytes) : std::nullopt;
    if (document) view[ToLower(header.name)] = std::move(*document);
  }
  return view;
}

Json HeaderView(const http::Headers& headers) {
  Json view = Json::object();
  for (const http::Header& header : headers) {
    Json& value = view[ToLower(header.name)];
    value = value.is_string() ? value.get<std::string>() + ", " + header.value : header.value;
  }
  return view;
}

// Every JSON document of a body that holds several, one after the other or one a line.
Json Documents(std::string_view text) {
  Json documents = Json::array();
  for (const std::string& line : Split(text, '\n')) {
    if (Trim(line).empty()) continue;
    if (auto document = TryParseJson(line)) documents.push_back(std::move(*document));
  }
  return documents;
}

Json ProbeView(std::string_view text) {
  Json view = Json::object();
  constexpr std::string_view kBegin = "{\"probe\":";
  for (const std::string& line : Split(text, '\n')) {
    const size_t at = line.find(kBegin);
    if (at == std::string::npos) continue;
    auto report = TryParseJson(Trim(std::string_view(line).substr(at)));
    if (!report) continue;
    view[GetString(*report, "probe")].push_back(std::move(*report));
  }
  return view;
}

bool MayBeFramed(const Exchange& exchange) {
  if (!exchange.head || exchange.head->status >= 300) return false;
  if (exchange.upgraded) return true;
  const std::string* type = http::FindHeader(exchange.head->headers, "Content-Type");
  return !type || type->find("json") == std::string::npos;
}

// Null for what is no websocket; else what the handshake and the frames say besides the text.
Json WebSocketView(const Exchange& exchange, const StreamText& text) {
  const std::string* key = http::FindHeader(exchange.request_headers, "Sec-WebSocket-Key");
  const std::string* accept = http::FindHeader(exchange.head->headers, "Sec-WebSocket-Accept");
  Json view = {{"accepted", key && accept && *accept == http::WebSocketAccept(*key)},
               {"frames", Json::array()}, {"opcodes", Json::array()}, {"pongs", Json::array()},
               {"close_code", Json()}, {"close_reason", Json()}, {"closed", text.websocket_closed()}};
  for (const StreamText::WebSocketFrame& frame : text.websocket_frames()) {
    const Json opcode = Name(frame.opcode);
    view["frames"].push_back({{"opcode", opcode}, {"final", frame.final}, {"size", frame.size}});
    Json& seen = view["opcodes"];
    if (std::ranges::find(seen, opcode) == seen.end()) seen.push_back(opcode);
    if (frame.opcode == http::Opcode::kPong) view["pongs"].push_back(frame.data);
    if (frame.opcode == http::Opcode::kClose && frame.data.size() >= 2) {
      const auto byte = [&](size_t i) { return static_cast<unsigned char>(frame.data[i]); };
      view["close_code"] = byte(0) << 8 | byte(1);
      view["close_reason"] = frame.data.substr(2);
    }
  }
  return view;
}

void AddText(Json& view, const Exchange& exchange) {
  if (!MayBeFramed(exchange)) return;
  StreamText text = TextFor(exchange);
  text.Feed(exchange.response_body.kept);
  text.End();
  using Framing = StreamText::Framing;
  switch (text.framing()) {
    case Framing::kUndecided: break;
    case Framing::kRaw: view["framing"] = "raw"; break;
    case Framing::kMultiplexed: view["framing"] = "multiplexed"; break;
    case Framing::kWebSocket:
      view["framing"] = "websocket";
      view["websocket"] = WebSocketView(exchange, text);
      break;
  }
  view["stdout"] = text.out();
  view["stderr"] = text.err();
  view["stdout_size"] = text.out().size();
  view["stderr_size"] = text.err().size();
  view["frames"] = text.frames();
  view["malformed"] = text.malformed();
  view["probe"] = ProbeView(text.out());
}

bool Wanted(const Members& members, std::initializer_list<std::string_view> any) {
  return !members || std::ranges::any_of(any, [&](std::string_view name) { return members->contains(name); });
}

// The scope, each view worked out by `add(scope, name, record)`, or not.
template <class Add>
Json BuildScope(const CaseRecord& record, const Json& fixed, Add add) {
  Json scope = fixed;
  for (const auto& [name, value] : record.parameters.items()) {
    scope[name] = value == expect::kAbsent ? expect::AbsentMarker() : value;
  }
  for (const Exchange& exchange : record.exchanges) add(scope, exchange.name, exchange);
  for (const Reading& reading : record.readings) add(scope, reading.name, reading);
  for (const Mark& mark : record.marks) add(scope, mark.name, mark);
  add(scope, "events", record.events);
  return scope;
}

std::string Action(const Json& event) {
  std::string action = GetString(event, "Action", GetString(event, "status"));
  // "exec_create: sh -c ..." carries the command behind the action's name.
  return action.substr(0, action.find(':'));
}

}  // namespace

StreamText TextFor(const Exchange& exchange) {
  const bool websocket = exchange.stream && exchange.head && http::BecomesWebSocket(exchange.request_headers, *exchange.head);
  return websocket ? StreamText::OfWebSocket() : StreamText();
}

void AddTo(Interest& interest, const expect::Path& path) {
  const auto [members, is_first] = interest.try_emplace(path.root(), Members(std::in_place));
  if (!path.member()) {
    members->second.reset();
  } else if (members->second) {
    members->second->insert(*path.member());
  }
}

Json ViewOf(const Exchange& exchange, const Members& members) {
  const Times& times = exchange.times;
  const std::string& text = exchange.response_body.kept;
  Json view = {{"status", exchange.head ? Json(exchange.head->status) : Json()},
               {"reason", exchange.head ? Json(exchange.head->reason) : Json()},
               {"headers", Json::object()}, {"text", ""}, {"size", exchange.response_body.size},
               {"fnv1a", fmt::format("{:016x}", exchange.response_body.fnv1a)},
               {"outcome", Name(exchange.outcome)}, {"error", exchange.error}, {"body", Json()},
               {"documents", Json::array()}, {"framing", Json()}, {"stdout", ""}, {"stderr", ""},
               {"stdout_size", 0}, {"stderr_size", 0}, {"frames", 0}, {"malformed", ""},
               {"probe", Json::object()}, {"upgraded", exchange.upgraded}, {"websocket", Json()},
               {"header_documents", Json::object()}, {"files", Json()},
               {"ended", exchange.outcome == Outcome::kAnswered},
               {"started_at", TimeOrNull(times.started)}, {"sent_at", TimeOrNull(times.sent)},
               {"first_byte_at", TimeOrNull(times.first_byte)}, {"head_at", TimeOrNull(times.head)},
               {"ended_at", TimeOrNull(times.ended)}};
  view["took"] = times.ended != 0 && times.started != 0 ? Json(times.ended - times.started) : Json();
  if (exchange.head && Wanted(members, {"headers"})) view["headers"] = HeaderView(exchange.head->headers);
  if (exchange.head && Wanted(members, {"header_documents"})) {
    view["header_documents"] = HeaderDocuments(exchange.head->headers);
  }
  if (Wanted(members, {"files"})) view["files"] = FilesIn(text);
  if (Wanted(members, {"text"})) view["text"] = text;
  const bool documents = Wanted(members, {"documents"});
  if (documents || Wanted(members, {"body"})) {
    if (auto body = TryParseJson(text)) {
      if (documents) view["documents"].push_back(*body);
      view["body"] = std::move(*body);
    } else if (documents) {
      view["documents"] = Documents(text);
    }
  }
  const bool decoded = Wanted(members, {"framing", "stdout", "stderr", "stdout_size", "stderr_size", "frames",
                                        "malformed", "probe", "websocket"});
  if (decoded) AddText(view, exchange);
  return view;
}

Json ViewOf(const Reading& reading) {
  return {{"found", reading.found}, {"why", reading.why}, {"text", reading.text},
          {"took", reading.ended - reading.started}, {"started_at", reading.started},
          {"ended_at", reading.ended}, {"probe", ProbeView(reading.text)}};
}

Json ViewOf(const Mark& mark) {
  return {{"found", mark.found}, {"took", mark.ended - mark.started}, {"started_at", mark.started},
          {"ended_at", mark.ended}};
}

Json ViewOf(const std::vector<Event>& events) {
  Json view = {{"list", Json::array()}, {"actions", Json::array()}, {"container", Json::array()},
               {"network", Json::array()}, {"volume", Json::array()}, {"image", Json::array()},
               {"again", Json::array()}};
  for (const Event& event : events) {
    if (event.again) {
      view["again"].push_back(Action(event.body));
      continue;
    }
    Json body = event.body;
    body["received_at"] = event.received;
    view["list"].push_back(std::move(body));
    view["actions"].push_back(Action(event.body));
    const std::string type = GetString(event.body, "Type", "container");
    if (view.contains(type) && view[type].is_array()) view[type].push_back(Action(event.body));
  }
  return view;
}

Json FixedScope(const RunRecord& run, const EngineRecord& engine, const CaseRecord& record) {
  const Json* images = Find(run.options, "images");
  return {{"image", images ? *images : Json::object()},
          {"case", {{"name", record.container_name}, {"id", record.id}}},
          {"engine", {{"name", engine.name}, {"product", GetString(engine.identity, "product")},
                      {"version", GetString(engine.identity, "version")},
                      {"api", GetString(engine.identity, "api")}}},
          {"run", {{"id", run.run_id}}}};
}

Json ScopeOf(const CaseRecord& record, const Json& fixed) {
  return BuildScope(record, fixed, [](Json& scope, const std::string& name, const auto& happened) {
    if (!name.empty()) scope[name] = ViewOf(happened);
  });
}

Json ScopeOf(const CaseRecord& record, const Json& fixed, const Interest& interest) {
  return BuildScope(record, fixed, [&](Json& scope, const std::string& name, const auto& happened) {
    const auto members = interest.find(name);
    if (name.empty() || members == interest.end()) return;
    if constexpr (std::is_same_v<decltype(happened), const Exchange&>) {
      scope[name] = ViewOf(happened, members->second);
    } else {
      scope[name] = ViewOf(happened);
    }
  });
}

}  // namespace plimsoll::journal
