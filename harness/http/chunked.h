// ChunkedDecoder: takes the framing of a chunked body away (RFC 9112, 7.1), however its bytes are cut. Part of the two
// parsers of this folder. A pure state machine, bounded memory; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/fields.h"

namespace plimsoll::http {

class ChunkedDecoder {
 public:
  // Appends the data among `bytes` to `body` and gives how many bytes were used: all of them unless it is over.
  size_t Feed(std::string_view bytes, std::string& body);
  // The last chunk and the trailer have come, or it is malformed().
  bool over() const { return complete_ || !malformed_.empty(); }
  bool complete() const { return complete_; }
  const std::string& malformed() const { return malformed_; }
  uint64_t received() const { return received_; }

 private:
  enum class State { kSize, kData, kDataEnd, kTrailer };

  void TakeDataEnd(std::string_view& bytes);
  void FeedLine(std::string_view& bytes);
  void TakeLineOf(std::string_view line);
  void Fail(std::string why) { malformed_ = std::move(why); }

  State state_ = State::kSize;
  std::string buffer_;      // a chunk-size or trailer line, as far as it has come
  uint64_t remaining_ = 0;  // of the current chunk
  uint64_t received_ = 0;   // body bytes so far
  uint64_t chunks_ = 0;
  size_t trailer_bytes_ = 0;
  bool complete_ = false;
  std::string malformed_;
};

}  // namespace plimsoll::http
