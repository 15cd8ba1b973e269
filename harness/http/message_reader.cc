#include "http/message_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::http {

HeadReader::Fed HeadReader::Feed(std::string_view bytes, MayBegin may_begin) {
  const size_t before = buffer_.size();
  const std::string_view taken = bytes.substr(0, kLongestHead - before);
  std::string_view text = taken;
  if (before > 0) {
    buffer_ += taken;
    text = buffer_;
  }
  if (auto odd = may_begin(text, before)) return {odd->at + 1 - before, std::nullopt, std::move(odd->why)};
  const size_t end = FindHeadEnd(text, before > 2 ? before - 2 : 0);
  if (end != std::string_view::npos) return {end - before, text.substr(0, end), ""};
  if (text.size() == kLongestHead) return {taken.size(), std::nullopt, fmt::format("the head is longer than {} bytes", kLongestHead)};
  if (before == 0) buffer_ = taken;
  return {taken.size(), std::nullopt, ""};
}

std::string ParseFields(std::string_view lines, Headers& headers) {
  for (std::string_view line = TakeLine(lines); !line.empty(); line = TakeLine(lines)) {
    if (std::string why = ParseHeaderLine(line, headers); !why.empty()) return why;
  }
  return "";
}

size_t BodyReader::Feed(std::string_view bytes, std::string& body) {
  if (ends_ == Ends::kByChunk) return chunked_.Feed(bytes, body);
  if (ends_ == Ends::kAtLength) {
    bytes = bytes.substr(0, std::min<uint64_t>(length_ - received_, bytes.size()));
    received_ += bytes.size();
  }
  body += bytes;
  return bytes.size();
}

bool BodyReader::complete() const {
  return ends_ == Ends::kByChunk ? chunked_.complete() : ends_ == Ends::kAtLength && received_ == length_;
}

std::string BodyReader::Closed() const {
  if (ends_ == Ends::kAtLength) return fmt::format("closed after {} of {} bytes of the body", received_, length_);
  return fmt::format("closed after {} bytes of the body, before its chunked end", chunked_.received());
}

}  // namespace plimsoll::http
