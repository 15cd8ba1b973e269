// Whether this build's figures of memory are its own.
#pragma once

namespace plimsoll::testing {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kMemoryIsOurs = false;  // a sanitizer keeps freed memory back, and shadows it
#else
inline constexpr bool kMemoryIsOurs = true;
#endif

}  // namespace plimsoll::testing
