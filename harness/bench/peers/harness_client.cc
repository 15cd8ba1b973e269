#include "bench/peers/harness_client.h"

#include <fmt/format.h>

#include "bench/crew.h"
#include "bench/peers/stopwatch.h"
#include "bench/recorded_life.h"

namespace plimsoll::bench::peers {
namespace {

http::Request PostRequest(std::string target, const Json& body = {}) {
  if (body.is_null()) return {"POST", std::move(target), {}, ""};
  return {"POST", std::move(target), {{"Content-Type", "application/json"}}, CompactJson(body)};
}

bool Succeeded(const journal::Exchange& exchange) { return exchange.head && exchange.head->status < 300; }

}  // namespace

HarnessClient::HarnessClient(EngineBed& bed, const Ground& ground)
    : bed_(bed), ground_(ground), unix_(bed.engine().endpoint), tcp_(bed.listener()), plan_(bed.Lives(1)) {}

Result<std::unique_ptr<HarnessClient>> HarnessClient::Make(EngineBed& bed, const Ground& ground) {
  auto client = std::unique_ptr<HarnessClient>(new HarnessClient(bed, ground));
  auto writer = journal::JournalWriter::Create(client->folder_.File("lives.jsonl"));
  if (!writer) return tl::make_unexpected(writer.error());
  client->writer_.emplace(std::move(*writer));
  return client;
}

Result<double> HarnessClient::Do(Task task, int64_t amount) {
  switch (task) {
    case Task::kPing: return Ping(unix_, amount);
    case Task::kTcpPing: return Ping(tcp_, amount);
    case Task::kLife: return Life(amount);
    case Task::kLives: return Lives(amount);
    case Task::kAttach: return Attach(amount);
  }
  return Fail("no such task");
}

Result<double> HarnessClient::Ping(RecordedCaller& caller, int64_t count) {
  const http::Request request{"GET", "/_ping", {}, ""};
  int64_t answered = 0;
  const TimePoint begun = Now();
  for (int64_t i = 0; i < count; ++i) answered += caller.Answered(request) ? 1 : 0;
  const double seconds = SecondsSince(begun);
  if (answered == count) return seconds;
  return Fail(fmt::format("plimsoll: {} of {} pings answered", answered, count));
}

Result<double> HarnessClient::Life(int64_t count) {
  const TimePoint begun = Now();
  for (int64_t i = 0; i < count; ++i) {
    if (Status lived = LiveRecorded(bed_, plan_.cases[0], *writer_); !lived) return tl::make_unexpected(lived.error());
  }
  return SecondsSince(begun);
}

Result<double> HarnessClient::Lives(int64_t count) {
  const auto rate = RateOfRunPlan(bed_, static_cast<int>(count), kInFlight);
  if (!rate) return tl::make_unexpected(rate.error());
  return static_cast<double>(count) / *rate;
}

Result<double> HarnessClient::Attach(int64_t bytes) {
  const journal::Exchange created = unix_.Call(PostRequest(ground_.Path("/containers/create"), ground_.BodyOfAttach(bytes)));
  const auto body = TryParseJson(created.response_body.kept);
  if (!Succeeded(created) || !body) return Fail("plimsoll: create: " + created.response_body.kept);
  const std::string box = ground_.Path("/containers/") + GetString(*body, "Id");
  TimePoint begun = Now();
  bool started = false;
  const auto start = [&] {
    begun = Now();
    started = Succeeded(unix_.Call(PostRequest(box + "/start")));
  };
  const journal::Exchange stream = unix_.Follow(PostRequest(box + "/attach?stream=1&stdout=1"), start);
  const double seconds = SecondsSince(begun);
  if (started) unix_.Call(PostRequest(box + "/wait"));
  unix_.Call({"DELETE", box + "?force=1", {}, ""});
  // With the 8 bytes before each piece, which are recorded as they come.
  const uint64_t got = stream.response_body.size;
  if (stream.outcome == http::Outcome::kAnswered && got > static_cast<uint64_t>(bytes)) return seconds;
  return Fail(fmt::format("plimsoll: {} of {} bytes came, {} {}", got, bytes, Name(stream.outcome), stream.error));
}

}  // namespace plimsoll::bench::peers
