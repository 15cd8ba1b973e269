// What must not be kept of a traced call: credentials. The bytes on the wire are not touched. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "journal/records.h"

namespace plimsoll::relay {

inline constexpr std::string_view kRedacted = "(redacted)";

// Values of headers, and members of JSON bodies of request and answer, that are credentials. A body that may hold some and is not
// whole, or no JSON (cut off, nested too deep, the raw secret that podman sends), goes as a whole, as nobody here can take it
// apart. Size and checksum are then of what is kept: those of the real body would help to guess. Gives what was taken, and what
// that says decoded: it may stand elsewhere, too.
std::vector<std::string> Redact(journal::Exchange& exchange);

// Whether the bytes of the stream that this call opens carry credentials in a form that nobody here takes apart:
// BuildKit's session and grpc, which are HTTP/2.
bool IsOpaque(std::string_view method, std::string_view target, const http::Headers& headers);

// Whether a text that need not be JSON has a member, or a form's field, of a credential's name.
bool NamesSecret(std::string_view text);
// Behind the colon of the first header in `text` whose value is a credential; npos: there is none.
size_t EndOfSecretHeader(std::string_view text);

}  // namespace plimsoll::relay
