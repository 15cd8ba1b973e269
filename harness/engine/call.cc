#include "engine/call.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace plimsoll::engine {

std::string Answer::Describe() const {
  if (outcome != http::Outcome::kAnswered)
    return fmt::format("{}: {}", http::Name(outcome), Printable(error));
  const Json parsed = json();
  const std::string message = GetString(parsed, "message", GetString(parsed, "cause", body));
  return fmt::format("answered {}: {}", status(), Abridged(Trim(message), 300));
}

Answer Call(const Endpoint& endpoint, const http::Request& request, TimePoint deadline, const Bell* cancel,
            std::optional<Duration> after_head) {
  Answer answer;
  answer.times.started = Nanos(Now());
  auto connection = Connection::Open(endpoint, deadline);
  if (!connection) {
    answer.outcome = connection.error().outcome;
    answer.error = connection.error().text;
    answer.times.ended = Nanos(Now());
    return answer;
  }
  answer.times.connected = Nanos(Now());
  bool too_long = false;
  Conversation::Sink sink;
  sink.received = [&](std::string_view bytes, int64_t) {
    if (answer.body.size() + bytes.size() <= kLongestAnswer) {
      answer.body += bytes;
    } else {
      too_long = true;
    }
  };
  Conversation conversation(std::move(*connection), http::Serialize(request), request.method,
                            answer.times, sink);
  Loop loop(cancel);
  loop.Add(&conversation);
  conversation.Pump();
  const auto over = [&] { return conversation.done() || too_long; };
  auto woke = loop.Wait([&] { return over() || (after_head && conversation.has_head()); }, deadline);
  if (woke == Loop::Woke::kCondition && !over()) woke = loop.Wait(over, std::min(deadline, Now() + *after_head));
  if (too_long) conversation.Stop(http::Outcome::kMalformed, "an answer longer than 64 MiB");
  if (woke == Loop::Woke::kCancelled) conversation.Stop(http::Outcome::kCancelled, "interrupted");
  conversation.Stop(http::Outcome::kTimedOut, "no complete answer before the deadline");
  answer.outcome = conversation.outcome();
  answer.error = conversation.error();
  answer.times = conversation.times();
  if (conversation.has_head()) answer.head = conversation.parser().head();
  return answer;
}

Answer Get(const Endpoint& endpoint, const std::string& target, TimePoint deadline) {
  return Call(endpoint, {"GET", target, {}, ""}, deadline);
}

}  // namespace plimsoll::engine
