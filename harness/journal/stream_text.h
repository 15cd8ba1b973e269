// StreamText: the bytes of an attach, exec or logs stream as text of the process, whichever framing the
// engine chose. Up to API 1.41 the Content-Type does not tell multiplexed from raw (moby 1.42 CHANGELOG),
// so the first bytes decide: a stream header is [0..2, 0, 0, 0, size], which no text begins with. That a stream
// is a websocket its handshake tells: there the text is the payload of the data frames. Incremental; one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/stream_frames.h"
#include "http/websocket.h"

namespace plimsoll::journal {

class StreamText {
 public:
  enum class Framing { kUndecided, kRaw, kMultiplexed, kWebSocket };
  // A frame of a websocket; `data` is that of a control frame only.
  struct WebSocketFrame {
    http::Opcode opcode = http::Opcode::kContinuation;
    bool final = false;
    uint64_t size = 0;
    std::string data;
  };
  static constexpr size_t kMostWebSocketFrames = 1000;
  // What is fed of one stream at most, by those who read it (run/live_exchange.h), and from where on it is allocated at once.
  static constexpr size_t kLargest = 80u << 20, kLarge = 8u << 20;

  StreamText() = default;
  // What the other side of a websocket sends.
  static StreamText OfWebSocket();

  void Feed(std::string_view bytes);
  // No more bytes will come: decides what is left undecided, notes a frame cut short.
  void End();

  Framing framing() const { return framing_; }
  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }
  // Both in order of arrival.
  const std::string& all() const { return err_.empty() ? out_ : all_; }
  uint64_t frames() const { return websocket_ ? websocket_->frames() : decoder_.frames(); }
  std::string malformed() const { return websocket_ ? websocket_->malformed() : decoder_.malformed(); }
  // The first kMostWebSocketFrames of them, and the close frame.
  const std::vector<WebSocketFrame>& websocket_frames() const { return websocket_frames_; }
  bool websocket_closed() const { return websocket_ && websocket_->closed(); }
  // The payload of the last ping that came since this was last asked.
  std::optional<std::string> TakePing();

 private:
  void Decide();
  void Append(std::string_view bytes);
  void AppendOut(std::string_view bytes);
  void AppendErr(std::string_view bytes);
  void AppendFrames(std::string_view bytes);

  Framing framing_ = Framing::kUndecided;
  std::string undecided_;
  http::FrameDecoder decoder_;
  std::optional<http::WebSocketDecoder> websocket_;
  std::vector<WebSocketFrame> websocket_frames_;
  std::optional<std::string> ping_;
  std::string out_, err_;
  std::string all_;  // empty while there is no err_: a large output is then kept once
};

}  // namespace plimsoll::journal
