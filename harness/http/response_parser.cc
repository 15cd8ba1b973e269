#include "http/response_parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/fields.h"

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

// Every decision here depends on the bytes only, never on where they were cut: so is the number of
// bytes used when the head is refused.
size_t ResponseParser::FeedHead(std::string_view bytes) {
  const size_t before = buffer_.size();
  const std::string_view taken = bytes.substr(0, kMaxHeadBytes - before);
  std::string_view text = taken;
  if (before > 0) {
    buffer_ += taken;
    text = buffer_;
  }
  const size_t magic = std::min(kMagic.size(), text.size());
  for (size_t i = before; i < magic; ++i) {
    if (text[i] == kMagic[i]) continue;
    Fail(fmt::format("the answer begins with {}, not with \"HTTP/\"",
                     Quoted(text.substr(0, i + 1))));
    return i + 1 - before;
  }
  const size_t end = FindHeadEnd(text, before > 2 ? before - 2 : 0);
  if (end != std::string_view::npos) {
    ParseHead(text.substr(0, end));
    buffer_.clear();
    return end - before;
  }
  if (text.size() == kMaxHeadBytes) {
    Fail(fmt::format("the head is longer than {} bytes", kMaxHeadBytes));
  } else if (before == 0) {
    buffer_ = taken;
  }
  return taken.size();
}

void ResponseParser::ParseHead(std::string_view text) {
  head_ = {};
  if (std::string why = ParseStatusLine(TakeLine(text), head_); !why.empty()) {
    return Fail(std::move(why));
  }
  head_.headers.reserve(kTypicalHeaders);
  for (std::string_view line = TakeLine(text); !line.empty(); line = TakeLine(text)) {
    if (std::string why = ParseHeaderLine(line, head_.headers); !why.empty()) {
      return Fail(std::move(why));
    }
  }
  if (head_.status < 200 && head_.status != 101) {
    if (++interim_ > kMaxInterim) {
      Fail(fmt::format("more than {} interim (1xx) answers", kMaxInterim));
    }
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
  } else if (declared_.length) {
    framing_ = BodyFraming::kLength;
    remaining_ = *declared_.length;
  } else {
    framing_ = BodyFraming::kUntilClose;
  }
  const bool empty =
      framing_ == BodyFraming::kNone || (framing_ == BodyFraming::kLength && remaining_ == 0);
  state_ = empty ? State::kComplete : State::kBody;
}

size_t ResponseParser::FeedBody(std::string_view bytes, std::string& body) {
  if (framing_ == BodyFraming::kChunked) {
    const size_t used = chunked_.Feed(bytes, body);
    if (chunked_.complete()) state_ = State::kComplete;
    if (!chunked_.malformed().empty()) Fail(chunked_.malformed());
    return used;
  }
  if (framing_ == BodyFraming::kLength) {
    bytes = bytes.substr(0, std::min<uint64_t>(remaining_, bytes.size()));
    remaining_ -= bytes.size();
    if (remaining_ == 0) state_ = State::kComplete;
  }
  body += bytes;
  received_ += bytes.size();
  return bytes.size();
}

void ResponseParser::Close() {
  switch (state_) {
    case State::kHead:
      if (!buffer_.empty()) {
        return Fail(fmt::format("closed after {} bytes of the head", buffer_.size()));
      }
      return Fail(interim_ == 0 ? "closed without an answer"
                                : "closed without an answer after an interim (1xx) one");
    case State::kBody:
      if (framing_ == BodyFraming::kLength) {
        return Fail(
            fmt::format("closed after {} of {} bytes of the body", received_, *declared_.length));
      }
      if (framing_ == BodyFraming::kChunked) {
        return Fail(
            fmt::format("closed after {} bytes of the body, before its chunked end", chunked_.received()));
      }
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
  buffer_.clear();
}

}  // namespace plimsoll::http
