// What requests and responses have in common to be read, however their bytes are cut (RFC 9112): a head up to its empty line, and
// then a body as long as the head says. Parts of RequestParser and ResponseParser, whose memory they bound; pure, never throw; one
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/chunked.h"
#include "http/fields.h"

namespace plimsoll::http {

class HeadReader {
 public:
  // Why something is no head: in words, and the byte by which that can be seen.
  struct Odd {
    size_t at = 0;
    std::string why;
  };
  // Whether a head may begin so. The first `from` bytes were looked at before.
  using MayBegin = std::optional<Odd> (*)(std::string_view text, size_t from);

  struct Fed {
    size_t used = 0;                       // of the bytes given
    std::optional<std::string_view> head;  // with its empty line, once that is there; until Clear or the bytes go
    std::string malformed;                 // in words
  };
  // Every decision depends on the bytes only, never on where they were cut: so is the number of those used where they are malformed.
  Fed Feed(std::string_view bytes, MayBegin may_begin);
  // What came is done with.
  void Clear() { buffer_.clear(); }
  // So many bytes have come of a head that is not whole.
  size_t size() const { return buffer_.size(); }

 private:
  std::string buffer_;
};

// The fields of a head behind its first line. Gives an empty string, or what is wrong with one.
std::string ParseFields(std::string_view lines, Headers& headers);

class BodyReader {
 public:
  enum class Ends { kNever, kAtLength, kByChunk };

  BodyReader() = default;  // never ends
  explicit BodyReader(Ends ends, uint64_t length = 0) : ends_(ends), length_(length) {}
  // Appends what of the bytes is of the body, without its framing; gives how many were used.
  size_t Feed(std::string_view bytes, std::string& body);
  bool complete() const;
  const std::string& malformed() const { return chunked_.malformed(); }
  // What it means that no more will come: "closed after 12 of 100 bytes of the body". REQUIRES: it ends, and is not complete.
  std::string Closed() const;

 private:
  Ends ends_ = Ends::kNever;
  uint64_t length_ = 0, received_ = 0;  // of kAtLength
  ChunkedDecoder chunked_;
};

}  // namespace plimsoll::http
