#include "engine/conversation.h"

#include <fmt/format.h>
#include <poll.h>

#include <array>

namespace plimsoll::engine {

Conversation::Conversation(std::unique_ptr<Connection> connection, std::string wire,
                           std::string_view method, http::Times times, Sink sink)
    : connection_(std::move(connection)),
      wire_(std::move(wire)),
      parser_(method),
      times_(times),
      sink_(std::move(sink)) {}

short Conversation::PollEvents() const {
  if (done_) return 0;
  const bool writing = wire_sent_ < wire_.size() || !outbox_.empty();
  return static_cast<short>(POLLIN | (writing ? POLLOUT : 0));
}

void Conversation::Pump() {
  if (done_) return;
  const bool asked = wire_sent_ < wire_.size();
  pumping_ = true;
  PumpOut();
  // No engine answers before it has been asked, so poll says when there is something; under TLS it may not.
  if (!done_ && !(asked && connection_->plain())) PumpIn(FirstRead::kAtOnce);
  pumping_ = false;
}

bool Conversation::just_asked() const {
  return !done_ && !awaited_ && times_.sent != 0 && times_.first_byte == 0 && outbox_.empty() && connection_->can_wait();
}

void Conversation::AwaitAnswer() {
  awaited_ = true;
  pumping_ = true;
  PumpIn(FirstRead::kSoon);
  pumping_ = false;
}

void Conversation::PumpOut() {
  while (wire_sent_ < wire_.size()) {
    const auto sent = connection_->Send(std::string_view(wire_).substr(wire_sent_));
    if (sent.io == Connection::Io::kAgain) return;
    // An engine may answer and close before it read the whole request: what it says still counts.
    if (sent.io != Connection::Io::kDone) {
      wire_sent_ = wire_.size();
      cut_ = true;
      break;
    }
    wire_sent_ += sent.bytes;
  }
  if (times_.sent == 0) times_.sent = Nanos(Now());
  while (!outbox_.empty()) {
    const std::string_view rest = std::string_view(outbox_.front()).substr(front_sent_);
    const auto sent = connection_->Send(rest);
    if (sent.io == Connection::Io::kAgain) return;
    if (sent.io != Connection::Io::kDone) {
      outbox_.clear();
      break;
    }
    if (sink_.sent) sink_.sent(rest.substr(0, sent.bytes), Nanos(Now()));
    front_sent_ += sent.bytes;
    if (front_sent_ < outbox_.front().size()) continue;
    outbox_.pop_front();
    front_sent_ = 0;
  }
  if (half_close_wanted_) {
    half_close_wanted_ = false;
    half_closed_ = true;
    connection_->HalfClose();
    if (sink_.half_closed) sink_.half_closed(Nanos(Now()));
  }
}

void Conversation::PumpIn(FirstRead first_read) {
  std::array<char, 64 * 1024> buffer;
  while (!done_) {
    const auto received = first_read == FirstRead::kSoon ? connection_->ReceiveSoon(buffer.data(), buffer.size())
                                                         : connection_->Receive(buffer.data(), buffer.size());
    first_read = FirstRead::kAtOnce;
    if (received.io == Connection::Io::kAgain) return;
    if (received.io == Connection::Io::kDone) {
      Take({buffer.data(), received.bytes}, Nanos(Now()));
      // A short read means the socket is drained: poll says when there is more.
      if (received.bytes < buffer.size() && connection_ && connection_->plain()) return;
    } else {
      AtEnd(received.error);
    }
  }
}

void Conversation::Take(std::string_view bytes, int64_t at) {
  if (parser_.rest_is_body()) {
    if (sink_.received) sink_.received(bytes, at);
    return;
  }
  if (times_.first_byte == 0) times_.first_byte = at;
  body_.clear();
  const size_t used = parser_.Feed(bytes, body_);
  if (parser_.has_head() && times_.head == 0) times_.head = at;
  if (!body_.empty() && sink_.received) sink_.received(body_, at);
  using State = http::ResponseParser::State;
  if (parser_.state() == State::kComplete) {
    Finish(http::Outcome::kAnswered, "");
    // What came behind the answer was not asked for: the next answer must not be looked for in the rest of it.
    if (used < bytes.size()) connection_.reset();
  }
  if (parser_.state() == State::kMalformed) Finish(http::Outcome::kMalformed, parser_.malformed());
}

void Conversation::AtEnd(std::string error) {
  using State = http::ResponseParser::State;
  const bool raw = parser_.state() == State::kUpgraded;
  parser_.Close();
  if (!error.empty()) return Finish(http::Outcome::kClosed, "the connection broke: " + error);
  if (raw || parser_.state() == State::kComplete) return Finish(http::Outcome::kAnswered, "");
  Finish(http::Outcome::kClosed, parser_.malformed());
}

void Conversation::Queue(std::string bytes) {
  if (done_ || half_closed_ || half_close_wanted_ || bytes.empty()) return;
  outbox_.push_back(std::move(bytes));
  if (!pumping_) Pump();
}

void Conversation::HalfClose() {
  if (done_ || half_closed_) return;
  half_close_wanted_ = true;
  Pump();
}

void Conversation::Stop(http::Outcome outcome, std::string why) {
  if (!done_) Finish(outcome, std::move(why));
}

void Conversation::Finish(http::Outcome outcome, std::string why) {
  done_ = true;
  outcome_ = outcome;
  error_ = std::move(why);
  times_.ended = Nanos(Now());
  outbox_.clear();
  if (outcome != http::Outcome::kAnswered || !parser_.keep_alive()) connection_.reset();
}

std::unique_ptr<Connection> Conversation::TakeConnection() {
  return done_ && !cut_ && wire_sent_ == wire_.size() ? std::move(connection_) : nullptr;
}

}  // namespace plimsoll::engine
