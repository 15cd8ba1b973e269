// The WebSocket protocol (RFC 6455): handshake and frames, as pure functions and a state machine. Both
// directions are read by the same decoder, as what a client has sent is looked at too. One thread, bounded
// memory: payloads are handed out as they come, a frame's length is a promise of the peer.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace plimsoll::http {

enum class Opcode { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };
std::string_view Name(Opcode opcode);  // "continuation", "text", "binary", "close", "ping", "pong"
constexpr bool IsControl(Opcode opcode) { return static_cast<int>(opcode) >= 8; }

// What Sec-WebSocket-Accept must be for a Sec-WebSocket-Key (4.2.2).
std::string WebSocketAccept(std::string_view key);
// Whether headers name the protocol: "Upgrade: websocket", in whatever case (4.1, 4.2.1).
bool NamesWebSocket(const Headers& headers);
// Whether what follows an answer is a websocket: it was asked for, and the engine says so, with a Sec-WebSocket-Accept, be it a
// wrong one. Docker's attach answers "Upgrade: tcp" whatever it is asked for; Podman's repeats "websocket" and means a raw stream.
bool BecomesWebSocket(const Headers& request_headers, const ResponseHead& answer);

using Mask = std::array<unsigned char, 4>;
// One whole frame as a client sends it.
std::string MaskedFrame(Opcode opcode, std::string_view payload, Mask mask);
// One as a server sends it; `final` is false for all but the last frame of a fragmented message.
enum class Fin { kMore, kFinal };
std::string PlainFrame(Opcode opcode, std::string_view payload, Fin fin = Fin::kFinal);
// The payload of a close frame (5.5.1).
std::string ClosePayload(uint16_t code, std::string_view reason = "");

// A part of a frame's payload, unmasked. That of a control frame comes whole.
struct WebSocketPiece {
  Opcode opcode = Opcode::kContinuation;  // as in the frame's header
  bool begins = false;                    // first piece of its frame: an empty frame gives one, too
  bool final = false;                     // FIN of its frame
  uint64_t size = 0;                      // of the frame's payload
  std::string data;
};

class WebSocketDecoder {
 public:
  enum class From { kServer, kClient };
  explicit WebSocketDecoder(From from) : from_(from) {}

  // The pieces found in `bytes`. What breaks the protocol is told as malformed() in words, after which
  // nothing more is decoded; so are bytes that follow a close frame, which ends its direction.
  std::vector<WebSocketPiece> Feed(std::string_view bytes);
  // The connection ended here; an unfinished frame or message is malformed.
  void End();

  uint64_t frames() const { return frames_; }
  bool closed() const { return closed_; }
  const std::string& malformed() const { return malformed_; }

 private:
  size_t HeaderSize() const;
  void TakeHeader();
  void CheckHeader(unsigned char first, unsigned char second);
  void CheckLength(unsigned char second);
  void TakePayload(std::string_view& bytes, std::vector<WebSocketPiece>& pieces);
  void FinishFrame();
  void Fail(std::string why);

  From from_;
  std::string header_;         // as far as it has come
  bool in_payload_ = false;
  WebSocketPiece frame_;       // what is common to the pieces of the frame under way; of a control frame its data
  uint64_t remaining_ = 0;
  uint64_t masked_ = 0;        // payload bytes unmasked so far
  Mask mask_{};
  bool has_mask_ = false;
  bool in_message_ = false;    // a fragmented message is under way
  bool closed_ = false;
  uint64_t frames_ = 0;
  std::string malformed_;
};

}  // namespace plimsoll::http
