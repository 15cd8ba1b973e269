// ResponseParser: turns the bytes of one HTTP/1.1 response into head and body, however they are
// cut. A pure state machine; owned by whoever reads the connection; one thread. It knows no sockets
// and never throws; what breaks RFC 9112 is told as malformed() in words, because a lying engine is
// an observation. Bounded memory: the head is refused beyond kMaxHeadBytes, the body is handed out
// as it comes and never kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"
#include "http/message_reader.h"

namespace plimsoll::http {

class ResponseParser {
 public:
  static constexpr size_t kMaxHeadBytes = kLongestHead;
  enum class State {
    kHead,       // waiting for the end of the header section
    kBody,       // head() is there, body bytes are coming
    kComplete,   // the response ended where its framing says
    kUpgraded,   // 101, or a hijacked 200 was declared by Hijack(): all further bytes are raw
    kMalformed,  // malformed() says why; further bytes are ignored
  };
  enum class BodyFraming { kNone, kLength, kChunked, kUntilClose, kRaw };

  // `method` decides whether a body may come at all (HEAD). 1xx responses other than 101 are
  // skipped.
  explicit ResponseParser(std::string_view method);

  // Takes bytes as received; appends the body bytes among them (chunk framing removed; raw bytes
  // once upgraded) to `body`. Returns how many bytes were used: fewer than given only when
  // kComplete is reached (the rest belongs to the next response) or kMalformed.
  size_t Feed(std::string_view bytes, std::string& body);
  // The peer closed its side. Completes an until-close body; anything else unfinished is malformed
  // ("closed after 12 of 100 bytes of the body"); before the first byte "closed without an answer".
  void Close();
  // REQUIRES: head is complete. Treat the rest of the connection as a raw stream, whatever the
  // framing headers say (Docker's 200 answers to attach without Upgrade). Not valid for kChunked.
  void Hijack();

  State state() const { return state_; }
  bool has_head() const { return has_head_; }
  const ResponseHead& head() const { return head_; }
  // For who wants to keep it and asks nothing more of the parser.
  ResponseHead&& TakeHead() { return std::move(head_); }
  BodyFraming framing() const { return framing_; }
  // Whether all that is still to come is body, as it comes, up to the end of the connection: Feed would only copy it.
  bool rest_is_body() const {
    return state_ == State::kUpgraded || (state_ == State::kBody && framing_ == BodyFraming::kUntilClose);
  }
  // nullopt unless a Content-Length was given.
  std::optional<uint64_t> content_length() const { return declared_.length; }
  const std::string& malformed() const { return malformed_; }
  // Whether the connection can carry another request after kComplete.
  bool keep_alive() const;

 private:
  size_t FeedHead(std::string_view bytes);
  size_t FeedBody(std::string_view bytes, std::string& body);
  void ParseHead(std::string_view text);
  void BeginBody();
  void Fail(std::string why);

  State state_ = State::kHead;
  bool head_request_ = false;
  bool has_head_ = false;
  HeadReader reader_;
  int interim_ = 0;  // 1xx answers skipped
  ResponseHead head_;
  BodyFraming framing_ = BodyFraming::kNone;
  DeclaredFraming declared_;
  BodyReader body_;
  std::string malformed_;
};

}  // namespace plimsoll::http
