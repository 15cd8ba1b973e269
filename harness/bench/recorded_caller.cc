#include "bench/recorded_caller.h"

namespace plimsoll::bench {
namespace {

constexpr auto kCallLimit = std::chrono::seconds(10);
constexpr auto kStreamLimit = std::chrono::minutes(2);

journal::Exchange RecordOf(const http::Request& request) {
  journal::Exchange record;
  record.step = "steps[0]";
  record.method = request.method;
  record.target = request.target;
  record.request_headers = request.headers;
  return record;
}

}  // namespace

void RecordedCaller::Begin(run::LiveExchange& live, std::unique_ptr<engine::Connection> idle) {
  if (idle && idle->StillGood()) {
    live.Begin(std::move(idle), 0);
  } else {
    auto connection = engine::Connection::Open(endpoint_, Now() + kCallLimit);
    if (!connection) return live.FailToConnect(connection.error());
    live.Begin(std::move(*connection), Nanos(Now()));
  }
  loop_.Add(live.conversation());
  live.conversation()->Pump();
}

const journal::Exchange& RecordedCaller::Call(const http::Request& request) {
  current_ = 1 - current_;
  run::LiveExchange& live = exchanges_[current_].emplace(RecordOf(request), request);
  Begin(live, std::move(idle_));
  exchanges_[1 - current_].reset();  // while the engine works; a case keeps its exchanges to its end
  loop_.Wait([&] { return live.done(); }, Now() + kCallLimit);
  if (engine::Conversation* conversation = live.conversation()) {
    loop_.Remove(conversation);
    idle_ = conversation->TakeConnection();
  }
  return live.Record();
}

journal::Exchange RecordedCaller::Follow(const http::Request& request, const std::function<void()>& meanwhile) {
  journal::Exchange record = RecordOf(request);
  record.stream = true;
  run::LiveExchange live(std::move(record), request);
  Begin(live, nullptr);
  const TimePoint deadline = Now() + kStreamLimit;
  loop_.Wait([&] { return live.done() || live.has_head(); }, deadline);
  meanwhile();
  loop_.Wait([&] { return live.done(); }, deadline);
  if (engine::Conversation* conversation = live.conversation()) loop_.Remove(conversation);
  return live.Record();
}

}  // namespace plimsoll::bench
