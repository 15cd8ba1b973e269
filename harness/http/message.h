// HTTP/1.1 messages as values. Asked and happened have different types: Request is what is sent,
// ResponseHead what arrived (RFC 9112).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll::http {

struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};

// In the order sent or received; duplicates kept.
using Headers = std::vector<Header>;

// Whatever their case.
bool SameName(std::string_view a, std::string_view b);
// First value under `name` (case-insensitive), or nullptr.
const std::string* FindHeader(const Headers& headers, std::string_view name);
void SetHeader(Headers& headers, std::string_view name, std::string value);
void RemoveHeader(Headers& headers, std::string_view name);

struct Request {
  std::string method;
  std::string target;  // path and query as they go on the wire
  Headers headers;
  std::string body;
};

// The bytes of the request. Adds Host ("plimsoll") and, where there is a body or the method is POST
// or PUT, Content-Length, unless given; a header with an empty name in `headers` is left out.
std::string Serialize(const Request& request);

struct ResponseHead {
  std::string version;  // "HTTP/1.1"
  int status = 0;
  std::string reason;
  Headers headers;
};

// Percent-encodes everything but unreserved characters (RFC 3986).
std::string PercentEncode(std::string_view text);
std::string PercentDecode(std::string_view text);

}  // namespace plimsoll::http
