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

std::optional<HeadReader::Odd> MayBeginRequest(std::string_view text, size_t from) {
  const size_t blank = std::min(text.find(' '), text.size());
  const size_t method = std::min(blank, kLongestMethod + 1);
  for (size_t i = from; i < method; ++i) {
    if (i < kLongestMethod && IsToken(text.substr(i, 1))) continue;
    return HeadReader::Odd{i, fmt::format("the request begins with {}, which is no method", Quoted(text.substr(0, i + 1)))};
  }
  return std::nullopt;
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

size_t RequestParser::FeedHead(std::string_view bytes) {
  begun_ = true;
  HeadReader::Fed fed = reader_.Feed(bytes, MayBeginRequest);
  if (!fed.malformed.empty()) Fail(std::move(fed.malformed));
  if (fed.head) {
    ParseHead(*fed.head);
    reader_.Clear();
  }
  return fed.used;
}

void RequestParser::ParseHead(std::string_view text) {
  std::string why = ParseRequestLine(TakeLine(text), head_);
  if (why.empty()) why = ParseFields(text, head_.headers);
  if (!why.empty()) return Fail(std::move(why));
  has_head_ = true;
  BeginBody();
}

// RFC 9112, 6.3: a request without either has no body.
void RequestParser::BeginBody() {
  const DeclaredFraming declared = FramingOf(head_.headers);
  if (!declared.malformed.empty()) return Fail(declared.malformed);
  if (declared.transfer_encoding && !declared.chunked_last) {
    return Fail("the Transfer-Encoding does not end in chunked, so nobody knows where the body ends");
  }
  if (declared.transfer_encoding) {
    framing_ = BodyFraming::kChunked;
    body_ = BodyReader(BodyReader::Ends::kByChunk);
  } else if (declared.length.value_or(0) > 0) {
    framing_ = BodyFraming::kLength;
    body_ = BodyReader(BodyReader::Ends::kAtLength, *declared.length);
  }
  state_ = framing_ == BodyFraming::kNone ? State::kComplete : State::kBody;
}

size_t RequestParser::FeedBody(std::string_view bytes, std::string& body) {
  const size_t used = body_.Feed(bytes, body);
  if (body_.complete()) state_ = State::kComplete;
  if (!body_.malformed().empty()) Fail(body_.malformed());
  return used;
}

void RequestParser::Close() {
  if (state_ == State::kHead && begun_) Fail(fmt::format("closed after {} bytes of the head", reader_.size()));
  if (state_ == State::kBody) Fail(body_.Closed());
}

void RequestParser::Next() { *this = {}; }

void RequestParser::Fail(std::string why) {
  state_ = State::kMalformed;
  malformed_ = std::move(why);
  reader_.Clear();
}

}  // namespace plimsoll::http
