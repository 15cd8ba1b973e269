// Lies about connections: when they end, who speaks when, and how fast.
#include <fmt/format.h>

#include "base/text.h"
#include "hostile/lie.h"

namespace plimsoll::hostile {
namespace {

// Connections on which the first request is for /lie are dealt with before the request is read.
void BeforeReading(FakeEngine& fake, const std::function<void(Peer&, const std::string& request)>& act) {
  fake.OnConnect([act](Peer& peer) {
    const std::string request = peer.Peek();
    if (request.substr(0, request.find('\r')).find("/lie") == std::string::npos) return true;
    act(peer, request);
    return false;
  });
}

Lie Before(std::string name, std::function<void(Peer&, const std::string&)> act, std::string shown,
           std::string steps = kOneCall) {
  return {std::move(name), [act](FakeEngine& fake) { BeforeReading(fake, act); }, std::move(shown), std::move(steps)};
}

// "GET /v1.41/lie/12 HTTP/1.1": 12
size_t NumberIn(const std::string& request) {
  return std::stoul("0" + request.substr(std::min(request.find("/lie/") + 5, request.size()), 9));
}

Lie ResetEverywhere() {
  const std::string answer = Ok("{}");
  Lie lie = Before(
      fmt::format("resets the connection after each of the {} bytes of an answer", answer.size()),
      [answer](Peer& peer, const std::string& request) { peer.Send(answer.substr(0, NumberIn(request))); },
      "closed: the connection broke: Connection reset by peer", "  - {call: \"GET /lie/${at}\", as: lie}\n");
  std::string places;
  for (size_t at = 0; at < answer.size(); ++at) places += fmt::format("{}{}", at == 0 ? "" : ", ", at);
  lie.matrix = "matrix: {at: [" + places + "]}\n";
  return lie;
}

// A request of 2 MiB, far more than a socket holds, is answered when its head has come.
const std::string kLargeCall = "  - {call: POST /lie, as: lie, text: \"" + std::string(2 << 20, 'r') + "\"}\n";

std::vector<Lie> Endings() {
  return {
      ResetEverywhere(),
      Before("closes before it reads", [](Peer&, const std::string&) {}, "closed: the connection broke: Connection reset by peer"),
      Before("answers before the request is complete, and closes",
             [](Peer& peer, const std::string&) { peer.Send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"); },
             "answered 413", kLargeCall),
      Before("answers before the request is complete, and reads no further",
             [](Peer& peer, const std::string&) {
               peer.Send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
               peer.AwaitEnd();
             },
             "answered 413", kLargeCall),
      Before("answers the first line of a request, and resets",
             [](Peer& peer, const std::string&) { peer.Send("HTTP/1.1 400 B"); },
             "closed: the connection broke: Connection reset by peer", kLargeCall),
  };
}

std::vector<Lie> Silences() {
  const auto no_answer = "timed out: no answer within its deadline";
  return {
      Answers("never answers", Reply::Hang(), no_answer, kOneShortCall),
      Answers("stops within the head and stays", RawAndWait("HTTP/1.1 200 OK\r\nConte"), no_answer, kOneShortCall),
      Answers("stops within the body and stays", RawAndWait("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), no_answer,
              kOneShortCall),
      Answers("stops between two chunks and stays",
              RawAndWait("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n"), no_answer, kOneShortCall),
  };
}

Lie ByteByByte() {
  Reply reply;
  reply.takeover = [](Peer& peer) {
    const engine::Bell never;
    for (const char c : Ok("{\"slow\": true}")) {
      if (!peer.Send({&c, 1})) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));  // the lie itself: nothing waits for it to pass
    }
    return peer.AwaitEnd();
  };
  return Answers("sends one byte at a time", reply, "answered 200");
}

// The answer to the second request must be its own.
constexpr const char* kTwoCalls = "  - {call: GET /lie, as: before}\n  - {call: GET /honest/2, as: lie}\n";

std::vector<Lie> Surplus() {
  const std::string unasked = "HTTP/1.1 500 Unasked\r\nContent-Length: 7\r\n\r\nunasked";
  std::vector<Lie> lies = {
      Answers("answers twice", RawAndWait(Ok("{}") + unasked), "answered 200", kTwoCalls),
      Answers("says that it keeps the connection, and closes it", Raw(Ok("{}", "Connection: keep-alive\r\n")), "answered 200",
              kTwoCalls),
  };
  // The rest of the second answer waits for the next request, as if it were the answer to that.
  Reply torn;
  torn.takeover = [unasked](Peer& peer) {
    if (!peer.Send(Ok("{}") + unasked.substr(0, 20))) return false;
    const size_t before = peer.received().size();
    return peer.ReadUntil([&](const std::string& all) { return all.size() > before; }) && peer.Send(unasked.substr(20));
  };
  lies.push_back(Answers("begins a second answer and ends it when asked again", torn, "answered 200", kTwoCalls));
  return lies;
}

}  // namespace

std::vector<Lie> LiesAboutConnections() {
  std::vector<Lie> lies = Endings();
  for (Lie& lie : Silences()) lies.push_back(std::move(lie));
  for (Lie& lie : Surplus()) lies.push_back(std::move(lie));
  lies.push_back(ByteByByte());
  return lies;
}

}  // namespace plimsoll::hostile
