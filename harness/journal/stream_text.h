// StreamText: the bytes of an attach, exec or logs stream as text of the process, whichever framing the
// engine chose. Up to API 1.41 the Content-Type does not tell multiplexed from raw (moby 1.42 CHANGELOG),
// so the first bytes decide: a stream header is [0..2, 0, 0, 0, size], which no text begins with.
// Incremental; one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/stream_frames.h"

namespace plimsoll::journal {

class StreamText {
 public:
  enum class Framing { kUndecided, kRaw, kMultiplexed };

  void Feed(std::string_view bytes);
  // No more bytes will come: decides what is left undecided, notes a frame cut short.
  void End();

  Framing framing() const { return framing_; }
  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }
  // Both in order of arrival.
  const std::string& all() const { return all_; }
  uint64_t frames() const { return decoder_.frames(); }
  std::string malformed() const { return decoder_.malformed(); }

 private:
  void Decide();
  void Append(std::string_view bytes);

  Framing framing_ = Framing::kUndecided;
  std::string undecided_;
  http::FrameDecoder decoder_;
  std::string out_, err_, all_;
};

}  // namespace plimsoll::journal
