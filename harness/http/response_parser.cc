#include "http/response_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace plimsoll::http {
namespace {

constexpr std::string_view kMagic = "HTTP/";
constexpr size_t kMaxChunkLine = 4096;  // a size with its extensions; Go's limit too
constexpr int kMaxInterim = 100;        // 1xx answers before the real one
constexpr size_t kTypicalHeaders = 12;  // what Docker sends with an answer

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBlank(char c) { return c == ' ' || c == '\t'; }

std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// "tchar" of RFC 9110, 5.6.2.
constexpr bool IsTokenCharacter(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenCharacter);
}

// Takes the next line off the front of `text`, without its end. RFC 9112, 2.2 allows a recipient to
// take a bare LF for a line end; Go and curl do, and so do we, because a client in the field would.
std::string_view TakeLine(std::string_view& text) {
  const size_t newline = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, newline);
  text.remove_prefix(std::min(newline + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Index behind the empty line that ends a head, or npos; looks from `from` on.
size_t FindHeadEnd(std::string_view text, size_t from) {
  for (size_t at = text.find('\n', from); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    const std::string_view next = text.substr(at + 1, 2);
    if (next.starts_with('\n')) return at + 2;
    if (next == "\r\n") return at + 3;
  }
  return std::string_view::npos;
}

// Calls `each` with every element of the comma-separated lists in all headers called `name`.
template <class Each>
void ForEachElement(const Headers& headers, std::string_view name, Each each) {
  for (const Header& header : headers) {
    if (header.name.size() != name.size() || ToLower(header.name) != name) continue;
    std::string_view rest = header.value;
    while (true) {
      const size_t comma = std::min(rest.find(','), rest.size());
      each(TrimBlanks(rest.substr(0, comma)));
      if (comma == rest.size()) break;
      rest.remove_prefix(comma + 1);
    }
  }
}

bool HasElement(const Headers& headers, std::string_view name, std::string_view wanted) {
  bool found = false;
  ForEachElement(headers, name,
                 [&](std::string_view element) { found |= ToLower(element) == wanted; });
  return found;
}

// Digits of `base` only: neither a sign, nor a blank, nor an overflow.
std::optional<uint64_t> ParseNumber(std::string_view text, unsigned base) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  if (text.empty()) return std::nullopt;
  uint64_t number = 0;
  for (const char c : text) {
    const char lower = static_cast<char>(c | 0x20);
    const unsigned digit = IsDigit(c)                     ? static_cast<unsigned>(c - '0')
                           : lower >= 'a' && lower <= 'f' ? static_cast<unsigned>(lower - 'a') + 10
                                                          : 99;
    if (digit >= base || number > (kMax - digit) / base) return std::nullopt;
    number = number * base + digit;
  }
  return number;
}

// Values are data, but a NUL or a CR within one is how answers are split (RFC 9110, 5.5).
bool IsValue(std::string_view text) {
  return text.find('\0') == std::string_view::npos && text.find('\r') == std::string_view::npos;
}

std::string Quoted(std::string_view text) { return "\"" + Abridged(text, 100) + "\""; }

// An empty string, or what is wrong with the line.
std::string ParseStatusLine(std::string_view line, ResponseHead& head) {
  const std::string whole = "the status line " + Quoted(line);
  const size_t blank = std::min(line.find(' '), line.size());
  const std::string_view version = line.substr(0, blank);
  if (version.size() != 8 || !version.starts_with("HTTP/1.") || !IsDigit(version[7])) {
    return whole + " does not name HTTP/1.1";
  }
  std::string_view rest = line.substr(std::min(blank + 1, line.size()));
  const std::string_view status = rest.substr(0, std::min(rest.find(' '), rest.size()));
  const auto number = ParseNumber(status, 10);
  if (status.size() != 3 || !number || *number < 100) {
    return whole + " has no status of three digits";
  }
  rest.remove_prefix(std::min<size_t>(4, rest.size()));
  head.version = version;
  head.status = static_cast<int>(*number);
  head.reason = rest;
  return IsValue(rest) ? "" : whole + " holds a control character";
}

std::string ParseHeaderLine(std::string_view line, Headers& headers) {
  const std::string_view value_of_fold = TrimBlanks(line);
  if (IsBlank(line[0])) {  // obs-fold (RFC 9112, 5.2): goes on with the line before, after a blank
    if (headers.empty()) return "the first header line begins with a blank: " + Quoted(line);
    if (!IsValue(value_of_fold)) return "a header line holds a control character: " + Quoted(line);
    std::string& value = headers.back().value;
    if (!value.empty() && !value_of_fold.empty()) value += ' ';
    value += value_of_fold;
    return "";
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return "a header line has no colon: " + Quoted(line);
  const std::string_view name = line.substr(0, colon);
  if (!IsToken(name)) return "a header has the invalid name " + Quoted(name);
  const std::string_view value = TrimBlanks(line.substr(colon + 1));
  if (!IsValue(value)) return "a header line holds a control character: " + Quoted(line);
  headers.push_back({std::string(name), std::string(value)});
  return "";
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
  if (!ReadContentLength() || !ReadTransferEncoding()) return;
  if (head_request_ || head_.status == 204 || head_.status == 304) {
    framing_ = BodyFraming::kNone;
  } else if (transfer_encoding_) {
    framing_ = chunked_last_ ? BodyFraming::kChunked : BodyFraming::kUntilClose;
  } else if (content_length_) {
    framing_ = BodyFraming::kLength;
    remaining_ = *content_length_;
  } else {
    framing_ = BodyFraming::kUntilClose;
  }
  const bool empty =
      framing_ == BodyFraming::kNone || (framing_ == BodyFraming::kLength && remaining_ == 0);
  state_ = empty ? State::kComplete : State::kBody;
}

bool ResponseParser::ReadContentLength() {
  ForEachElement(head_.headers, "content-length", [&](std::string_view text) {
    const auto length = ParseNumber(text, 10);
    if (!length) {
      Fail("the Content-Length " + Quoted(text) + " is not a number of bytes");
    } else if (content_length_ && *content_length_ != *length) {
      Fail(fmt::format("two Content-Lengths: {} and {}", *content_length_, *length));
    } else {
      content_length_ = length;
    }
  });
  return state_ != State::kMalformed;
}

bool ResponseParser::ReadTransferEncoding() {
  int chunked = 0;
  ForEachElement(head_.headers, "transfer-encoding", [&](std::string_view coding) {
    transfer_encoding_ = true;
    chunked_last_ = ToLower(coding) == "chunked";
    chunked += chunked_last_ ? 1 : 0;
  });
  if (chunked > 1) Fail("the body is said to be chunked twice");
  return state_ != State::kMalformed;
}

size_t ResponseParser::FeedBody(std::string_view bytes, std::string& body) {
  if (framing_ == BodyFraming::kChunked) return FeedChunked(bytes, body);
  if (framing_ == BodyFraming::kLength) {
    bytes = bytes.substr(0, std::min<uint64_t>(remaining_, bytes.size()));
    remaining_ -= bytes.size();
    if (remaining_ == 0) state_ = State::kComplete;
  }
  body += bytes;
  received_ += bytes.size();
  return bytes.size();
}

size_t ResponseParser::FeedChunked(std::string_view bytes, std::string& body) {
  const size_t given = bytes.size();
  while (!bytes.empty() && state_ == State::kBody) {
    if (chunk_state_ == ChunkState::kData) {
      const std::string_view data = bytes.substr(0, std::min<uint64_t>(remaining_, bytes.size()));
      body += data;
      received_ += data.size();
      remaining_ -= data.size();
      bytes.remove_prefix(data.size());
      if (remaining_ == 0) chunk_state_ = ChunkState::kDataEnd;
    } else if (chunk_state_ == ChunkState::kDataEnd) {
      TakeDataEnd(bytes);
    } else {
      FeedChunkLine(bytes);
    }
  }
  return given - bytes.size();
}

// Exactly a line end must follow the data of a chunk.
void ResponseParser::TakeDataEnd(std::string_view& bytes) {
  const char c = bytes.front();
  bytes.remove_prefix(1);
  if (c == '\r' && buffer_.empty()) {
    buffer_ = "\r";
  } else if (c == '\n') {
    buffer_.clear();
    chunk_state_ = ChunkState::kSize;
  } else {
    Fail(fmt::format("chunk {} is longer than its size says", chunks_));
  }
}

// A size line or a trailer line, put together in buffer_ only where it comes in pieces.
void ResponseParser::FeedChunkLine(std::string_view& bytes) {
  const bool trailer = chunk_state_ == ChunkState::kTrailer;
  const size_t limit = trailer ? kMaxHeadBytes - trailer_bytes_ : kMaxChunkLine;
  const size_t room = limit - buffer_.size();
  const size_t newline = bytes.substr(0, room).find('\n');
  const bool whole = newline != std::string_view::npos;
  const std::string_view piece = bytes.substr(0, whole ? newline + 1 : room);
  bytes.remove_prefix(piece.size());
  std::string_view line = piece;
  if (!whole || !buffer_.empty()) {
    buffer_ += piece;
    line = buffer_;
  }
  if (whole) {
    if (trailer) trailer_bytes_ += line.size();
    TakeChunkLine(TakeLine(line));
    buffer_.clear();
  } else if (buffer_.size() == limit) {
    Fail(trailer ? fmt::format("the trailer is longer than {} bytes", kMaxHeadBytes)
                 : fmt::format("the size line of chunk {} is longer than {} bytes", chunks_ + 1,
                               kMaxChunkLine));
  }
}

void ResponseParser::TakeChunkLine(std::string_view line) {
  if (chunk_state_ ==
      ChunkState::kTrailer) {  // its fields are of no use to a client that has the whole body
    if (line.empty()) state_ = State::kComplete;
    return;
  }
  ++chunks_;
  const std::string_view size = TrimBlanks(line.substr(0, std::min(line.find(';'), line.size())));
  const auto number = ParseNumber(size, 16);
  if (!number) return Fail(fmt::format("chunk {} has the size {}", chunks_, Quoted(size)));
  remaining_ = *number;
  chunk_state_ = remaining_ == 0 ? ChunkState::kTrailer : ChunkState::kData;
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
            fmt::format("closed after {} of {} bytes of the body", received_, *content_length_));
      }
      if (framing_ == BodyFraming::kChunked) {
        return Fail(
            fmt::format("closed after {} bytes of the body, before its chunked end", received_));
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
  if (transfer_encoding_ && (content_length_ || old)) return false;
  if (HasElement(head_.headers, "connection", "close")) return false;
  return !old || HasElement(head_.headers, "connection", "keep-alive");
}

void ResponseParser::Fail(std::string why) {
  state_ = State::kMalformed;
  malformed_ = std::move(why);
  buffer_.clear();
}

}  // namespace plimsoll::http
