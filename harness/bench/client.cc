#include "bench/client.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace plimsoll::bench {
namespace {

// Long enough for the slowest: 1,000 containers with their sizes.
constexpr auto kPatience = std::chrono::seconds(120);
// For what comes of itself.
constexpr auto kStreamPatience = std::chrono::seconds(20);
// For what was under way when all waiting was to end.
constexpr auto kLastPatience = std::chrono::seconds(20);

http::Request RequestOf(const Call& call) {
  http::Request request{call.method, call.target, {}, call.body};
  if (!call.body.empty()) request.headers.push_back({"Content-Type", "application/json"});
  return request;
}

std::string NameOf(const Call& call) { return fmt::format("{} {}", call.method, Abridged(call.target, 120)); }

bool IsExpected(const Call& call, int status) {
  if (call.expected.empty()) return status >= 200 && status < 300;
  return std::ranges::find(call.expected, status) != call.expected.end();
}

// An engine ends such a call even when its client has gone, at a time that nobody is told of.
bool Makes(const Call& call) {
  return call.method == "POST" && std::string_view(call.target).substr(0, call.target.find('?')).ends_with("/create");
}

tl::unexpected<Error> WrongStatus(const Call& call, int status, std::string_view body) {
  return Fail(fmt::format("{} answered {}: {}", NameOf(call), status, Abridged(Trim(body), 300)));
}

tl::unexpected<Error> NoAnswer(const std::string& name, const engine::Conversation& conversation) {
  return Fail(fmt::format("{}: {}: {}", name, http::Name(conversation.outcome()), Printable(conversation.error())));
}

}  // namespace

std::string AnswerBytes(const http::ResponseHead& head, const std::string& body) {
  std::string bytes = fmt::format("{} {} {}\r\n", head.version, head.status, head.reason);
  for (const http::Header& header : head.headers) bytes += fmt::format("{}: {}\r\n", header.name, header.value);
  bytes += "\r\n";
  const std::string* coding = http::FindHeader(head.headers, "Transfer-Encoding");
  if (!coding || ToLower(*coding) != "chunked") return bytes + body;
  if (!body.empty()) bytes += fmt::format("{:x}\r\n{}\r\n", body.size(), body);
  return bytes + "0\r\n\r\n";
}

Client::Client(engine::Endpoint endpoint, const engine::Bell* cancel) : endpoint_(std::move(endpoint)), loop_(cancel) {}

Result<Reply> Client::Do(const Call& call) {
  if (idle_ && !idle_->StillGood()) idle_.reset();
  if (!idle_) return DoAnew(call);
  Reply reply;
  reply.began = Nanos(Now());
  return Do(call, std::move(idle_), std::move(reply));
}

Result<Reply> Client::DoAnew(const Call& call) {
  Reply reply;
  reply.began = Nanos(Now());
  auto connection = engine::Connection::Open(endpoint_, Now() + kPatience);
  if (!connection) return Fail(fmt::format("{}: {}", NameOf(call), connection.error().text));
  reply.times.connected = Nanos(Now());
  return Do(call, std::move(*connection), std::move(reply));
}

Result<Reply> Client::Do(const Call& call, std::unique_ptr<engine::Connection> connection, Reply reply) {
  engine::Conversation::Sink sink;
  sink.received = [&](std::string_view bytes, int64_t) { reply.body += bytes; };
  reply.times.started = reply.began;
  engine::Conversation conversation(std::move(connection), http::Serialize(RequestOf(call)), call.method, reply.times, sink);
  loop_.Add(&conversation);
  conversation.Pump();
  const auto woke = loop_.Wait([&] { return conversation.done(); }, Now() + kPatience);
  loop_.Remove(&conversation);
  if (woke == engine::Loop::Woke::kCancelled && Makes(call)) {
    engine::Loop last(nullptr);
    last.Add(&conversation);
    last.Wait([&] { return conversation.done(); }, Now() + kLastPatience);
  }
  if (woke == engine::Loop::Woke::kCancelled) conversation.Stop(http::Outcome::kCancelled, "interrupted");
  conversation.Stop(http::Outcome::kTimedOut, "no complete answer");
  if (conversation.outcome() != http::Outcome::kAnswered) return NoAnswer(NameOf(call), conversation);
  reply.times = conversation.times();
  reply.ended = reply.times.ended;
  reply.head = conversation.parser().head();
  idle_ = conversation.TakeConnection();
  if (!IsExpected(call, reply.head.status)) return WrongStatus(call, reply.head.status, reply.body);
  return reply;
}

Result<std::unique_ptr<Stream>> Client::Open(const Call& call) {
  auto connection = engine::Connection::Open(endpoint_, Now() + kPatience);
  if (!connection) return Fail(fmt::format("{}: {}", NameOf(call), connection.error().text));
  auto stream = std::unique_ptr<Stream>(new Stream(*this, call, std::move(*connection)));
  const engine::Conversation& conversation = *stream->conversation_;
  if (auto come = Await(NameOf(call), [&] { return conversation.has_head() || conversation.done(); }); !come) {
    return tl::make_unexpected(come.error());
  }
  if (!conversation.has_head()) return NoAnswer(NameOf(call), conversation);
  const int status = stream->head().status;
  if (IsExpected(call, status) || status == 101) return stream;
  if (auto ended = stream->AwaitEnd(); !ended) return tl::make_unexpected(ended.error());
  return WrongStatus(call, status, stream->kept());
}

Status Client::Await(const std::string& what, const std::function<bool()>& condition, const engine::Bell* bell) {
  loop_.Listen(bell);
  const auto woke = loop_.Wait(condition, Now() + kStreamPatience);
  loop_.Listen(nullptr);
  if (woke == engine::Loop::Woke::kCondition) return {};
  return Fail(fmt::format("{}: {}", what, woke == engine::Loop::Woke::kCancelled ? "interrupted" : "waited for in vain"));
}

Stream::Stream(Client& client, const Call& call, std::unique_ptr<engine::Connection> connection)
    : client_(client), name_(NameOf(call)) {
  http::Request request = RequestOf(call);
  if (call.method == "POST") {
    request.headers.push_back({"Connection", "Upgrade"});
    request.headers.push_back({"Upgrade", "tcp"});
  }
  engine::Conversation::Sink sink;
  sink.received = [this](std::string_view bytes, int64_t at) { Take(bytes, at); };
  http::Times times;
  times.started = Nanos(Now());
  conversation_ = std::make_unique<engine::Conversation>(std::move(connection), http::Serialize(request), call.method, times, sink);
  client_.loop_.Add(conversation_.get());
  conversation_->Pump();
}

Stream::~Stream() { client_.loop_.Remove(conversation_.get()); }

void Stream::Take(std::string_view bytes, int64_t at) {
  if (keep_ == Keep::kBody) kept_ += bytes;
  for (const http::FramePiece& piece : frames_.Feed(bytes)) received_ += piece.data.size();
  if (first_at_ == 0) first_at_ = at;
  last_at_ = at;
}

Status Stream::AwaitBytes(uint64_t in_all) {
  const auto come = client_.Await(name_, [&] { return received_ >= in_all || conversation_->done(); });
  if (come && received_ < in_all) return Fail(fmt::format("{} ended after {} of {} bytes", name_, received_, in_all));
  return come;
}

Status Stream::AwaitEnd() {
  return client_.Await(name_, [&] { return conversation_->done(); });
}

}  // namespace plimsoll::bench
