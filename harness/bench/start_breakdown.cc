#include "bench/start_breakdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/wall_clock.h"

namespace plimsoll::bench {
namespace {

bool IsOf(const Json& event, const std::string& id) {
  const Json* actor = Find(event, "Actor");
  return GetString(event, "Type") == "container" && actor && GetString(*actor, "ID") == id;
}

std::string ActionOf(const Json& event) { return GetString(event, "Action", GetString(event, "status")); }

// The time stamp of the probe's first line, in the logs as they come (frames between lines do not matter); -1: none.
int64_t FirstInstruction(const std::string& logs) {
  constexpr std::string_view kBegin = "{\"probe\":\"start\"";
  const size_t begin = logs.find(kBegin);
  if (begin == std::string::npos) return -1;
  const size_t end = std::min(logs.find('\n', begin), logs.size());
  return GetInt(TryParseJson(std::string_view(logs).substr(begin, end - begin)).value_or(Json()), "at", -1);
}

// One container of which the start is looked at.
class StartOf {
 public:
  StartOf(Site& site, std::string id) : site_(site), id_(std::move(id)), listening_(&site.events()) {}

  Result<latency::Start> Take() {
    const auto reply = site_.client().DoAnew(site_.To("POST", fmt::format("/containers/{}/start", id_)));
    if (!reply) return tl::make_unexpected(reply.error());
    latency::Start start;
    const auto since = [&](int64_t at) { return at > 0 ? at - reply->began : -1; };
    start.connected = since(reply->times.connected);
    start.sent = since(reply->times.sent);
    start.first_byte = since(reply->times.first_byte);
    start.last_byte = since(reply->ended);
    if (auto ended = site_.AwaitExit(id_); !ended) return tl::make_unexpected(ended.error());
    const auto logs = site_.Do(site_.To("GET", fmt::format("/containers/{}/logs?stdout=1", id_)));
    if (!logs) return tl::make_unexpected(logs.error());
    start.first_instruction = since(FirstInstruction(logs->body));
    const auto events = AwaitEvents();
    if (!events) return tl::make_unexpected(events.error());
    const int64_t between_clocks = WallMinusMonotonic();
    for (const auto& event : *events) {
      const int64_t stamp = GetInt(event.body, "timeNano");
      if (stamp > 0) start.events.try_emplace(ActionOf(event.body), since(stamp - between_clocks));
    }
    return start;
  }

 private:
  // Until that of the process's end: engines tell events in order.
  Result<std::vector<engine::ReceivedEvent>> AwaitEvents() {
    const auto is_end = [&](const Json& event) {
      return IsOf(event, id_) && (ActionOf(event) == "die" || ActionOf(event) == "died");
    };
    engine::EventStream::Watch watch(listening_, is_end, &bell_);
    const auto come =
        site_.client().Await("the event of the container's end", [&] { return watch.Count() > 0; }, &bell_);
    if (!come) return tl::make_unexpected(come.error());
    std::vector<engine::ReceivedEvent> events =
        listening_.Matching([&](const Json& event) { return IsOf(event, id_); });
    // Those of other calls say nothing about the start.
    std::erase_if(events, [](const auto& event) {
      const std::string action = ActionOf(event.body);
      return action == "create" || action == "remove" || action == "destroy";
    });
    return events;
  }

  Site& site_;
  std::string id_;
  engine::Bell bell_;
  engine::EventStream::Listening listening_;
};

}  // namespace

Result<latency::Start> TakeStartApart(Site& site) {
  const auto id = site.Create({"report"});
  if (!id) return tl::make_unexpected(id.error());
  auto start = StartOf(site, *id).Take();
  const auto removed = site.Remove(*id);
  if (start && !removed) return tl::make_unexpected(removed.error());
  return start;
}

}  // namespace plimsoll::bench
