#include "http/message.h"

#include <algorithm>

namespace plimsoll::http {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// 0..15, or -1.
int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void AppendHeader(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

// Servers take a POST or PUT without any length for a mistake (411), so those say 0.
bool NeedsContentLength(const Request& request) {
  if (FindHeader(request.headers, "Content-Length")) return false;
  if (FindHeader(request.headers, "Transfer-Encoding")) return false;
  return !request.body.empty() || request.method == "POST" || request.method == "PUT";
}

}  // namespace

bool SameName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return Lower(x) == Lower(y); });
}

const std::string* FindHeader(const Headers& headers, std::string_view name) {
  for (const Header& header : headers) {
    if (SameName(header.name, name)) return &header.value;
  }
  return nullptr;
}

void SetHeader(Headers& headers, std::string_view name, std::string value) {
  const auto first = std::find_if(headers.begin(), headers.end(), [&](const Header& header) {
    return SameName(header.name, name);
  });
  if (first == headers.end()) {
    headers.push_back({std::string(name), std::move(value)});
    return;
  }
  first->value = std::move(value);
  headers.erase(std::remove_if(first + 1, headers.end(),
                               [&](const Header& header) { return SameName(header.name, name); }),
                headers.end());
}

void RemoveHeader(Headers& headers, std::string_view name) {
  std::erase_if(headers, [&](const Header& header) { return SameName(header.name, name); });
}

// Nothing is checked or repaired here: scenarios send broken requests on purpose.
std::string Serialize(const Request& request) {
  size_t size = request.method.size() + request.target.size() + request.body.size() + 96;
  for (const Header& header : request.headers) {
    size += header.name.size() + header.value.size() + 4;
  }
  std::string out;
  out.reserve(size);
  out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  if (!FindHeader(request.headers, "Host")) AppendHeader(out, "Host", "plimsoll");
  for (const Header& header : request.headers) {
    if (!header.name.empty()) AppendHeader(out, header.name, header.value);
  }
  if (NeedsContentLength(request)) {
    AppendHeader(out, "Content-Length", std::to_string(request.body.size()));
  }
  return out.append("\r\n").append(request.body);
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (IsUnreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::string PercentDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? HexValue(text[i + 1]) : -1;
    const int low = high >= 0 ? HexValue(text[i + 2]) : -1;
    if (low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace plimsoll::http
