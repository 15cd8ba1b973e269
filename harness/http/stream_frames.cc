#include "http/stream_frames.h"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::http {

std::vector<FramePiece> FrameDecoder::Feed(std::string_view bytes) {
  std::vector<FramePiece> pieces;
  while (!bytes.empty() && malformed_.empty()) {
    if (remaining_ > 0) {
      const size_t take = std::min<size_t>(remaining_, bytes.size());
      pieces.push_back({stream_, begins_, bytes.substr(0, take)});
      begins_ = false;
      remaining_ -= static_cast<uint32_t>(take);
      bytes.remove_prefix(take);
      continue;
    }
    const size_t take = std::min<size_t>(8 - header_.size(), bytes.size());
    header_ += bytes.substr(0, take);
    bytes.remove_prefix(take);
    if (header_.size() < 8) break;
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(header_[i]); };
    if (byte(0) > 3 || byte(1) != 0 || byte(2) != 0 || byte(3) != 0) {
      malformed_ =
          fmt::format("frame {} begins with {:02x} {:02x} {:02x} {:02x}, not a stream header",
                      frames_ + 1, byte(0), byte(1), byte(2), byte(3));
      break;
    }
    stream_ = byte(0);
    size_ = static_cast<uint32_t>(byte(4)) << 24 | static_cast<uint32_t>(byte(5)) << 16 |
            static_cast<uint32_t>(byte(6)) << 8 | static_cast<uint32_t>(byte(7));
    remaining_ = size_;
    begins_ = true;
    ++frames_;
    header_.clear();
  }
  return pieces;
}

void FrameDecoder::End() {
  if (!malformed_.empty()) return;
  if (!header_.empty()) {
    malformed_ = fmt::format("the stream ended {} bytes into a frame header", header_.size());
  } else if (remaining_ > 0) {
    malformed_ =
        fmt::format("the stream ended {} bytes into a frame of {}", size_ - remaining_, size_);
  }
}

Demultiplexed Demultiplex(std::string_view bytes) {
  Demultiplexed result;
  FrameDecoder decoder;
  for (const FramePiece& piece : decoder.Feed(bytes)) {
    (piece.stream == 2 || piece.stream == 3 ? result.err : result.out) += piece.data;
  }
  decoder.End();
  result.frames = decoder.frames();
  result.malformed = decoder.malformed();
  return result;
}

}  // namespace plimsoll::http
