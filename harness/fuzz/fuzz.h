// What the fuzz targets share. Each target defines LLVMFuzzerTestOneInput: libFuzzer's main calls it with
// bytes of its own, replay.cc's with those of files. A broken promise of the code under test ends the program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace plimsoll::fuzz {

inline std::string_view Text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

inline void Promise(bool kept, const char* what) {
  if (kept) return;
  std::fprintf(stderr, "promise broken: %s\n", what);
  std::abort();
}

// Lengths of pieces, made from a byte of the input so that the fuzzer can steer them; never 0.
class Pieces {
 public:
  explicit Pieces(unsigned seed) : state_(seed * 2654435761u + 1) {}
  size_t Next() {
    state_ = state_ * 1664525u + 1013904223u;
    const unsigned draw = state_ >> 16;
    return draw % 4 == 0 ? 1 + draw / 4 % 64 : 1 + draw / 4 % 3;
  }

 private:
  uint32_t state_;
};

}  // namespace plimsoll::fuzz
