#include "engine/event_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <functional>

#include "base/text.h"

namespace plimsoll::engine {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
// Of the text of events; parsed, small ones take twelve times as much.
constexpr size_t kKeptBytes = 8 << 20;

// The engine's clock counts for `since`; on one machine it is ours.
int64_t WallClock() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}

}  // namespace

EventStream::EventStream(const Endpoint& endpoint)
    : endpoint_(endpoint), thread_([this, begun = WallClock()] { Read(begun); }) {}

EventStream::~EventStream() {
  stop_.Ring();
  thread_.join();
}

void EventStream::Read(int64_t begun) {
  while (Subscribe(latest_ == 0 ? begun : latest_)) {
    subscribed_ = false;
    ++losses_;
    // The engine is gone or going: wait a little, or until told to stop.
    Loop pause(&stop_);
    if (pause.Wait([] { return false; }, Now() + std::chrono::milliseconds(200)) == Loop::Woke::kCancelled) return;
  }
}

// False: told to stop.
bool EventStream::Subscribe(int64_t since) {
  partial_.clear();
  auto connection = Connection::Open(endpoint_, Now() + std::chrono::seconds(5));
  if (!connection) return true;
  subscribed_ = true;
  Conversation::Sink sink;
  sink.received = [this](std::string_view bytes, int64_t at) { Take(bytes, at); };
  const http::Request request{"GET", fmt::format("/events?since={}.{:09}", since / kSecond, since % kSecond), {}, ""};
  Conversation conversation(std::move(*connection), http::Serialize(request), "GET", {}, sink);
  Loop loop(&stop_);
  loop.Add(&conversation);
  conversation.Pump();
  const auto forever = Now() + std::chrono::hours(24 * 365);
  return loop.Wait([&] { return conversation.done(); }, forever) != Loop::Woke::kCancelled;
}

void EventStream::Take(std::string_view bytes, int64_t at) {
  constexpr size_t kLongestEvent = 1 << 20;
  partial_ += bytes;
  size_t start = 0;
  const std::lock_guard lock(mutex_);
  for (size_t end; (end = partial_.find('\n', start)) != std::string::npos; start = end + 1) {
    auto body = TryParseJson(std::string_view(partial_).substr(start, end - start));
    if (!body || !body->is_object()) continue;
    const int64_t happened = GetInt(*body, "timeNano");
    // A moment that has not come yet would make all that comes later old news after the next subscription.
    if (happened <= WallClock()) latest_ = std::max(latest_, happened);
    Keep({at, std::move(*body), end - start}, happened > 0 ? std::string_view(partial_).substr(start, end - start) : "");
  }
  partial_.erase(0, start);
  if (partial_.size() > kLongestEvent) partial_.clear();
  for (const auto& [watch, bell] : watches_) bell->Ring();
}

// REQUIRES: mutex_ is held, as for DropFirst. `text`: of an event that has a moment.
void EventStream::Keep(ReceivedEvent event, std::string_view text) {
  size_t key = text.empty() ? 0 : std::hash<std::string_view>()(text);
  if (key != 0) {
    const auto [told, is_new] = first_told_.emplace(key, losses_.load());
    // By our asking: it happened at the moment from which we subscribed again, or the engine ignores `since`.
    if (!is_new && told->second != losses_) return;
    event.again = !is_new;
    if (event.again) key = 0;
  }
  kept_bytes_ += event.size;
  events_.push_back({std::move(event), key});
  while (kept_bytes_ > kKeptBytes) DropFirst();
  // What nobody listens for any more.
  size_t needed = dropped_ + events_.size();
  for (const Listening* listening : listeners_) needed = std::min(needed, listening->from_);
  while (dropped_ < needed) DropFirst();
}

void EventStream::DropFirst() {
  kept_bytes_ -= events_.front().event.size;
  first_told_.erase(events_.front().key);
  events_.pop_front();
  ++dropped_;
}

EventStream::Listening::Listening(EventStream* stream) : stream_(stream) {
  const std::lock_guard lock(stream_->mutex_);
  from_ = stream_->dropped_ + stream_->events_.size();
  stream_->listeners_.insert(this);
}

EventStream::Listening::~Listening() {
  const std::lock_guard lock(stream_->mutex_);
  stream_->listeners_.erase(this);
}

std::vector<ReceivedEvent> EventStream::Listening::Matching(const Wanted& wanted) const {
  std::vector<ReceivedEvent> found;
  const std::lock_guard lock(stream_->mutex_);
  const size_t first = std::max(from_, stream_->dropped_) - stream_->dropped_;
  for (size_t i = first; i < stream_->events_.size(); ++i) {
    const ReceivedEvent& event = stream_->events_[i].event;
    if (wanted(event.body)) found.push_back(event);
  }
  return found;
}

bool EventStream::Listening::complete() const {
  const std::lock_guard lock(stream_->mutex_);
  return from_ >= stream_->dropped_;
}

EventStream::Watch::Watch(const Listening& listening, Wanted wanted, const Bell* bell)
    : stream_(listening.stream_), wanted_(std::move(wanted)), next_(listening.from_) {
  const std::lock_guard lock(stream_->mutex_);
  stream_->watches_[this] = bell;
}

EventStream::Watch::~Watch() {
  const std::lock_guard lock(stream_->mutex_);
  stream_->watches_.erase(this);
}

size_t EventStream::Watch::Count() {
  const std::lock_guard lock(stream_->mutex_);
  next_ = std::max(next_, stream_->dropped_);
  for (; next_ < stream_->dropped_ + stream_->events_.size(); ++next_) {
    const ReceivedEvent& event = stream_->events_[next_ - stream_->dropped_].event;
    if (!event.again && wanted_(event.body)) ++count_;
  }
  return count_;
}

}  // namespace plimsoll::engine
