#include "bench/peers/bare_loop.h"

#include <fmt/format.h>

#include "bench/bare_attach.h"
#include "bench/peers/stopwatch.h"
#include "http/message.h"

namespace plimsoll::bench::peers {
Result<double> BareLoop::Do(Task task, int64_t amount) {
  switch (task) {
    case Task::kPing: return Ping(unix_, amount);
    case Task::kTcpPing: return Ping(tcp_, amount);
    case Task::kLife: return Lives(1, amount);
    case Task::kLives: return Lives(kInFlight, amount);
    case Task::kAttach: return Attach(amount);
  }
  return Fail("no such task");
}

Result<double> BareLoop::Ping(std::unique_ptr<BareClient>& client, int64_t count) {
  if (!client) {
    auto connected = &client == &tcp_ ? BareClient::ConnectTcp(ground_.host, ground_.port)
                                      : BareClient::Connect(ground_.socket);
    if (!connected) return tl::make_unexpected(connected.error());
    client = std::move(*connected);
  }
  const std::string wire = http::Serialize({"GET", "/_ping", {}, ""});
  int64_t answered = 0;
  const TimePoint begun = Now();
  for (int64_t i = 0; i < count; ++i) answered += client->Exchange(wire).empty() ? 0 : 1;
  const double seconds = SecondsSince(begun);
  if (answered == count) return seconds;
  client.reset();
  return Fail(fmt::format("bare loop: {} of {} pings answered", answered, count));
}

Result<double> BareLoop::Lives(size_t at_a_time, int64_t count) {
  while (lives_.size() < at_a_time) {
    auto life = BareLife::Connect(bed_);
    if (!life) return tl::make_unexpected(life.error());
    lives_.push_back(std::move(*life));
  }
  return InFlight(at_a_time, count, [&](size_t thread) { return lives_[thread].Live(); });
}

Result<double> BareLoop::Attach(int64_t bytes) {
  return AttachAndDrain({ground_.socket, ground_.Path(""), ground_.BodyOfAttach(bytes), static_cast<uint64_t>(bytes)});
}

}  // namespace plimsoll::bench::peers
