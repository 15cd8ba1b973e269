#include "http/websocket.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "http/sha1.h"

namespace plimsoll::http {
namespace {

constexpr uint64_t kLongestControl = 125;

std::string Head(Opcode opcode, size_t size, Fin fin, unsigned char mask_bit) {
  std::string head(1, static_cast<char>((fin == Fin::kFinal ? 0x80 : 0) | static_cast<int>(opcode)));
  const int length_bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
  const size_t length7 = length_bytes == 0 ? size : length_bytes == 2 ? 126 : 127;
  head += static_cast<char>(mask_bit | length7);
  for (int i = length_bytes - 1; i >= 0; --i) head += static_cast<char>(static_cast<uint64_t>(size) >> (8 * i) & 0xff);
  return head;
}

bool IsKnown(int opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

}  // namespace

std::string_view Name(Opcode opcode) {
  switch (opcode) {
    case Opcode::kContinuation: return "continuation";
    case Opcode::kText: return "text";
    case Opcode::kBinary: return "binary";
    case Opcode::kClose: return "close";
    case Opcode::kPing: return "ping";
    case Opcode::kPong: return "pong";
  }
  return "?";
}

std::string WebSocketAccept(std::string_view key) {
  return Base64(Sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
}

bool NamesWebSocket(const Headers& headers) {
  const std::string* upgrade = FindHeader(headers, "Upgrade");
  return upgrade && ToLower(*upgrade) == "websocket";
}

bool BecomesWebSocket(const Headers& request_headers, const ResponseHead& answer) {
  return answer.status == 101 && NamesWebSocket(request_headers) && NamesWebSocket(answer.headers) &&
         FindHeader(answer.headers, "Sec-WebSocket-Accept") != nullptr;
}

std::string MaskedFrame(Opcode opcode, std::string_view payload, Mask mask) {
  std::string frame = Head(opcode, payload.size(), Fin::kFinal, 0x80);
  for (const unsigned char c : mask) frame += static_cast<char>(c);
  for (size_t i = 0; i < payload.size(); ++i) frame += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % 4]);
  return frame;
}

std::string PlainFrame(Opcode opcode, std::string_view payload, Fin fin) {
  return Head(opcode, payload.size(), fin, 0).append(payload);
}

std::string ClosePayload(uint16_t code, std::string_view reason) {
  return std::string({static_cast<char>(code >> 8), static_cast<char>(code & 0xff)}).append(reason);
}

std::vector<WebSocketPiece> WebSocketDecoder::Feed(std::string_view bytes) {
  std::vector<WebSocketPiece> pieces;
  while (malformed_.empty() && (!bytes.empty() || (in_payload_ && remaining_ == 0))) {
    if (in_payload_) {
      TakePayload(bytes, pieces);
      continue;
    }
    if (closed_) {
      Fail("bytes after the close frame");
      break;
    }
    const size_t take = std::min(HeaderSize() - header_.size(), bytes.size());
    header_ += bytes.substr(0, take);
    bytes.remove_prefix(take);
    if (header_.size() == 2) CheckHeader(static_cast<unsigned char>(header_[0]), static_cast<unsigned char>(header_[1]));
    if (malformed_.empty() && header_.size() >= 2 && header_.size() == HeaderSize()) TakeHeader();
  }
  return pieces;
}

// As far as can be told from what has come of it.
size_t WebSocketDecoder::HeaderSize() const {
  if (header_.size() < 2) return 2;
  const auto second = static_cast<unsigned char>(header_[1]);
  const size_t length = (second & 0x7f) == 126 ? 2 : (second & 0x7f) == 127 ? 8 : 0;
  return 2 + length + (second & 0x80 ? 4 : 0);
}

void WebSocketDecoder::CheckHeader(unsigned char first, unsigned char second) {
  const int opcode = first & 0x0f;
  const bool final = first & 0x80;
  if (first & 0x70) return Fail(fmt::format("has reserved bits set ({:02x})", first));
  if (!IsKnown(opcode)) return Fail(fmt::format("has the unknown opcode {}", opcode));
  if (((second & 0x80) != 0) != (from_ == From::kClient)) {
    return Fail(from_ == From::kClient ? "is not masked, as a client's must be" : "is masked, as no server's may be");
  }
  if (IsControl(static_cast<Opcode>(opcode))) {
    if (!final) return Fail(fmt::format("is a fragmented {}", Name(static_cast<Opcode>(opcode))));
    if ((second & 0x7f) > kLongestControl) {
      return Fail(fmt::format("is a {} of more than {} bytes", Name(static_cast<Opcode>(opcode)), kLongestControl));
    }
    return;
  }
  const bool continues = static_cast<Opcode>(opcode) == Opcode::kContinuation;
  if (continues && !in_message_) return Fail("continues no message");
  if (!continues && in_message_) return Fail("begins a message within another");
}

void WebSocketDecoder::CheckLength(unsigned char second) {
  if (remaining_ >> 63) return Fail("has a length of more than 63 bits");
  const uint64_t least = (second & 0x7f) == 127 ? 65536 : (second & 0x7f) == 126 ? 126 : 0;
  if (remaining_ < least) Fail(fmt::format("writes its length of {} in more bytes than it takes", remaining_));
}

void WebSocketDecoder::TakeHeader() {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(header_[i]); };
  const size_t length_end = header_.size() - (byte(1) & 0x80 ? 4 : 0);
  remaining_ = length_end == 2 ? byte(1) & 0x7f : 0;
  for (size_t i = 2; i < length_end; ++i) remaining_ = remaining_ << 8 | byte(i);
  CheckLength(byte(1));
  if (!malformed_.empty()) return;
  has_mask_ = byte(1) & 0x80;
  for (size_t i = 0; has_mask_ && i < 4; ++i) mask_[i] = byte(length_end + i);
  masked_ = 0;
  frame_ = {static_cast<Opcode>(byte(0) & 0x0f), true, (byte(0) & 0x80) != 0, remaining_, ""};
  ++frames_;
  header_.clear();
  in_payload_ = true;
  if (!IsControl(frame_.opcode)) in_message_ = !frame_.final;
}

void WebSocketDecoder::TakePayload(std::string_view& bytes, std::vector<WebSocketPiece>& pieces) {
  const auto take = static_cast<size_t>(std::min<uint64_t>(remaining_, bytes.size()));
  std::string data(bytes.substr(0, take));
  bytes.remove_prefix(take);
  remaining_ -= take;
  for (char& c : data) {
    if (has_mask_) c = static_cast<char>(static_cast<unsigned char>(c) ^ mask_[masked_++ % 4]);
  }
  if (IsControl(frame_.opcode)) {
    frame_.data += data;
    if (remaining_ == 0) pieces.push_back(frame_);
  } else {
    pieces.push_back({frame_.opcode, frame_.begins, frame_.final, frame_.size, std::move(data)});
    frame_.begins = false;
  }
  if (remaining_ == 0) FinishFrame();
}

void WebSocketDecoder::FinishFrame() {
  in_payload_ = false;
  if (frame_.opcode != Opcode::kClose) return;
  closed_ = true;
  if (frame_.size == 1) {
    malformed_ = fmt::format("frame {} is a close of 1 byte, which is no code", frames_);
  }
}

void WebSocketDecoder::Fail(std::string why) {
  malformed_ = why.starts_with("bytes") ? std::move(why) : fmt::format("frame {} {}", frames_ + 1, why);
}

void WebSocketDecoder::End() {
  if (!malformed_.empty()) return;
  if (in_payload_) {
    malformed_ = fmt::format("the connection ended {} bytes into a frame of {}", frame_.size - remaining_, frame_.size);
  } else if (!header_.empty()) {
    malformed_ = fmt::format("the connection ended {} bytes into a frame's header", header_.size());
  } else if (in_message_ && !closed_) {
    malformed_ = "the connection ended within a fragmented message";
  }
}

}  // namespace plimsoll::http
