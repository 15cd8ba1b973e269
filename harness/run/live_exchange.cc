#include "run/live_exchange.h"

#include "journal/scope.h"

namespace plimsoll::run {

LiveExchange::LiveExchange(journal::Exchange&& record, const http::Request& request)
    : record_(std::move(record)), wire_(http::Serialize(request)) {
  record_.request_body.Append(request.body);
  record_.outcome = http::Outcome::kOpen;
  record_.times.started = Nanos(Now());
}

void LiveExchange::Begin(std::unique_ptr<engine::Connection> connection, int64_t connected_at) {
  using Direction = journal::Chunk::Direction;
  record_.times.connected = connected_at;
  engine::Conversation::Sink sink;
  sink.received = [this](std::string_view bytes, int64_t at) { Received(bytes, at); };
  sink.sent = [this](std::string_view bytes, int64_t at) {
    record_.sent.Append(bytes);
    AddChunk(record_, Direction::kSent, at, bytes.size());
  };
  sink.half_closed = [this](int64_t at) { AddChunk(record_, Direction::kHalfClosed, at, 0); };
  conversation_.emplace(std::move(connection), std::move(wire_), record_.method, record_.times, std::move(sink));
}

void LiveExchange::Received(std::string_view bytes, int64_t at) {
  record_.response_body.Append(bytes);
  if (!record_.stream) return;
  AddChunk(record_, journal::Chunk::Direction::kReceived, at, bytes.size());
  if (!decoding_) {
    Record();
    text_ = journal::TextFor(record_);
    decoding_ = true;
  }
  if (record_.response_body.size <= kSearched) text_.Feed(bytes);
  AnswerControlFrames();
}

void LiveExchange::AnswerControlFrames() {
  if (const auto ping = text_.TakePing()) Send(*ping, http::Opcode::kPong);
  if (!text_.websocket_closed() || close_sent_) return;
  const std::string& payload = text_.websocket_frames().back().data;
  Send(payload.size() < 2 ? "" : payload.substr(0, 2), http::Opcode::kClose);
}

bool LiveExchange::IsWebSocket() const {
  return conversation_->has_head() && http::BecomesWebSocket(record_.request_headers, conversation_->parser().head());
}

// The standard wants masks that nobody foresees, for the sake of proxies between; here the same bytes in every run
// are worth more, and there is no proxy.
http::Mask LiveExchange::NextMask() {
  const uint32_t word = (++masks_) * 2654435761u;
  http::Mask mask;
  for (size_t i = 0; i < mask.size(); ++i) mask[i] = static_cast<unsigned char>(word >> (8 * i));
  return mask;
}

void LiveExchange::Send(std::string bytes, http::Opcode opcode) {
  if (!IsWebSocket()) return conversation_->Queue(std::move(bytes));
  if (close_sent_) return;
  close_sent_ = opcode == http::Opcode::kClose;
  conversation_->Queue(http::MaskedFrame(opcode, bytes, NextMask()));
}

void LiveExchange::HalfClose() {
  if (!IsWebSocket()) return conversation_->HalfClose();
  if (close_sent_ || conversation_->done()) return;
  Send(http::ClosePayload(1000), http::Opcode::kClose);
  AddChunk(record_, journal::Chunk::Direction::kHalfClosed, Nanos(Now()), 0);
}

void LiveExchange::FailToConnect(const engine::Failure& failure) {
  record_.outcome = failure.outcome;
  record_.error = failure.text;
  record_.times.ended = Nanos(Now());
  settled_ = true;
}

const journal::Exchange& LiveExchange::Record() {
  if (settled_ || !conversation_) return record_;
  const int64_t started = record_.times.started;
  record_.times = conversation_->times();
  record_.times.started = started;
  if (conversation_->has_head()) {
    if (conversation_->done()) {
      record_.head = conversation_->TakeHead();
    } else {
      record_.head = conversation_->parser().head();
    }
    record_.upgraded = record_.head->status == 101;
  }
  if (conversation_->done()) {
    record_.outcome = conversation_->outcome();
    record_.error = conversation_->error();
    if (!text_ended_) text_.End();
    text_ended_ = true;
    settled_ = true;
  }
  return record_;
}

}  // namespace plimsoll::run
