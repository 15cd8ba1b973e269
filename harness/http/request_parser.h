// RequestParser: turns the bytes that a client sends on a connection into requests, one after another, however they are
// cut. The counterpart of ResponseParser, for one who listens in: a pure state machine that knows no sockets and never
// throws; what breaks RFC 9112 is told as malformed() in words. Bounded memory: the head is refused beyond kLongestHead,
// the body is handed out as it comes and never kept. Owned by whoever reads the connection; one thread.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "http/message_reader.h"

namespace plimsoll::http {

struct RequestHead {
  std::string method;
  std::string target;   // path and query, as sent
  std::string version;  // "HTTP/1.1"
  Headers headers;
};

class RequestParser {
 public:
  enum class State {
    kHead,       // waiting for the end of a head
    kBody,       // head() is there, body bytes are coming
    kComplete,   // the request ended where its framing says: Next() begins another one
    kRaw,        // Raw() was called: what comes belongs to no request
    kMalformed,  // malformed() says why; further bytes are ignored
  };
  enum class BodyFraming { kNone, kLength, kChunked };

  // Takes bytes as received; appends the body bytes among them (chunk framing removed; raw bytes in kRaw) to `body`.
  // Returns how many bytes were used: fewer than given only when kComplete is reached (the rest belongs to the next
  // request, or to the stream that this one becomes) or kMalformed. Empty lines before a request are skipped (RFC 9112, 2.2).
  size_t Feed(std::string_view bytes, std::string& body);
  // The client ended its direction. In the middle of a request that is malformed ("closed after 12 of 100 bytes of the
  // body"), else nothing.
  void Close();
  // REQUIRES: kComplete. The next request begins.
  void Next();
  // REQUIRES: kComplete. The answer has made a stream of the connection: all further bytes are raw.
  void Raw() {
    state_ = State::kRaw;
    body_ = {};
  }

  State state() const { return state_; }
  // A byte of the request has come that is no empty line.
  bool begun() const { return begun_; }
  bool has_head() const { return has_head_; }
  const RequestHead& head() const { return head_; }
  BodyFraming framing() const { return framing_; }
  const std::string& malformed() const { return malformed_; }

 private:
  size_t SkipEmptyLines(std::string_view bytes) const;
  size_t FeedHead(std::string_view bytes);
  size_t FeedBody(std::string_view bytes, std::string& body);
  void ParseHead(std::string_view text);
  void BeginBody();
  void Fail(std::string why);

  State state_ = State::kHead;
  bool begun_ = false;
  bool has_head_ = false;
  HeadReader reader_;
  RequestHead head_;
  BodyFraming framing_ = BodyFraming::kNone;
  BodyReader body_;
  std::string malformed_;
};

}  // namespace plimsoll::http
