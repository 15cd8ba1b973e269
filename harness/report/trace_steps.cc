#include "report/trace_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "http/websocket.h"
#include "report/trace_ids.h"

namespace plimsoll::report {
namespace {

using journal::Chunk;
using journal::Exchange;
using journal::Outcome;

constexpr size_t kMostSteps = 990;
// A longer payload is no use to a reader of the file.
constexpr size_t kLongestPayload = 64 * 1024;
constexpr int64_t kSecond = 1'000'000'000;
// Half of what a call may take unless a scenario says otherwise.
constexpr int64_t kUsual = 10 * kSecond;

// Headers that the harness sends by itself, or that are about the connection and not the call.
bool IsOwnHeader(std::string_view name) {
  constexpr std::string_view kOwn[] = {"host",   "content-length", "connection",      "upgrade",
                                       "expect", "user-agent",     "accept-encoding", "transfer-encoding",
                                       "sec-websocket-key", "sec-websocket-version"};
  return std::ranges::find(kOwn, std::string_view(ToLower(name))) != std::end(kOwn);
}

struct Moment {
  int64_t at = 0;
  TraceStep what;
};

class StepMaker {
 public:
  // `left_out`: calls that came after those of the record.
  StepMaker(const journal::CaseRecord& record, const journal::EngineRecord& engine, size_t left_out)
      : record_(record), left_out_(left_out), own_version_("/v" + GetString(engine.identity, "api") + "/"), ids_(record) {
    for (size_t i = 0; i < record_.exchanges.size(); ++i) {
      acts_.emplace_back(record_.exchanges[i].times.started, i);
      for (const Chunk& chunk : record_.exchanges[i].chunks) {
        if (chunk.direction != Chunk::Direction::kReceived) acts_.emplace_back(chunk.at, i);
      }
    }
    std::ranges::sort(acts_);
  }

  std::vector<TraceStep> Make() {
    for (size_t i = 0; i < record_.exchanges.size(); ++i) AddExchange(i);
    std::ranges::stable_sort(moments_, {}, &Moment::at);
    std::vector<TraceStep> steps;
    for (Moment& moment : moments_) {
      if (steps.size() == kMostSteps) break;
      steps.push_back(std::move(moment.what));
    }
    if (moments_.size() > steps.size()) steps.back().notes.push_back(fmt::format("left out: {} further steps", moments_.size() - steps.size()));
    if (left_out_ > 0) steps.back().notes.push_back(fmt::format("left out: {} further calls", left_out_));
    return steps;
  }

 private:
  void AddExchange(size_t index) {
    const Exchange& exchange = record_.exchanges[index];
    TraceStep step;
    if (exchange.method.empty()) {
      step.notes.push_back("left out: " + (exchange.error.empty() ? std::string("what was no HTTP request") : Printable(exchange.error)));
      return Add(exchange.times.started, std::move(step));
    }
    step.step[exchange.stream ? "open" : "call"] = exchange.method + " " + Path(index, step);
    step.step["as"] = exchange.name;
    if (!HasVersion(exchange.target)) step.step["api"] = "none";
    if (exchange.stream) AddUpgrade(exchange, step);
    const bool background = !exchange.stream && IsBesideOthers(index);
    if (background) step.step["background"] = true;
    AddWithin(exchange, step);
    AddHeaders(index, step);
    AddPayload(index, step);
    AddNotes(exchange, step);
    Add(exchange.times.started, std::move(step));
    if (background) AddJoin(exchange);
    if (exchange.stream) AddStream(exchange);
  }

  // Without the version where that is the engine's own: then the scenario is for other engines too.
  std::string Path(size_t index, TraceStep& step) {
    std::string target = record_.exchanges[index].target;
    if (own_version_ != "/v/" && target.starts_with(own_version_)) target.erase(0, own_version_.size() - 1);
    for (size_t space = target.find(' '); space != std::string::npos; space = target.find(' ')) target.replace(space, 1, "%20");
    const std::string path = ids_.TemplateOfTarget(target, index);
    NoteUnknown(step);
    return path;
  }

  static bool HasVersion(const std::string& target) {
    return target.size() > 2 && target.starts_with("/v") && target[2] >= '0' && target[2] <= '9';
  }

  static void AddUpgrade(const Exchange& exchange, TraceStep& step) {
    const std::string* upgrade = http::FindHeader(exchange.request_headers, "Upgrade");
    if (upgrade != nullptr) step.step["upgrade"] = *upgrade;
    if (upgrade == nullptr && exchange.method == "POST") step.step["upgrade"] = "none";
  }

  // Something else began while it was under way, so it is not what the client waited for.
  bool IsBesideOthers(size_t index) const {
    const journal::Times& own = record_.exchanges[index].times;
    const auto begin = std::ranges::upper_bound(acts_, own.started, {}, &Act::first);
    const auto end = std::ranges::lower_bound(acts_, own.ended, {}, &Act::first);
    return begin < end && std::any_of(begin, end, [&](const Act& act) { return act.second != index; });
  }

  static void AddWithin(const Exchange& exchange, TraceStep& step) {
    const int64_t took = exchange.times.ended - exchange.times.started;
    if (!exchange.stream && took > kUsual) step.step["within"] = fmt::format("{}s", 2 * took / kSecond);
  }

  void AddJoin(const Exchange& exchange) {
    TraceStep join;
    join.step["join"] = exchange.name;
    const int64_t took = exchange.times.ended - exchange.times.started;
    if (took > kUsual) join.step["within"] = fmt::format("{}s", 2 * took / kSecond);
    Add(exchange.times.ended, std::move(join));
  }

  void AddHeaders(size_t index, TraceStep& step) {
    const Exchange& exchange = record_.exchanges[index];
    OrderedJson headers = OrderedJson::object();
    for (const http::Header& header : exchange.request_headers) {
      if (IsOwnHeader(header.name)) continue;
      if (header.value == "(redacted)") {
        step.notes.push_back(fmt::format("the header {} is left out: it is not kept", Printable(header.name)));
      } else if (header.name.find("${") == std::string::npos && IsValidUtf8(header.value)) {
        headers[header.name] = ids_.TemplateOf(std::string_view(header.value), index);
      }
    }
    // A body that is written as JSON says so by itself.
    if (BodyAsJson(exchange)) headers.erase("Content-Type");
    if (!headers.empty()) step.step["headers"] = std::move(headers);
  }

  static bool BodyAsJson(const Exchange& exchange) {
    const std::string* type = http::FindHeader(exchange.request_headers, "Content-Type");
    const journal::Bytes& body = exchange.request_body;
    const bool fits = body.size > 0 && body.kept.size() == body.size && body.size <= kLongestPayload;
    return fits && type != nullptr && ToLower(*type).starts_with("application/json") && TryParseJson(body.kept).has_value();
  }

  void AddPayload(size_t index, TraceStep& step) {
    const Exchange& exchange = record_.exchanges[index];
    const journal::Bytes& body = exchange.request_body;
    if (body.size == 0) return;
    if (body.kept.size() < body.size || body.size > kLongestPayload) {
      step.notes.push_back(fmt::format("the request's body of {} bytes is left out", body.size));
    } else if (BodyAsJson(exchange)) {
      step.step["body"] = ids_.TemplateOf(OrderedJson::parse(body.kept, nullptr, false), index);
    } else if (IsValidUtf8(body.kept)) {
      step.step["text"] = ids_.TemplateOf(std::string_view(body.kept), index);
    } else {
      step.step["bytes"] = Base64(body.kept);
    }
    if (body.kept.find("(redacted)") != std::string::npos) step.notes.push_back("credentials of the body are left out: they are not kept");
    NoteUnknown(step);
  }

  static void AddNotes(const Exchange& exchange, TraceStep& step) {
    if (exchange.outcome == Outcome::kAnswered || exchange.outcome == Outcome::kOpen) return;
    step.notes.push_back(fmt::format("when traced: {}, {}", http::Name(exchange.outcome), Abridged(exchange.error, 200)));
  }

  void NoteUnknown(TraceStep& step) {
    for (const std::string& id : ids_.TakeUnknown()) step.notes.push_back(fmt::format("no answer gave the id {}", Abridged(id, 70)));
  }

  void AddStream(const Exchange& stream) {
    AddSends(stream);
    TraceStep last;
    if (stream.outcome == Outcome::kOpen) {
      last.step["close"] = stream.name;
    } else if (stream.head) {
      last.step["read"] = stream.name;
      last.step["until"] = "end";
      last.step["within"] = fmt::format("{}s", 10 + 2 * (stream.times.ended - stream.times.started) / kSecond);
    } else {
      return;
    }
    Add(stream.times.ended, std::move(last));
  }

  // Pieces with nothing between them are one message, however they were cut.
  void AddSends(const Exchange& stream) {
    const bool websocket = stream.head && http::BecomesWebSocket(stream.request_headers, *stream.head);
    http::WebSocketDecoder decoder(http::WebSocketDecoder::From::kClient);
    size_t offset = 0;
    std::string message;
    int64_t at = 0;
    const auto flush = [&] {
      if (!message.empty()) AddSend(stream, std::exchange(message, ""), at);
    };
    for (const Chunk& chunk : stream.chunks) {
      if (chunk.direction == Chunk::Direction::kReceived) {
        flush();
      } else if (chunk.direction == Chunk::Direction::kSent) {
        const std::string_view piece =
            std::string_view(stream.sent.kept).substr(std::min(offset, stream.sent.kept.size()), static_cast<size_t>(chunk.size));
        offset += static_cast<size_t>(chunk.size);
        if (message.empty()) at = chunk.at;
        message += websocket ? DataIn(decoder, piece) : std::string(piece);
      } else if (chunk.direction == Chunk::Direction::kHalfClosed) {
        flush();
        TraceStep half;
        half.step["half-close"] = stream.name;
        Add(chunk.at, std::move(half));
      }
    }
    flush();
    if (stream.sent.kept.size() == stream.sent.size) return;
    TraceStep rest;
    rest.notes.push_back(fmt::format("left out: of {} bytes sent on {} the record has {}", stream.sent.size, stream.name, stream.sent.kept.size()));
    Add(at == 0 ? stream.times.ended : at, std::move(rest));
  }

  static std::string DataIn(http::WebSocketDecoder& decoder, std::string_view bytes) {
    std::string data;
    for (const http::WebSocketPiece& part : decoder.Feed(bytes)) {
      if (!http::IsControl(part.opcode)) data += part.data;
    }
    return data;
  }

  void AddSend(const Exchange& stream, std::string message, int64_t at) {
    TraceStep send;
    send.step["send"] = stream.name;
    if (message.size() > kLongestPayload) {
      send.notes.push_back(fmt::format("shortened: {} bytes were sent", message.size()));
      message.resize(kLongestPayload);
    }
    if (IsValidUtf8(message)) {
      std::string text;
      for (size_t i = 0; i < message.size(); ++i) {
        if (message.compare(i, 2, "${") == 0) text += '$';
        text += message[i];
      }
      send.step["text"] = text;
    } else {
      send.step["bytes"] = Base64(message);
    }
    Add(at, std::move(send));
  }

  void Add(int64_t at, TraceStep step) { moments_.push_back({at, std::move(step)}); }

  using Act = std::pair<int64_t, size_t>;  // when, and of which exchange

  const journal::CaseRecord& record_;
  const size_t left_out_;
  const std::string own_version_;
  std::vector<Act> acts_;  // what the client began or sent, by time
  TraceIds ids_;
  std::vector<Moment> moments_;
};

}  // namespace

std::vector<TraceStep> StepsOfTrace(const journal::CaseRecord& record, const journal::EngineRecord& engine) {
  if (record.exchanges.size() <= kMostSteps) return StepMaker(record, engine, 0).Make();
  // Each of these begins before any other does anything, and is a step at least: what is behind them cannot be among the steps.
  journal::CaseRecord first;
  first.exchanges.assign(record.exchanges.begin(), record.exchanges.begin() + kMostSteps);
  return StepMaker(first, engine, record.exchanges.size() - kMostSteps).Make();
}

}  // namespace plimsoll::report
