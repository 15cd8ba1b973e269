#include "http/request_parser.h"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::http {
namespace {

// What cannot begin a request, so that a peer that speaks something else is not read on for a whole head.
constexpr size_t kLongestMethod = 64;

// An empty string, or what is wrong with the line.
std::string ParseRequestLine(std::string_view line, RequestHead& head) {
  const std::string whole = "the request line " + Quoted(line);
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return whole + " is not of three words";
  head.method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  head.version = line.substr(last + 1);
  if (!IsToken(head.method)) return whole + " has no method";
  const bool is_one = head.version.size() == 8 && head.version.starts_with("HTTP/1.") && head.version[7] >= '0' &&
                      head.version[7] <= '9';
  if (!is_one) return whole + " does not name HTTP/1.1";
  const bool odd = head.target.empty() || !IsValue(head.target) || head.target.find(' ') != std::string::npos;
  return odd ? whole + " has no target" : "";
}

}  // namespace

size_t RequestParser::Feed(std::string_view bytes, std::string& body) {
  size_t used = 0;
  if (state_ == State::kHead && !begun_) used = SkipEmptyLines(bytes);
  if (state_ == State::kHead && used < bytes.size()) used += FeedHead(bytes.substr(used));
  if (state_ == State::kBody || state_ == State::kRaw) used += FeedBody(bytes.substr(used), body);
  return used;
}

size_t RequestParser::SkipEmptyLines(std::string_view bytes) const {
  return std::min(bytes.find_first_not_of("\r\n"), bytes.size());
}

// Every decision here depends on the bytes only, never on where they were cut.
size_t RequestParser::FeedHead(std::string_view bytes) {
  begun_ = true;
  const size_t before = buffer_.size();
  const std::string_view taken = bytes.substr(0, kLongestHead - before);
  std::string_view text = taken;
  if (before > 0) {
    buffer_ += taken;
    text = buffer_;
  }
  const size_t blank = std::min(text.find(' '), text.size());
  const size_t method = std::min(blank, kLongestMethod + 1);
  for (size_t i = before; i < method; ++i) {
    if (i < kLongestMethod && IsToken(text.substr(i, 1))) continue;
    Fail(fmt::format("the request begins with {}, which is no method", Quoted(text.substr(0, i + 1))));
    return i + 1 - before;
  }
  const size_t end = FindHeadEnd(text, before > 2 ? before - 2 : 0);
  if (end != std::string_view::npos) {
    ParseHead(text.substr(0, end));
    buffer_.clear();
    return end - before;
  }
  if (text.size() == kLongestHead) {
    Fail(fmt::format("the head is longer than {} bytes", kLongestHead));
  } else if (before == 0) {
    buffer_ = taken;
  }
  return taken.size();
}

void RequestParser::ParseHead(std::string_view text) {
  std::string why = ParseRequestLine(TakeLine(text), head_);
  if (!why.empty()) return Fail(std::move(why));
  for (std::string_view line = TakeLine(text); !line.empty(); line = TakeLine(text)) {
    why = ParseHeaderLine(line, head_.headers);
    if (!why.empty()) return Fail(std::move(why));
  }
  has_head_ = true;
  BeginBody();
}

// RFC 9112, 6.3: a request without either has no body.
void RequestParser::BeginBody() {
  declared_ = FramingOf(head_.headers);
  if (!declared_.malformed.empty()) return Fail(declared_.malformed);
  if (declared_.transfer_encoding && !declared_.chunked_last) {
    return Fail("the Transfer-Encoding does not end in chunked, so nobody knows where the body ends");
  }
  if (declared_.transfer_encoding) framing_ = BodyFraming::kChunked;
  if (!declared_.transfer_encoding && declared_.length.value_or(0) > 0) framing_ = BodyFraming::kLength;
  state_ = framing_ == BodyFraming::kNone ? State::kComplete : State::kBody;
}

size_t RequestParser::FeedBody(std::string_view bytes, std::string& body) {
  if (state_ == State::kBody && framing_ == BodyFraming::kChunked) {
    const size_t used = chunked_.Feed(bytes, body);
    if (chunked_.complete()) state_ = State::kComplete;
    if (!chunked_.malformed().empty()) Fail(chunked_.malformed());
    return used;
  }
  if (state_ == State::kBody) {
    bytes = bytes.substr(0, std::min<uint64_t>(*declared_.length - received_, bytes.size()));
    received_ += bytes.size();
    if (received_ == *declared_.length) state_ = State::kComplete;
  }
  body += bytes;
  return bytes.size();
}

void RequestParser::Close() {
  if (state_ == State::kHead && begun_) {
    Fail(fmt::format("closed after {} bytes of the head", buffer_.size()));
  } else if (state_ == State::kBody && framing_ == BodyFraming::kLength) {
    Fail(fmt::format("closed after {} of {} bytes of the body", received_, *declared_.length));
  } else if (state_ == State::kBody) {
    Fail(fmt::format("closed after {} bytes of the body, before its chunked end", chunked_.received()));
  }
}

void RequestParser::Next() { *this = {}; }

void RequestParser::Fail(std::string why) {
  state_ = State::kMalformed;
  malformed_ = std::move(why);
  buffer_.clear();
}

}  // namespace plimsoll::http
