// SHA-1 (RFC 3174), which the WebSocket handshake is made of (RFC 6455, 1.3) and nothing else here:
// it keeps no secret. Pure.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll::http {

// The 20 bytes of the digest.
std::string Sha1(std::string_view bytes);

}  // namespace plimsoll::http
