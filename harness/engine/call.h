// Call: one plain request with its whole answer, for everything outside of cases: identity, images,
// `plimsoll clean`. Blocks until the answer is complete or the deadline has passed. Any thread.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "engine/endpoint.h"
#include "engine/loop.h"
#include "http/exchange.h"
#include "http/message.h"

namespace plimsoll::engine {

struct Answer {
  http::Outcome outcome = http::Outcome::kRefused;
  std::string error;
  std::optional<http::ResponseHead> head;
  std::string body;
  http::Times times;

  int status() const { return head ? head->status : 0; }
  bool ok() const {
    return outcome == http::Outcome::kAnswered && status() >= 200 && status() < 300;
  }
  Json json() const { return TryParseJson(body).value_or(Json()); }
  // "answered 404: no such container", "timed out: ..." for messages.
  std::string Describe() const;
};

// At most `kLongestAnswer` bytes of body are read; a longer one is an answer with outcome
// malformed.
inline constexpr size_t kLongestAnswer = 64 << 20;
// `cancel`, when it rings, ends it with outcome cancelled (not while a connection is made). `after_head`: how long the rest
// may take once the answer's head has come, where that is less than is left until the deadline: a stream may go on for ever.
Answer Call(const Endpoint& endpoint, const http::Request& request, TimePoint deadline, const Bell* cancel = nullptr,
            std::optional<Duration> after_head = std::nullopt);
Answer Get(const Endpoint& endpoint, const std::string& target, TimePoint deadline);

}  // namespace plimsoll::engine
