#include "http/chunked.h"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::http {
namespace {

constexpr size_t kMaxChunkLine = 4096;  // a size with its extensions; Go's limit too

}  // namespace

size_t ChunkedDecoder::Feed(std::string_view bytes, std::string& body) {
  const size_t given = bytes.size();
  while (!bytes.empty() && !over()) {
    if (state_ == State::kData) {
      const std::string_view data = bytes.substr(0, std::min<uint64_t>(remaining_, bytes.size()));
      body += data;
      received_ += data.size();
      remaining_ -= data.size();
      bytes.remove_prefix(data.size());
      if (remaining_ == 0) state_ = State::kDataEnd;
    } else if (state_ == State::kDataEnd) {
      TakeDataEnd(bytes);
    } else {
      FeedLine(bytes);
    }
  }
  return given - bytes.size();
}

// Exactly a line end must follow the data of a chunk.
void ChunkedDecoder::TakeDataEnd(std::string_view& bytes) {
  const char c = bytes.front();
  bytes.remove_prefix(1);
  if (c == '\r' && buffer_.empty()) {
    buffer_ = "\r";
  } else if (c == '\n') {
    buffer_.clear();
    state_ = State::kSize;
  } else {
    Fail(fmt::format("chunk {} is longer than its size says", chunks_));
  }
}

// A size line or a trailer line, put together in buffer_ only where it comes in pieces.
void ChunkedDecoder::FeedLine(std::string_view& bytes) {
  const bool trailer = state_ == State::kTrailer;
  const size_t limit = trailer ? kLongestHead - trailer_bytes_ : kMaxChunkLine;
  const size_t room = limit - buffer_.size();
  const size_t newline = bytes.substr(0, room).find('\n');
  const bool whole = newline != std::string_view::npos;
  const std::string_view piece = bytes.substr(0, whole ? newline + 1 : room);
  bytes.remove_prefix(piece.size());
  std::string_view line = piece;
  if (!whole || !buffer_.empty()) {
    buffer_ += piece;
    line = buffer_;
  }
  if (whole) {
    if (trailer) trailer_bytes_ += line.size();
    TakeLineOf(TakeLine(line));
    buffer_.clear();
  } else if (buffer_.size() == limit) {
    Fail(trailer ? fmt::format("the trailer is longer than {} bytes", kLongestHead)
                 : fmt::format("the size line of chunk {} is longer than {} bytes", chunks_ + 1,
                               kMaxChunkLine));
  }
}

void ChunkedDecoder::TakeLineOf(std::string_view line) {
  if (state_ == State::kTrailer) {  // its fields are of no use to one who has the whole body
    complete_ = line.empty();
    return;
  }
  ++chunks_;
  const std::string_view size = TrimBlanks(line.substr(0, std::min(line.find(';'), line.size())));
  const auto number = ParseNumber(size, 16);
  if (!number) return Fail(fmt::format("chunk {} has the size {}", chunks_, Quoted(size)));
  remaining_ = *number;
  state_ = remaining_ == 0 ? State::kTrailer : State::kData;
}

}  // namespace plimsoll::http
