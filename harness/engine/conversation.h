// Conversation: one request over one connection and everything that comes of it, as a state machine
// that never blocks: a Loop (loop.h) pumps it. A hijacked or followed stream is a conversation that
// goes on. Body bytes are handed to the sink as they arrive and not kept. One thread.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>

#include "engine/connection.h"
#include "http/message.h"
#include "http/response_parser.h"

namespace plimsoll::engine {

class Conversation {
 public:
  // `at` is CLOCK_MONOTONIC ns, taken before the bytes were read, after poll said they are there.
  struct Sink {
    std::function<void(std::string_view bytes, int64_t at)> received;
    std::function<void(std::string_view bytes, int64_t at)>
        sent;  // what Queue() was given, once written
    std::function<void(int64_t at)> half_closed;
  };

  // Takes over the connection; `wire` is the serialised request, `method` that in it.
  Conversation(std::unique_ptr<Connection> connection, std::string wire, std::string_view method,
               http::Times times, Sink sink);

  // What to poll for; 0 when done.
  short PollEvents() const;
  int fd() const { return connection_ ? connection_->fd() : -1; }
  // Does what can be done without blocking.
  void Pump();
  // Whether the request was sent and nothing has come yet, and AwaitAnswer() can be called.
  bool just_asked() const;
  // Waits for the answer's first bytes in the read itself, a few milliseconds at most and once: most answers come by then, and a
  // poll before the read would cost a call as short as a ping a tenth of its time.
  void AwaitAnswer();

  // More bytes for a stream; sent after what is queued already. Ignored after HalfClose. May be called by the sink.
  void Queue(std::string bytes);
  void HalfClose();
  bool queue_empty() const { return outbox_.empty() && !half_close_wanted_; }
  // Ends it from our side, if it has not ended yet: the deadline passed, the case closes it.
  void Stop(http::Outcome outcome, std::string why);

  bool has_head() const { return parser_.has_head(); }
  bool done() const { return done_; }
  http::Outcome outcome() const { return outcome_; }
  const std::string& error() const { return error_; }
  const http::Times& times() const { return times_; }
  const http::ResponseParser& parser() const { return parser_; }
  // REQUIRES: done().
  http::ResponseHead&& TakeHead() { return parser_.TakeHead(); }
  // After kAnswered with a connection that can carry the next request; else null.
  std::unique_ptr<Connection> TakeConnection();

 private:
  void PumpOut();
  enum class FirstRead { kAtOnce, kSoon };
  void PumpIn(FirstRead first_read);
  void Take(std::string_view bytes, int64_t at);
  void AtEnd(std::string error);
  void Finish(http::Outcome outcome, std::string why);

  std::unique_ptr<Connection> connection_;
  std::string wire_;
  size_t wire_sent_ = 0;
  std::list<std::string> outbox_;  // costs nothing as long as it is empty, as it mostly is
  size_t front_sent_ = 0;
  bool half_close_wanted_ = false;
  bool half_closed_ = false;
  bool pumping_ = false;
  bool awaited_ = false;
  bool cut_ = false;  // the engine stopped reading before it had the whole request
  http::ResponseParser parser_;
  http::Times times_;
  Sink sink_;
  std::string body_;  // reused between reads
  bool done_ = false;
  http::Outcome outcome_ = http::Outcome::kOpen;
  std::string error_;
};

}  // namespace plimsoll::engine
