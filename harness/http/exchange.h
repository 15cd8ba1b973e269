// How one HTTP exchange went: shared by those who carry it out and those who read the record of it.
#pragma once

#include <cstdint>
#include <string_view>

namespace plimsoll::http {

enum class Outcome {
  kAnswered,   // a whole response arrived (for a stream: the engine ended it)
  kOpen,       // a stream that was still open when the case ended or closed it
  kRefused,    // no connection could be made
  kTimedOut,   // the deadline passed
  kClosed,     // the engine closed or reset the connection before the end
  kMalformed,  // what came is not HTTP
  kCancelled,  // the run was interrupted
};

constexpr std::string_view Name(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAnswered: return "answered";
    case Outcome::kOpen: return "open";
    case Outcome::kRefused: return "refused";
    case Outcome::kTimedOut: return "timed out";
    case Outcome::kClosed: return "closed";
    case Outcome::kMalformed: return "malformed";
    case Outcome::kCancelled: return "cancelled";
  }
  return "?";
}

// CLOCK_MONOTONIC nanoseconds; 0: did not happen.
struct Times {
  int64_t started = 0;     // before connecting
  int64_t connected = 0;   // 0 where a kept-alive connection was used
  int64_t sent = 0;        // last byte of the request handed to the kernel
  int64_t first_byte = 0;  // of the response
  int64_t head = 0;        // end of the response's head
  int64_t ended = 0;       // last byte, or the failure
};

}  // namespace plimsoll::http
