// The Engine API's multiplexed stream: an 8-byte header before each piece of output,
// [type, 0, 0, 0, size as 4 bytes big-endian], type 0 stdin, 1 stdout, 2 stderr (API 1.41,
// ContainerAttach, "Stream format"); Docker uses type 3 for errors of the daemon itself.
// FrameDecoder is a pure state machine, one thread, bounded memory (payloads are handed out as they
// come, a frame's length is a promise of the peer, not an allocation).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::http {

struct FramePiece {
  int stream = 1;         // 0..3 as in the header
  bool begins = false;    // first piece of its frame
  std::string_view data;  // into the bytes given to Feed
};

class FrameDecoder {
 public:
  // Appends the pieces found in `bytes` to the result. After malformed() nothing more is decoded.
  std::vector<FramePiece> Feed(std::string_view bytes);
  // The stream ended here; an unfinished frame is malformed ("ended 3 bytes into a frame of 10").
  void End();

  uint64_t frames() const { return frames_; }
  const std::string& malformed() const { return malformed_; }

 private:
  std::string header_;
  uint32_t remaining_ = 0;
  uint32_t size_ = 0;
  int stream_ = 1;
  uint64_t frames_ = 0;
  bool begins_ = false;
  std::string malformed_;
};

struct Demultiplexed {
  std::string out;
  std::string err;
  uint64_t frames = 0;
  std::string malformed;  // empty: every byte belonged to a whole frame
};
// A whole recorded stream at once. Bytes after a malformed header are dropped and said.
Demultiplexed Demultiplex(std::string_view bytes);

}  // namespace plimsoll::http
