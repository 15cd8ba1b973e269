// Lies about attached streams: frames and upgrades.
#include <fmt/format.h>

#include "hostile/lie.h"
#include "http/websocket.h"

namespace plimsoll::hostile {
namespace {

std::string Frame(int type, const std::string& data, uint32_t size) {
  std::string frame{static_cast<char>(type), 0, 0, 0};
  for (const int shift : {24, 16, 8, 0}) frame += static_cast<char>(size >> shift & 0xff);
  return frame + data;
}
std::string Frame(int type, const std::string& data) { return Frame(type, data, static_cast<uint32_t>(data.size())); }

const std::string kStreamHead = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n";
const std::string kUpgraded = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

Lie Streams(std::string name, const std::string& bytes, std::string shown) {
  return {std::move(name), [=](FakeEngine& fake) { fake.On("POST /lie", Raw(bytes)); }, std::move(shown), kOneStream};
}

std::vector<Lie> Frames() {
  const std::string hello = Frame(1, "hello\n");
  return {
      Streams("ends within a frame", kStreamHead + hello + Frame(1, "abc", 9),
              "answered 200; frames: the stream ended 3 bytes into a frame of 9"),
      Streams("ends within a frame's header", kStreamHead + hello + std::string("\x01\0\0", 3),
              "answered 200; frames: the stream ended 3 bytes into a frame header"),
      Streams("names a stream that there is not", kStreamHead + hello + Frame(7, "x"),
              "answered 200; frames: frame 2 begins with 07 00 00 00, not a stream header"),
      Streams("announces a frame of 4 GiB", kStreamHead + Frame(1, "x", 0xffffffff),
              "answered 200; frames: the stream ended 1 bytes into a frame of 4294967295"),
      Streams("speaks plainly between frames", kStreamHead + hello + "plain text\n",
              "answered 200; frames: frame 2 begins with 70 6c 61 69, not a stream header"),
      Streams("sends 200,000 frames without a byte", kStreamHead + [] {
                std::string frames;
                for (int i = 0; i < 200'000; ++i) frames += Frame(1, "");
                return frames;
              }(),
              "answered 200"),
      Streams("streams venom in frames", kStreamHead + Frame(1, Venom()) + Frame(2, Venom() + "\xff\xfe"), "answered 200"),
      Streams("imitates the lines of the probe",
              kStreamHead + Frame(1, "{\"probe\":\"<plimsoll-lie>\x1b\"}\n{\"probe\":\"start\",\"pid\":[[]]}\n{\"probe\":{}}\n{\"probe\":"),
              "answered 200"),
  };
}

std::vector<Lie> Upgrades() {
  std::vector<Lie> lies = {
      Streams("upgrades unasked", kUpgraded + Frame(1, "hello\n"), "answered 101"),
      Streams("upgrades and sends garbage", kUpgraded + std::string("\xff\0\xfe\x1b[2J\x07", 8), "answered 101"),
      Streams("upgrades and sends another answer", kUpgraded + Ok("{}"), "answered 101"),
      Streams("tears the head of an upgrade", "HTTP/1.1 101 UPGR", "closed: closed after 17 bytes of the head"),
  };
  Lie refused = Streams("answers 200 where an upgrade is asked for", Ok("{}"), "answered 200");
  refused.steps = "  - {open: POST /lie, as: lie, upgrade: tcp}\n  - {read: lie, until: end, as: end}\n";
  lies.push_back(std::move(refused));
  Lie call{"upgrades a plain call", nullptr, "timed out: no answer within its deadline"};
  call.tell = [](FakeEngine& fake) { fake.On("GET /lie", RawAndWait(kUpgraded + "raw")); };
  call.steps = kOneShortCall;
  lies.push_back(std::move(call));
  return lies;
}

// What is sent on a websocket that was asked for, and accepted with the wrong key.
// `answer`: so many bytes the client sends in answer, which are read before the end: a unix socket that is closed over unread bytes is reset.
Lie SpeaksWebSocket(std::string name, const std::string& bytes, std::string shown, size_t answer = 0) {
  const std::string head =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: a lie\r\n\r\n";
  Lie lie{std::move(name), nullptr, std::move(shown), ""};
  Reply reply;
  reply.takeover = [bytes = head + bytes, answer](Peer& peer) {
    if (!peer.Send(bytes) || !peer.ReadUntil([&](const std::string& all) { return all.size() >= answer; })) return false;
    peer.EndSending();  // to close with pongs unread would reset the connection, sooner or later than the client has read all
    return peer.AwaitEnd();
  };
  lie.tell = [reply](FakeEngine& fake) { fake.On("GET /lie", reply); };
  lie.steps = "  - {open: GET /lie, as: lie, upgrade: websocket}\n  - {read: lie, until: end, as: end}\n";
  return lie;
}

std::vector<Lie> WebSockets() {
  using http::Opcode;
  const std::string hello = http::PlainFrame(Opcode::kText, "hello\n");
  const size_t close_frame = http::MaskedFrame(Opcode::kClose, "\x03\xe8", {}).size();  // with the code that it answers
  return {
      SpeaksWebSocket("masks a websocket's frames", hello + http::MaskedFrame(Opcode::kText, "abc", {1, 2, 3, 4}),
                      "answered 101; frames: frame 2 is masked, as no server's may be"),
      SpeaksWebSocket("announces a websocket frame of 8 EiB", "\x82\x7f\x7f" + std::string(7, '\xff') + "x",
                      "answered 101; frames: the connection ended 1 bytes into a frame of 9223372036854775807"),
      SpeaksWebSocket("speaks on after the close frame", http::PlainFrame(Opcode::kClose, "\x03\xe8") + hello,
                      "answered 101; frames: bytes after the close frame", close_frame),
      SpeaksWebSocket("sends venom in websocket frames", http::PlainFrame(Opcode::kBinary, Venom()) +
                                                             http::PlainFrame(Opcode::kClose, "\x03\xe8" + Venom().substr(0, 100)),
                      "answered 101", close_frame),
      SpeaksWebSocket("sends 200,000 pings", [] {
                        std::string frames;
                        for (int i = 0; i < 200'000; ++i) frames += http::PlainFrame(Opcode::kPing, "");
                        return frames;
                      }(),
                      "answered 101"),
  };
}

Lie Giant() {
  Lie lie{"streams 1 GiB in frames", nullptr, "answered 200*",
          "  - {open: POST /lie, as: lie}\n  - {read: lie, until: end, as: end, within: 9m}\n"};
  lie.deadline = "10m";
  lie.tell = [streamed = lie.streamed](FakeEngine& fake) {
    fake.On("POST /lie", Flood(kStreamHead, Frame(1, std::string((1 << 20) - 8, 'x')), 1ull << 30, streamed));
  };
  return lie;
}

}  // namespace

std::vector<Lie> LiesAboutStreams() {
  std::vector<Lie> lies = Frames();
  for (Lie& lie : Upgrades()) lies.push_back(std::move(lie));
  for (Lie& lie : WebSockets()) lies.push_back(std::move(lie));
  lies.push_back(Giant());
  return lies;
}

}  // namespace plimsoll::hostile
