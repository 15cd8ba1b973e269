#include "run/live_exchange.h"

namespace plimsoll::run {
namespace {

constexpr size_t kMostChunks = 10'000;

void AddChunk(journal::Exchange& record, journal::Chunk::Direction direction, int64_t at, size_t size) {
  if (record.chunks.size() < kMostChunks) {
    record.chunks.push_back({direction, at, size});
  } else {
    record.chunks.back().size += size;
  }
}

}  // namespace

LiveExchange::LiveExchange(journal::Exchange record, const http::Request& request)
    : record_(std::move(record)), wire_(http::Serialize(request)) {
  record_.request_body.Append(request.body);
  record_.outcome = http::Outcome::kOpen;
  record_.times.started = Nanos(Now());
}

void LiveExchange::Begin(std::unique_ptr<engine::Connection> connection, int64_t connected_at) {
  using Direction = journal::Chunk::Direction;
  record_.times.connected = connected_at;
  engine::Conversation::Sink sink;
  sink.received = [this](std::string_view bytes, int64_t at) {
    record_.response_body.Append(bytes);
    if (!record_.stream) return;
    AddChunk(record_, Direction::kReceived, at, bytes.size());
    if (record_.response_body.size <= kSearched) text_.Feed(bytes);
  };
  sink.sent = [this](std::string_view bytes, int64_t at) {
    record_.sent.Append(bytes);
    AddChunk(record_, Direction::kSent, at, bytes.size());
  };
  sink.half_closed = [this](int64_t at) { AddChunk(record_, Direction::kHalfClosed, at, 0); };
  conversation_ = std::make_unique<engine::Conversation>(std::move(connection), std::move(wire_), record_.method,
                                                         record_.times, std::move(sink));
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
    record_.head = conversation_->parser().head();
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
