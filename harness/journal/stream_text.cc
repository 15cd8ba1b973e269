#include "journal/stream_text.h"

#include <utility>

namespace plimsoll::journal {

StreamText StreamText::OfWebSocket() {
  StreamText text;
  text.framing_ = Framing::kWebSocket;
  text.websocket_.emplace(http::WebSocketDecoder::From::kServer);
  return text;
}

void StreamText::Feed(std::string_view bytes) {
  if (framing_ != Framing::kUndecided) return Append(bytes);
  undecided_ += bytes;
  Decide();
  if (framing_ == Framing::kUndecided) return;
  const std::string first = std::move(undecided_);
  undecided_.clear();
  Append(first);
}

void StreamText::Decide() {
  const std::string& head = undecided_;
  const auto zero = [&](size_t i) { return head.size() <= i || head[i] == 0; };
  const bool like_header = head.empty() || static_cast<unsigned char>(head[0]) <= 2;
  if (!like_header || !zero(1) || !zero(2) || !zero(3)) {
    framing_ = Framing::kRaw;
  } else if (head.size() >= 8) {
    framing_ = Framing::kMultiplexed;
  }
}

void StreamText::AppendFrames(std::string_view bytes) {
  for (const http::WebSocketPiece& piece : websocket_->Feed(bytes)) {
    const bool control = http::IsControl(piece.opcode);
    const bool kept = websocket_frames_.size() < kMostWebSocketFrames || piece.opcode == http::Opcode::kClose;
    if (piece.begins && kept) {
      websocket_frames_.push_back({piece.opcode, piece.final, piece.size, control ? piece.data : ""});
    }
    if (piece.opcode == http::Opcode::kPing) ping_ = piece.data;
    if (control) continue;
    AppendOut(piece.data);
  }
}

std::optional<std::string> StreamText::TakePing() { return std::exchange(ping_, std::nullopt); }

void StreamText::Append(std::string_view bytes) {
  if (websocket_) return AppendFrames(bytes);
  if (framing_ == Framing::kRaw) return AppendOut(bytes);
  for (const http::FramePiece& piece : decoder_.Feed(bytes)) {
    if (piece.stream >= 2) {
      AppendErr(piece.data);
    } else {
      AppendOut(piece.data);
    }
  }
}

// A string that doubles is copied, and its pages asked for, twice over: of a large output, all that may come at once instead.
void StreamText::AppendOut(std::string_view bytes) {
  if (out_.size() > kLarge && out_.capacity() < kLargest) out_.reserve(kLargest);
  out_ += bytes;
  if (!err_.empty()) all_ += bytes;
}

void StreamText::AppendErr(std::string_view bytes) {
  if (bytes.empty()) return;
  if (err_.empty()) all_ = out_;
  err_ += bytes;
  all_ += bytes;
}

void StreamText::End() {
  if (framing_ == Framing::kUndecided && !undecided_.empty()) {
    framing_ = Framing::kRaw;
    Append(undecided_);
    undecided_.clear();
  }
  if (framing_ == Framing::kMultiplexed) decoder_.End();
  if (websocket_) websocket_->End();
}

}  // namespace plimsoll::journal
