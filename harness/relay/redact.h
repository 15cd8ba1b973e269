// What must not be kept of a traced call: credentials. The bytes on the wire are not touched. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "journal/records.h"

namespace plimsoll::relay {

inline constexpr std::string_view kRedacted = "(redacted)";

// Values of headers, and members of JSON bodies of request and answer, that are credentials; a `POST /auth` that is no
// JSON goes as a whole. Size and checksum are then of what is kept: those of the real body would help to guess.
void Redact(journal::Exchange& exchange);

// Whether the bytes of the stream that this call opens carry credentials in a form that nobody here takes apart:
// BuildKit's session and grpc, which are HTTP/2.
bool IsOpaque(std::string_view method, std::string_view target, const http::Headers& headers);

// A command line without the passwords in it: --password, and -p of a `login`.
std::vector<std::string> WithoutPasswords(std::vector<std::string> command);

}  // namespace plimsoll::relay
