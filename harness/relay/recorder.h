// Recorder: what one client connection looked like to an onlooker, as exchanges of a journal. It is given copies of the
// bytes after they were passed on, and can neither delay nor change them. What is not HTTP is recorded as that.
// Book: the exchanges of all connections in the order of their beginning. Both are pure (no sockets), never throw, and
// keep bounded parts of bodies and streams. One thread; the Book must outlive its Recorders.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/request_parser.h"
#include "http/response_parser.h"
#include "journal/records.h"

namespace plimsoll::relay {

class Book {
 public:
  // Of all calls together, bodies and heads; beyond it bodies have only sizes and checksums, and calls that end are only counted.
  static constexpr size_t kMostKept = 256u << 20;

  // Is shown each call that is kept as soon as it is finished, redacted; in the thread that finishes it.
  using Reader = std::function<void(const journal::Exchange& call)>;

  explicit Book(Reader reader = nullptr, size_t most_kept = kMostKept) : reader_(std::move(reader)), most_kept_(most_kept) {}
  // Stays where it is until it is finished.
  journal::Exchange& Begin(int connection, int64_t at);
  void Keep(journal::Bytes& bytes, std::string_view more);
  // Nothing comes to this call any more; it must not be used afterwards.
  void Finish(journal::Exchange& record);
  // All that are kept, redacted, in the order of their beginning. Recorders must not be used afterwards.
  std::vector<journal::Exchange> Take();
  // After Take: how many calls are not kept, and the credentials that were taken out of the calls.
  size_t left_out() const { return left_out_; }
  std::vector<std::string> secrets() const { return {secrets_.begin(), secrets_.end()}; }

 private:
  struct Entry {
    size_t number = 0;  // in the order of Begin
    std::unique_ptr<journal::Exchange> exchange;
  };
  void File(Entry entry);

  const Reader reader_;
  const size_t most_kept_;
  size_t kept_ = 0, begun_ = 0, left_out_ = 0;
  std::unordered_map<const journal::Exchange*, Entry> open_;
  std::vector<Entry> finished_;
  std::set<std::string> secrets_;
};

// How a side ended.
enum class End {
  kHalf,    // its own direction
  kClosed,  // both: it neither sends nor reads any more
  kReset,   // abruptly
};

class Recorder {
 public:
  // `accepted`: when the connection was. All times: CLOCK_MONOTONIC ns.
  Recorder(Book& book, int connection, int64_t accepted);

  // There is a connection to the engine.
  void Connected(int64_t at);
  // There is none: whatever the client has asked gets no answer.
  void Refused(journal::Outcome outcome, std::string_view why, int64_t at);
  // `at`: when they came. They are handed on at once.
  void FromClient(std::string_view bytes, int64_t at);
  void FromEngine(std::string_view bytes, int64_t at);
  void ClientEnded(End end, int64_t at);
  // `why`: "" for an end in order.
  void EngineEnded(std::string_view why, int64_t at);
  // The command has ended, the connection is still there.
  void Stop(int64_t at);
  // The connection has ended both ways. Nothing else is called after this, Stop or Refused.
  void Ended(int64_t at);

  // At least one request's head, or something that is none, has come.
  bool has_seen_request() const { return seen_request_; }

 private:
  struct Call {
    journal::Exchange* record = nullptr;
    std::optional<http::ResponseParser> answer;  // from its first byte on
    bool may_become_stream = false;
    bool opaque = false;  // only sizes are kept of the stream
  };
  enum class Mode {
    kRequests,
    kHeld,  // the last request may have made a stream of the connection: its answer will tell what these bytes are
    kRaw,   // it has
    kLost,  // what came was no HTTP, so nobody knows where the next request begins
  };

  size_t TakeRequestBytes(std::string_view bytes, int64_t at);
  void BeginCall(int64_t at);
  void TakeRequestHead();
  void EndRequest(int64_t at);
  void LoseRequest(std::string why);
  void Hold(std::string_view bytes, int64_t at);
  void BecomeRaw(const Call& call);
  void ReleaseHeld();
  size_t TakeAnswerBytes(Call& call, std::string_view bytes, int64_t at);
  void TakeAnswerHead(Call& call, int64_t at);
  void AddSent(std::string_view bytes, int64_t at);
  void AddReceived(const Call& call, std::string_view bytes, int64_t at);
  void AddUnasked(std::string_view bytes, int64_t at);
  void EndFirst(Call& call, std::string_view why, int64_t at);
  void LetGo(std::string_view why, int64_t at);
  void DropCalls();
  bool IsInUse(const journal::Exchange& record) const;
  void Release(journal::Exchange* record);
  void ReleaseAll();
  void Append(journal::Bytes& bytes, std::string_view more, bool opaque);

  Book& book_;
  const int connection_;
  const int64_t accepted_;
  int64_t connected_ = 0;
  bool first_call_ = true;
  bool seen_request_ = false;
  Mode mode_ = Mode::kRequests;
  http::RequestParser request_;
  journal::Exchange* current_ = nullptr;  // whose request comes, or came last
  std::deque<Call> calls_;                // those without a whole answer, in their order
  std::string held_;
  int64_t held_at_ = 0;
  journal::Exchange* stream_ = nullptr;   // in kRaw: whose bytes the client sends
  bool stream_opaque_ = false;
  int64_t client_ended_at_ = 0;  // its direction
  bool client_gone_ = false;     // both: whatever comes from the engine is for nobody
  bool engine_ended_ = false;
  journal::Exchange* unasked_ = nullptr;
  std::string request_bytes_, answer_bytes_;  // reused between calls
};

}  // namespace plimsoll::relay
