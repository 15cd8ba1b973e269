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

Lie ResetEverywhere(const std::string& what, const std::string& answer, std::string steps) {
  Lie lie = Before(
      fmt::format("resets the connection after each of the {} bytes of {}", answer.size(), what),
      [answer](Peer& peer, const std::string& request) { peer.Send(answer.substr(0, NumberIn(request))); },
      "closed: the connection broke: Connection reset by peer", std::move(steps));
  std::string places;
  for (size_t at = 0; at < answer.size(); ++at) places += fmt::format("{}{}", at == 0 ? "" : ", ", at);
  lie.matrix = "matrix: {at: [" + places + "]}\n";
  return lie;
}

// A request of 2 MiB, far more than a socket holds, is answered when its head has come.
const std::string kLargeCall = "  - {call: POST /lie, as: lie, text: \"" + std::string(2 << 20, 'r') + "\"}\n";

std::vector<Lie> Endings() {
  return {
      ResetEverywhere("an answer", Ok("{}"), "  - {call: \"GET /lie/${at}\", as: lie}\n"),
      ResetEverywhere("an upgrade",
                      "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n",
                      "  - {open: \"POST /lie/${at}\", as: lie, upgrade: tcp}\n  - {read: lie, until: end, as: end}\n"),
      ResetEverywhere("a websocket's handshake",
                      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                      "Sec-WebSocket-Accept: a lie\r\n\r\n",
                      "  - {open: \"GET /lie/${at}\", as: lie, upgrade: websocket}\n  - {read: lie, until: end, as: end}\n"),
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

// `head` at once, then a byte of `body` and a pause in turn, for ever where it `goes_on`. The pause is the lie itself: nothing
// waits for it to pass.
Reply Trickle(std::string head, std::string body, std::chrono::milliseconds pause, bool goes_on) {
  Reply reply;
  reply.takeover = [=](Peer& peer) {
    if (!peer.Send(head)) return false;
    do {
      for (const char c : body) {
        std::this_thread::sleep_for(pause);
        if (!peer.Send({&c, 1})) return false;
      }
    } while (goes_on);
    return peer.AwaitEnd();
  };
  return reply;
}

std::vector<Lie> Trickles() {
  using std::chrono::milliseconds;
  const std::string slow = Ok("{\"slow\": true}");
  const std::string endless = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n";
  const std::string a_second = "  - {call: GET /lie, as: lie, within: 1s}\n";
  const auto no_answer = "timed out: no answer within its deadline";
  std::vector<Lie> lies = {
      Answers("sends one byte at a time", Trickle("", slow, milliseconds(2), false), "answered 200"),
      Answers("sends one byte a second", Trickle("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "abc", milliseconds(1000), false),
              "answered 200"),
      Answers("sends the bytes of a head past its deadline", Trickle("HTTP/1.1 200 OK\r\nX-Slow: ", "x", milliseconds(100), true),
              no_answer, a_second),
      Answers("sends the bytes of a body past its deadline", Trickle(endless, "x", milliseconds(100), true), no_answer, a_second),
  };
  Lie stream = Answers("sends the bytes of a stream past the case's deadline",
                       Trickle("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n", "x", milliseconds(100), true),
                       "timed out: *", "  - {open: GET /lie, as: lie}\n  - {read: lie, until: end, as: end, within: 10m}\n");
  stream.deadline = "2s";
  stream.verdict = "timed out";
  lies.push_back(std::move(stream));
  return lies;
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
  for (Lie& lie : Trickles()) lies.push_back(std::move(lie));
  return lies;
}

}  // namespace plimsoll::hostile
