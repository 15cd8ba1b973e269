#include "relay/recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "relay/redact.h"

namespace plimsoll::relay {
namespace {

using journal::Chunk;
using journal::Exchange;
using journal::Outcome;

// A client that sends more than this before the answer to its upgrade does not send a request.
constexpr size_t kMostHeld = 64 * 1024;
constexpr std::string_view kNoAnswer = "closed without an answer";

std::string_view PathIn(std::string_view target) { return target.substr(0, target.find('?')); }

// A value of the query, "" where there is none. Nothing that is asked for here is ever percent-encoded.
std::string_view QueryValue(std::string_view target, std::string_view name) {
  std::string_view query = target.substr(std::min(target.find('?'), target.size()));
  while (!query.empty()) {
    query.remove_prefix(1);  // "?" or "&"
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(pair.size());
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') return pair.substr(name.size() + 1);
  }
  return "";
}

bool IsYes(std::string_view value) { return value == "1" || value == "true" || value == "True"; }
bool IsNo(std::string_view value) { return value == "0" || value == "false" || value == "False"; }

// Calls after which docker's API may take the connection over, with an Upgrade header or without (API 1.41, "hijack").
bool MayBecomeStream(const http::RequestHead& head) {
  if (http::FindHeader(head.headers, "Upgrade") != nullptr) return true;
  const std::string_view path = PathIn(head.target);
  const bool exec = path.find("/exec/") != path.npos && path.ends_with("/start");
  return head.method == "POST" && (exec || path.ends_with("/attach") || path.ends_with("/session") || path.ends_with("/grpc"));
}

// Answers that go on as long as there is something to tell.
bool GoesOn(const Exchange& record) {
  const std::string_view path = PathIn(record.target);
  if (path.ends_with("/logs")) return IsYes(QueryValue(record.target, "follow"));
  if (path.ends_with("/stats")) return record.method == "GET" && !IsNo(QueryValue(record.target, "stream"));
  return record.method == "GET" && path.ends_with("/events");
}

size_t SizeOf(const http::Headers& headers) {
  size_t size = 0;
  for (const http::Header& header : headers) size += sizeof header + header.name.size() + header.value.size();
  return size;
}

size_t SizeBesideBodies(const Exchange& record) {
  const size_t answer = record.head ? SizeOf(record.head->headers) + record.head->reason.size() : 0;
  return sizeof record + record.target.size() + record.error.size() + SizeOf(record.request_headers) + answer +
         record.chunks.size() * sizeof(Chunk);
}

void Settle(Exchange& record, Outcome outcome, std::string_view error, int64_t at) {
  record.outcome = outcome;
  if (!error.empty()) record.error = record.error.empty() ? std::string(error) : record.error + "; " + std::string(error);
  record.times.ended = at;
}

}  // namespace

Exchange& Book::Begin(int connection, int64_t at) {
  auto owned = std::make_unique<Exchange>();
  Exchange& record = *owned;
  open_[&record] = {++begun_, std::move(owned)};
  record.connection = connection;
  record.outcome = Outcome::kOpen;
  record.times.started = at;
  return record;
}

void Book::Keep(journal::Bytes& bytes, std::string_view more) {
  const size_t before = bytes.kept.size();
  bytes.Append(more, kept_ < most_kept_ ? journal::kKeptBytes : before);
  kept_ += bytes.kept.size() - before;
}

void Book::Finish(Exchange& record) {
  const auto found = open_.find(&record);
  if (found == open_.end()) return;
  Entry entry = std::move(found->second);
  open_.erase(found);
  File(std::move(entry));
}

void Book::File(Entry entry) {
  Exchange& record = *entry.exchange;
  for (std::string& secret : Redact(record)) secrets_.insert(std::move(secret));
  if (kept_ >= most_kept_) {
    ++left_out_;
    return;
  }
  kept_ += SizeBesideBodies(record);
  if (reader_) reader_(record);
  finished_.push_back(std::move(entry));
}

std::vector<Exchange> Book::Take() {
  std::vector<Entry> open;
  for (auto& [record, entry] : open_) open.push_back(std::move(entry));
  open_.clear();
  std::ranges::sort(open, {}, &Entry::number);
  for (Entry& entry : open) File(std::move(entry));
  std::ranges::sort(finished_, {}, [](const Entry& each) { return std::pair(each.exchange->times.started, each.number); });
  std::vector<Exchange> all;
  for (Entry& entry : finished_) all.push_back(std::move(*entry.exchange));
  finished_.clear();
  return all;
}

Recorder::Recorder(Book& book, int connection, int64_t accepted) : book_(book), connection_(connection), accepted_(accepted) {}

void Recorder::Connected(int64_t at) { connected_ = at; }

void Recorder::Append(journal::Bytes& bytes, std::string_view more, bool opaque) {
  if (opaque) {
    bytes.Append(more, 0);
  } else {
    book_.Keep(bytes, more);
  }
}

void Recorder::FromClient(std::string_view bytes, int64_t at) {
  while (!bytes.empty()) {
    switch (mode_) {
      case Mode::kRequests:
        bytes.remove_prefix(TakeRequestBytes(bytes, at));
        continue;
      case Mode::kHeld:
        return Hold(bytes, at);
      case Mode::kRaw:
        return AddSent(bytes, at);
      case Mode::kLost:
        // What nobody understands may hold credentials.
        return Append(current_->request_body, bytes, /*opaque=*/true);
    }
  }
}

size_t Recorder::TakeRequestBytes(std::string_view bytes, int64_t at) {
  using State = http::RequestParser::State;
  const bool had_head = request_.has_head();
  request_bytes_.clear();
  const size_t used = request_.Feed(bytes, request_bytes_);
  if (!request_.begun()) return used;
  if (current_ == nullptr) BeginCall(at);
  if (!had_head && request_.has_head()) TakeRequestHead();
  book_.Keep(current_->request_body, request_bytes_);
  if (request_.state() == State::kComplete) EndRequest(at);
  if (request_.state() == State::kMalformed) LoseRequest(request_.malformed());
  return used;
}

void Recorder::BeginCall(int64_t at) {
  current_ = &book_.Begin(connection_, first_call_ ? accepted_ : at);
  if (first_call_) current_->times.connected = connected_;
  first_call_ = false;
  calls_.emplace_back().record = current_;
}

void Recorder::TakeRequestHead() {
  const http::RequestHead& head = request_.head();
  seen_request_ = true;
  current_->method = head.method;
  current_->target = head.target;
  current_->request_headers = head.headers;
  if (calls_.empty() || calls_.back().record != current_) return;  // answered before it was understood
  calls_.back().may_become_stream = MayBecomeStream(head);
  calls_.back().opaque = IsOpaque(head.method, head.target, head.headers);
}

void Recorder::EndRequest(int64_t at) {
  current_->times.sent = at;
  const bool pending = !calls_.empty() && calls_.back().record == current_;
  if (pending && calls_.back().may_become_stream && !current_->head) {
    mode_ = Mode::kHeld;
    return;
  }
  request_.Next();
  Release(std::exchange(current_, nullptr));
}

void Recorder::LoseRequest(std::string why) {
  seen_request_ = true;
  mode_ = Mode::kLost;
  current_->error = "the request: " + why;
  // The head as far as it was understood: an answer may still come.
  if (!request_.has_head()) return;
  current_->method = request_.head().method;
  current_->target = request_.head().target;
}

void Recorder::Hold(std::string_view bytes, int64_t at) {
  if (held_.empty()) held_at_ = at;
  held_ += bytes;
  if (held_.size() > kMostHeld) BecomeRaw(calls_.back());
}

void Recorder::BecomeRaw(const Call& call) {
  mode_ = Mode::kRaw;
  stream_ = call.record;
  stream_opaque_ = call.opaque;
  if (!held_.empty()) AddSent(std::exchange(held_, ""), held_at_);
  if (client_ended_at_ != 0) AddChunk(*stream_, Chunk::Direction::kHalfClosed, client_ended_at_, 0);
}

// It is an answer like any other, so what was held is the next request.
void Recorder::ReleaseHeld() {
  mode_ = Mode::kRequests;
  request_.Next();
  current_ = nullptr;
  FromClient(std::exchange(held_, ""), held_at_);
}

void Recorder::AddSent(std::string_view bytes, int64_t at) {
  Append(stream_->sent, bytes, stream_opaque_);
  AddChunk(*stream_, Chunk::Direction::kSent, at, bytes.size());
}

void Recorder::FromEngine(std::string_view bytes, int64_t at) {
  while (!bytes.empty()) {
    if (calls_.empty() && client_gone_) return;
    if (calls_.empty()) return AddUnasked(bytes, at);
    bytes.remove_prefix(TakeAnswerBytes(calls_.front(), bytes, at));
  }
}

size_t Recorder::TakeAnswerBytes(Call& call, std::string_view bytes, int64_t at) {
  using State = http::ResponseParser::State;
  Exchange& record = *call.record;
  if (!call.answer) {
    call.answer.emplace(record.method);
    record.times.first_byte = at;
  }
  if (call.answer->state() == State::kMalformed) {
    book_.Keep(record.response_body, bytes);
    return bytes.size();
  }
  if (call.answer->rest_is_body()) {
    AddReceived(call, bytes, at);
    return bytes.size();
  }
  const bool had_head = call.answer->has_head();
  answer_bytes_.clear();
  const size_t used = call.answer->Feed(bytes, answer_bytes_);
  if (!had_head && call.answer->has_head()) TakeAnswerHead(call, at);
  if (!answer_bytes_.empty()) AddReceived(call, answer_bytes_, at);
  if (call.answer->state() == State::kMalformed) {
    Settle(record, Outcome::kMalformed, call.answer->malformed(), at);
    // Before there is a head all that came is the rubbish.
    book_.Keep(record.response_body, bytes.substr(call.answer->has_head() ? used : 0));
    return bytes.size();
  }
  if (call.answer->state() == State::kComplete) {
    Settle(record, Outcome::kAnswered, "", at);
    calls_.pop_front();
    Release(&record);
  }
  return used;
}

void Recorder::TakeAnswerHead(Call& call, int64_t at) {
  using Framing = http::ResponseParser::BodyFraming;
  Exchange& record = *call.record;
  record.head = call.answer->head();
  record.times.head = at;
  record.upgraded = record.head->status == 101;
  const bool good = record.head->status >= 200 && record.head->status < 300;
  const bool hijacked = good && call.may_become_stream && call.answer->framing() == Framing::kUntilClose;
  if (hijacked) call.answer->Hijack();
  record.stream = record.upgraded || hijacked || (good && GoesOn(record));
  const bool becomes_stream = record.upgraded || hijacked;
  if (becomes_stream && &call == &calls_.back() && mode_ != Mode::kLost) {
    BecomeRaw(call);
  } else if (mode_ == Mode::kHeld && &record == current_) {
    ReleaseHeld();
  }
}

void Recorder::AddReceived(const Call& call, std::string_view bytes, int64_t at) {
  Append(call.record->response_body, bytes, call.opaque && call.record->stream);
  if (call.record->stream) AddChunk(*call.record, Chunk::Direction::kReceived, at, bytes.size());
}

void Recorder::AddUnasked(std::string_view bytes, int64_t at) {
  if (unasked_ == nullptr) {
    unasked_ = &book_.Begin(connection_, at);
    unasked_->times.first_byte = at;
    unasked_->error = "the engine sent what nobody had asked for";
  }
  book_.Keep(unasked_->response_body, bytes);
  Settle(*unasked_, Outcome::kMalformed, "", at);
}

void Recorder::Refused(Outcome outcome, std::string_view why, int64_t at) {
  for (Call& call : calls_) Settle(*call.record, outcome, why, at);
  ReleaseAll();
}

// None of them gets an answer any more. Where one might have made a stream of the connection nobody knows what its client goes on
// to send, so that is recorded as it comes.
void Recorder::DropCalls() {
  if (mode_ == Mode::kHeld) BecomeRaw(calls_.back());
  for (const Call& call : std::exchange(calls_, {})) Release(call.record);
}

bool Recorder::IsInUse(const Exchange& record) const {
  const bool named = &record == current_ || &record == stream_ || &record == unasked_;
  return named || std::ranges::find(calls_, &record, &Call::record) != calls_.end();
}

// REQUIRES: it was in use until now.
void Recorder::Release(Exchange* record) {
  if (!IsInUse(*record)) book_.Finish(*record);
}

// The connection is over.
void Recorder::ReleaseAll() {
  DropCalls();
  for (Exchange** each : {&current_, &stream_, &unasked_}) {
    if (Exchange* record = std::exchange(*each, nullptr)) Release(record);
  }
}

// The first call of those that are left is the one whose answer was coming.
void Recorder::EndFirst(Call& call, std::string_view why, int64_t at) {
  using State = http::ResponseParser::State;
  Exchange& record = *call.record;
  if (!call.answer) call.answer.emplace(record.method);
  if (call.answer->state() == State::kMalformed) return Settle(record, Outcome::kMalformed, "", at);
  const bool raw = call.answer->state() == State::kUpgraded;
  call.answer->Close();
  if (!why.empty()) return Settle(record, Outcome::kClosed, fmt::format("the connection broke: {}", why), at);
  const bool whole = raw || call.answer->state() == State::kComplete;
  Settle(record, whole ? Outcome::kAnswered : Outcome::kClosed, whole ? "" : call.answer->malformed(), at);
}

void Recorder::EngineEnded(std::string_view why, int64_t at) {
  engine_ended_ = true;
  if (calls_.empty()) return;
  EndFirst(calls_.front(), why, at);
  for (size_t i = 1; i < calls_.size(); ++i) Settle(*calls_[i].record, Outcome::kClosed, kNoAnswer, at);
  DropCalls();
}

// The client, or the command, no longer waits for what is left.
void Recorder::LetGo(std::string_view why, int64_t at) {
  for (Call& call : calls_) {
    Exchange& record = *call.record;
    if (record.stream) {
      AddChunk(record, Chunk::Direction::kClosed, at, 0);
      Settle(record, Outcome::kOpen, "", at);
    } else if (call.answer && call.answer->state() == http::ResponseParser::State::kMalformed) {
      Settle(record, Outcome::kMalformed, "", at);
    } else if (engine_ended_) {
      Settle(record, Outcome::kClosed, kNoAnswer, at);  // it was asked after the engine had ended
    } else {
      Settle(record, Outcome::kCancelled, why, at);
    }
  }
  DropCalls();
}

void Recorder::ClientEnded(End end, int64_t at) {
  const bool first = client_ended_at_ == 0;
  if (first && mode_ == Mode::kRequests) {
    request_.Close();
    if (!request_.malformed().empty()) LoseRequest(request_.malformed());
  }
  const bool half = end == End::kHalf;
  if (half && first && mode_ == Mode::kRaw) AddChunk(*stream_, Chunk::Direction::kHalfClosed, at, 0);
  if (first) client_ended_at_ = at;
  if (half) return;
  client_gone_ = true;
  LetGo(end == End::kReset ? "the client broke the connection before the answer was whole"
                           : "the client closed the connection before the answer was whole", at);
}

void Recorder::Stop(int64_t at) {
  LetGo("the command ended before the answer was whole", at);
  ReleaseAll();
}

void Recorder::Ended(int64_t at) {
  LetGo("the connection ended before the answer was whole", at);
  ReleaseAll();
}

}  // namespace plimsoll::relay
