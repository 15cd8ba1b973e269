#include "bench/open_calls.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "base/text.h"

namespace plimsoll::bench {
namespace {

// No call that is measured so takes so long.
constexpr int64_t kLongestSilence = 30'000'000'000;

}  // namespace

struct OpenCalls::Lane {
  std::unique_ptr<engine::Connection> idle;
  std::unique_ptr<engine::Conversation> conversation;  // null: idle
  int number = 0;
  std::string body;
};

OpenCalls::OpenCalls(engine::Endpoint endpoint, Call call, const engine::Bell* cancel)
    : OpenCalls([endpoint = std::move(endpoint)] { return engine::Connection::Open(endpoint, plimsoll::Now() + std::chrono::seconds(10)); },
                std::move(call), cancel) {}

OpenCalls::OpenCalls(Connect connect, Call call, const engine::Bell* cancel)
    : connect_(std::move(connect)), call_(std::move(call)), wire_(http::Serialize({call_.method, call_.target, {}, call_.body})),
      cancel_(cancel) {
  // The kernel may else be 50 us late.
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

OpenCalls::~OpenCalls() = default;

Result<OpenCalls::Lane*> OpenCalls::Idle() {
  const auto idle = std::ranges::find_if(lanes_, [](const auto& lane) { return !lane->conversation; });
  if (idle != lanes_.end() && (*idle)->idle && (*idle)->idle->StillGood()) return idle->get();
  if (idle == lanes_.end() && lanes_.size() >= kMostConnections) return nullptr;
  auto connection = connect_();
  if (!connection) return Fail(connection.error().text);
  Lane* lane = idle != lanes_.end() ? idle->get() : lanes_.emplace_back(std::make_unique<Lane>()).get();
  lane->idle = std::move(*connection);
  return lane;
}

Result<CallsInFlight::Began> OpenCalls::Begin(int number) {
  const auto found = Idle();
  if (!found) return tl::make_unexpected(found.error());
  if (!*found) return Began::kAllBusy;
  Lane& lane = **found;
  lane.number = number;
  lane.body.clear();
  engine::Conversation::Sink sink;
  sink.received = [&lane](std::string_view bytes, int64_t) { lane.body += bytes; };
  lane.conversation = std::make_unique<engine::Conversation>(std::move(lane.idle), wire_, call_.method, http::Times(), sink);
  lane.conversation->Pump();
  return Began::kYes;
}

Result<std::vector<CallsInFlight::Ended>> OpenCalls::Await(int64_t until) {
  // Over TLS a call may be over as soon as it has begun, and is nothing to poll for then.
  if (auto over = Harvest(); !over || !over->empty()) return over;
  std::vector<pollfd> fds{{cancel_ ? cancel_->fd() : -1, POLLIN, 0}};
  std::vector<Lane*> polled;
  for (const auto& lane : lanes_) {
    if (!lane->conversation) continue;
    fds.push_back({lane->conversation->fd(), lane->conversation->PollEvents(), 0});
    polled.push_back(lane.get());
  }
  const int64_t left = std::clamp<int64_t>(until == std::numeric_limits<int64_t>::max() ? kLongestSilence : until - Now(), 0, kLongestSilence);
  const timespec patience{left / 1'000'000'000, left % 1'000'000'000};
  const int ready = ppoll(fds.data(), fds.size(), &patience, nullptr);
  if (fds[0].revents != 0) return Fail("interrupted");
  if (ready < 0 && errno != EINTR) return Fail(fmt::format("poll: {}", std::strerror(errno)));
  if (ready == 0 && left == kLongestSilence) return Fail(fmt::format("{} {}: no answer for 30 s", call_.method, call_.target));
  for (size_t i = 0; i < polled.size(); ++i) {
    if (fds[i + 1].revents != 0) polled[i]->conversation->Pump();
  }
  return Harvest();
}

Result<std::vector<CallsInFlight::Ended>> OpenCalls::Harvest() {
  std::vector<Ended> ended;
  for (const auto& lane : lanes_) {
    if (!lane->conversation || !lane->conversation->done()) continue;
    const engine::Conversation& conversation = *lane->conversation;
    const int status = conversation.has_head() ? conversation.parser().head().status : 0;
    if (conversation.outcome() != http::Outcome::kAnswered || status < 200 || status > 299) {
      return Fail(fmt::format("{} {} answered {}: {}{}", call_.method, call_.target, status, Printable(conversation.error()),
                              Abridged(Trim(lane->body), 300)));
    }
    ended.push_back({lane->number, conversation.times().ended});
    lane->idle = lane->conversation->TakeConnection();
    lane->conversation.reset();
  }
  return ended;
}

}  // namespace plimsoll::bench
