// Client: calls on one kept-alive connection, and Stream: one call whose answer goes on, over the same Connection,
// Conversation and Loop that scenarios go over, so that what is measured here is what they see. All that a Client
// has open is read whatever it waits for. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "engine/endpoint.h"
#include "engine/loop.h"
#include "http/stream_frames.h"
#include "http/message.h"

namespace plimsoll::bench {

struct Call {
  std::string method;
  std::string target;
  std::string body;  // JSON; "" for none
  // The statuses that are right; empty: each 2xx.
  std::vector<int> expected;
};

struct Reply {
  http::ResponseHead head;
  std::string body;
  int64_t began = 0;  // CLOCK_MONOTONIC ns: before the request is put together
  int64_t ended = 0;  // its last byte was read
  http::Times times;
  int64_t nanos() const { return ended - began; }
};

// The bytes that such an answer has on the wire. Where it came in chunks, in one chunk.
std::string AnswerBytes(const http::ResponseHead& head, const std::string& body);

class Stream;

class Client {
 public:
  // `cancel` ends all waiting when it rings (null: nothing does), but for the answer to a call that makes something
  // (POST /containers/create): it is awaited for up to 20 s more, or who cleans up next would not see what was made.
  Client(engine::Endpoint endpoint, const engine::Bell* cancel);

  // The Error names the call, the status and what the body says.
  Result<Reply> Do(const Call& call);
  // The same on a connection of its own, which is made first: times.connected is known.
  Result<Reply> DoAnew(const Call& call);
  // Returns when the answer's head has come.
  Result<std::unique_ptr<Stream>> Open(const Call& call);
  // Waits until `condition` holds, which is looked at whenever something came or `bell` rang.
  Status Await(const std::string& what, const std::function<bool()>& condition, const engine::Bell* bell = nullptr);

  const engine::Endpoint& endpoint() const { return endpoint_; }

 private:
  friend class Stream;
  Result<Reply> Do(const Call& call, std::unique_ptr<engine::Connection> connection, Reply reply);

  engine::Endpoint endpoint_;
  engine::Loop loop_;
  std::unique_ptr<engine::Connection> idle_;
};

// A hijacked or followed answer. Ended by the destructor. REQUIRES: its Client outlives it.
class Stream {
 public:
  enum class Keep { kNothing, kBody };
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  void Send(std::string bytes) { conversation_->Queue(std::move(bytes)); }
  // Payload, the frames' headers not counted.
  uint64_t received() const { return received_; }
  int64_t first_at() const { return first_at_; }  // CLOCK_MONOTONIC ns
  int64_t last_at() const { return last_at_; }
  Status AwaitBytes(uint64_t in_all);
  Status AwaitEnd();
  const http::ResponseHead& head() const { return conversation_->parser().head(); }
  // What came, frames' headers included; where it was to be kept.
  const std::string& kept() const { return kept_; }
  void KeepNothing() { keep_ = Keep::kNothing; }

 private:
  friend class Client;
  Stream(Client& client, const Call& call, std::unique_ptr<engine::Connection> connection);
  void Take(std::string_view bytes, int64_t at);

  Client& client_;
  std::string name_;
  std::unique_ptr<engine::Conversation> conversation_;
  http::FrameDecoder frames_;
  uint64_t received_ = 0;
  int64_t first_at_ = 0, last_at_ = 0;
  Keep keep_ = Keep::kBody;  // until the head is there; who does not want it says so
  std::string kept_;
};

}  // namespace plimsoll::bench
