// LiveExchange: a conversation under way together with the record that grows from it, and the text of the
// process that it carries. Owned by a case; one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/conversation.h"
#include "http/message.h"
#include "http/websocket.h"
#include "journal/records.h"
#include "journal/stream_text.h"

namespace plimsoll::run {

class LiveExchange {
 public:
  // `record` holds name, step, stream, method, target and request headers.
  LiveExchange(journal::Exchange&& record, const http::Request& request);

  // Takes over a connection and begins; `fresh` if it was opened for this exchange.
  void Begin(std::unique_ptr<engine::Connection> connection, int64_t connected_at);
  // No connection could be made.
  void FailToConnect(const engine::Failure& failure);

  // Null before Begin.
  engine::Conversation* conversation() { return conversation_ ? &*conversation_ : nullptr; }
  bool done() const { return settled_ || (conversation_ && conversation_->done()); }
  bool has_head() const { return settled_ ? record_.head.has_value() : conversation_ && conversation_->has_head(); }
  const std::string& name() const { return record_.name; }
  bool is_stream() const { return record_.stream; }

  // On a stream: bytes to send, which a websocket puts into one masked frame of that opcode; ignored after its
  // close frame. REQUIRES: Begin.
  void Send(std::string bytes, http::Opcode opcode);
  // Ends our direction: a websocket says so with a close frame and keeps the connection (RFC 6455, 5.5.1).
  void HalfClose();

  // Decoded text of the stream so far, and how much of it reads have taken.
  const journal::StreamText& text() const { return text_; }
  size_t read_offset = 0;

  // The record as of now; once done(), the final one.
  const journal::Exchange& Record();
  // When the exchange began before this request (polling).
  void SetStarted(int64_t started) { record_.times.started = started; }

 private:
  // What is decoded and searched of one stream at most; beyond it only size and checksum are kept.
  static constexpr size_t kSearched = journal::StreamText::kLargest;

  void Received(std::string_view bytes, int64_t at);
  // RFC 6455: a ping is answered with a pong (5.5.2), a close frame with another (5.5.1).
  void AnswerControlFrames();
  http::Mask NextMask();
  bool IsWebSocket() const;

  journal::Exchange record_;
  std::string wire_;
  std::optional<engine::Conversation> conversation_;
  journal::StreamText text_;
  bool decoding_ = false;   // the head is there, so text_ is of the right kind
  bool close_sent_ = false; // of a websocket
  uint32_t masks_ = 0;
  bool text_ended_ = false;
  bool settled_ = false;
};

}  // namespace plimsoll::run
