#include "http/response_parser.h"

#include <fmt/format.h>

#include <algorithm>


namespace plimsoll::http {
namespace {

constexpr std::string_view kMagic = "HTTP/";
constexpr int kMaxInterim = 100;        // 1xx answers before the real one
constexpr size_t kTypicalHeaders = 12;  // what Docker sends with an answer

// An empty string, or what is wrong with the line.
std::string ParseStatusLine(std::string_view line, ResponseHead& head) {
  const auto wrong = [line](const char* why) { return "the status line " + Quoted(line) + why; };
  const size_t blank = std::min(line.find(' '), line.size());
  const std::string_view version = line.substr(0, blank);
  if (version.size() != 8 || !version.starts_with("HTTP/1.") || !(version[7] >= '0' && version[7] <= '9')) {
    return wrong(" does not name HTTP/1.1");
  }
  std::string_view rest = line.substr(std::min(blank + 1, line.size()));
  const std::string_view status = rest.substr(0, std::min(rest.find(' '), rest.size()));
  const auto number = ParseNumber(status, 10);
  if (status.size() != 3 || !number || *number < 100) {
    return wrong(" has no status of three digits");
  }
  rest.remove_prefix(std::min<size_t>(4, rest.size()));
  head.version = version;
  head.status = static_cast<int>(*number);
  head.reason = rest;
  return IsValue(rest) ? "" : wrong(" holds a control character");
}

std::optional<HeadReader::Odd> MayBeginResponse(std::string_view text, size_t from) {
  for (size_t i = from; i < std::min(kMagic.size(), text.size()); ++i) {
    if (text[i] == kMagic[i]) continue;
    return HeadReader::Odd{i, fmt::format("the answer begins with {}, not with \"HTTP/\"", Quoted(text.substr(0, i + 1)))};
  }
  return std::nullopt;
}

}  // namespace

ResponseParser::ResponseParser(std::string_view method) : head_request_(method == "HEAD") {}

size_t ResponseParser::Feed(std::string_view bytes, std::string& body) {
  size_t used = 0;
  while (state_ == State::kHead && used < bytes.size()) used += FeedHead(bytes.substr(used));
  if (state_ == State::kBody || state_ == State::kUpgraded) {
    used += FeedBody(bytes.substr(used), body);
  }
  return used;
}

size_t ResponseParser::FeedHead(std::string_view bytes) {
  HeadReader::Fed fed = reader_.Feed(bytes, MayBeginResponse);
  if (!fed.malformed.empty()) Fail(std::move(fed.malformed));
  if (fed.head) {
    ParseHead(*fed.head);
    reader_.Clear();
  }
  return fed.used;
}

void ResponseParser::ParseHead(std::string_view text) {
  head_ = {};
  head_.headers.reserve(kTypicalHeaders);
  std::string why = ParseStatusLine(TakeLine(text), head_);
  if (why.empty()) why = ParseFields(text, head_.headers);
  if (!why.empty()) return Fail(std::move(why));
  if (head_.status < 200 && head_.status != 101) {
    if (++interim_ > kMaxInterim) Fail(fmt::format("more than {} interim (1xx) answers", kMaxInterim));
    return;
  }
  has_head_ = true;
  BeginBody();
}

// RFC 9112, 6.3, in its order.
void ResponseParser::BeginBody() {
  if (head_.status == 101) {
    state_ = State::kUpgraded;
    framing_ = BodyFraming::kRaw;
    return;
  }
  declared_ = FramingOf(head_.headers);
  if (!declared_.malformed.empty()) return Fail(declared_.malformed);
  if (head_request_ || head_.status == 204 || head_.status == 304) {
    framing_ = BodyFraming::kNone;
  } else if (declared_.transfer_encoding) {
    framing_ = declared_.chunked_last ? BodyFraming::kChunked : BodyFraming::kUntilClose;
    if (declared_.chunked_last) body_ = BodyReader(BodyReader::Ends::kByChunk);
  } else if (declared_.length) {
    framing_ = BodyFraming::kLength;
    body_ = BodyReader(BodyReader::Ends::kAtLength, *declared_.length);
  } else {
    framing_ = BodyFraming::kUntilClose;
  }
  state_ = framing_ == BodyFraming::kNone || body_.complete() ? State::kComplete : State::kBody;
}

size_t ResponseParser::FeedBody(std::string_view bytes, std::string& body) {
  const size_t used = body_.Feed(bytes, body);
  if (body_.complete()) state_ = State::kComplete;
  if (!body_.malformed().empty()) Fail(body_.malformed());
  return used;
}

void ResponseParser::Close() {
  switch (state_) {
    case State::kHead:
      if (reader_.size() > 0) return Fail(fmt::format("closed after {} bytes of the head", reader_.size()));
      return Fail(interim_ == 0 ? "closed without an answer"
                                : "closed without an answer after an interim (1xx) one");
    case State::kBody:
      if (framing_ == BodyFraming::kLength || framing_ == BodyFraming::kChunked) return Fail(body_.Closed());
      state_ = State::kComplete;
      return;
    case State::kUpgraded:
      state_ = State::kComplete;
      return;
    case State::kComplete:
    case State::kMalformed:
      return;
  }
}

void ResponseParser::Hijack() {
  if (!has_head_ || state_ == State::kMalformed || framing_ == BodyFraming::kChunked) return;
  state_ = State::kUpgraded;
  framing_ = BodyFraming::kRaw;
  body_ = {};
}

bool ResponseParser::keep_alive() const {
  if (state_ != State::kComplete) return false;
  if (framing_ == BodyFraming::kUntilClose || framing_ == BodyFraming::kRaw) return false;
  // Two framings at once, or one that HTTP/1.0 does not have, are not to be trusted with a second
  // answer (RFC 9112, 6.1).
  const bool old = head_.version == "HTTP/1.0";
  if (declared_.transfer_encoding && (declared_.length || old)) return false;
  if (HasElement(head_.headers, "connection", "close")) return false;
  return !old || HasElement(head_.headers, "connection", "keep-alive");
}

void ResponseParser::Fail(std::string why) {
  state_ = State::kMalformed;
  malformed_ = std::move(why);
  reader_.Clear();
}

}  // namespace plimsoll::http
