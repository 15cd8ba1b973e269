#include "relay/link.h"

#include <poll.h>

#include <utility>

#include "base/clock.h"

namespace plimsoll::relay {
namespace {

using Io = engine::Connection::Io;

constexpr int kMostRounds = 8;  // before the other links have their turn
constexpr short kSomethingCame = POLLIN | POLLHUP | POLLERR;

int64_t Stamp() { return Nanos(Now()); }

}  // namespace

Link::Link(std::unique_ptr<engine::Connection> client, int number, Book& book, int64_t accepted)
    : number_(number), recorder_(book, number, accepted) {
  client_.connection = std::move(client);
}

void Link::Connected(std::unique_ptr<engine::Connection> engine) {
  engine_.connection = std::move(engine);
  recorder_.Connected(Stamp());
}

void Link::Refused(engine::Failure failure) {
  failure_ = std::move(failure);
  refused_ = true;
}

Link::Wanted Link::Wants() const {
  Wanted wanted;
  if (done_) return wanted;
  if (!engine_.connection) {
    if (refused_) wanted = {client_.connection->fd(), -1, POLLIN, 0};
    return wanted;
  }
  const auto events = [](const Flow& from, const Flow& to) {
    return static_cast<short>((from.wants_more() ? POLLIN : 0) | (to.pending() ? POLLOUT : 0));
  };
  // poll(2) tells of a hang-up for ever: once it is known the side is looked at only when there is something to do for it.
  wanted.client_events = events(up_, down_);
  wanted.engine_events = events(down_, up_);
  if (!client_.hung_up || wanted.client_events != 0) wanted.client = client_.connection->fd();
  if (!engine_.hung_up || wanted.engine_events != 0) wanted.engine = engine_.connection->fd();
  return wanted;
}

void Link::Pump(short client_events, short engine_events) {
  if (done_) return;
  if (!engine_.connection) {
    if (refused_) HearRefused();
    return;
  }
  client_.hung_up |= (client_events & POLLHUP) != 0;
  engine_.hung_up |= (engine_events & POLLHUP) != 0;
  Run(up_, client_, engine_, (client_events & kSomethingCame) != 0);
  Run(down_, engine_, client_, (engine_events & kSomethingCame) != 0);
  DropWhatNobodyTakes();
  done_ = up_.over && down_.over;
  if (done_) recorder_.Ended(Stamp());
}

// The client speaks first in HTTP, so there will be something to read, if it lives.
void Link::HearRefused() {
  up_.room.resize(kRoom);
  const auto got = client_.connection->Receive(up_.room.data(), up_.room.size());
  if (got.io == Io::kAgain) return;
  if (got.io == Io::kDone) recorder_.FromClient({up_.room.data(), got.bytes}, Stamp());
  if (got.io == Io::kDone && !recorder_.has_seen_request()) return;
  recorder_.Refused(failure_.outcome, failure_.text, Stamp());
  done_ = true;
}

void Link::Run(Flow& flow, Side& from, Side& to, bool readable) {
  if (flow.over) return;
  // Under TLS bytes may wait that poll(2) does not know of.
  readable |= from.hung_up || !from.connection->plain();
  for (int round = 0; round < kMostRounds && !flow.over; ++round) {
    const bool written = Write(flow, from, to);
    TellThatClientIsLost();
    if (!written) return;
    if (flow.ended) return PassEnd(flow, to);
    if (!readable || !Read(flow, from, to)) return;
    // A short piece was all there is: to ask again costs a call, and delays the answer.
    readable = flow.ended || flow.end == flow.room.size() || from.hung_up || !from.connection->plain();
  }
}

// Reads, passes on, and only then looks at what it was; and only after that at whether the client was still there to take it.
bool Link::Read(Flow& flow, Side& from, Side& to) {
  flow.room.resize(kRoom);
  const int64_t came = Stamp();
  const auto got = from.connection->Receive(flow.room.data(), flow.room.size());
  if (got.io == Io::kAgain) return false;
  if (got.io != Io::kDone) {
    flow.ended = true;
    flow.reset = got.io == Io::kError;
    NoteEnd(flow, from, got.error);
    return true;
  }
  flow.begin = 0;
  flow.end = got.bytes;
  Write(flow, from, to);
  const std::string_view copy(flow.room.data(), got.bytes);
  if (&flow == &up_) {
    recorder_.FromClient(copy, came);
  } else {
    recorder_.FromEngine(copy, came);
  }
  TellThatClientIsLost();
  return true;
}

// False: there is something left.
bool Link::Write(Flow& flow, Side& from, Side& to) {
  while (flow.pending()) {
    const auto sent = to.connection->Send({flow.room.data() + flow.begin, flow.end - flow.begin});
    if (sent.io == Io::kAgain) return false;
    if (sent.io != Io::kDone) {
      // The one whom it was for has gone: the one who sends is told, and what the former has sent before is still passed on.
      flow.begin = flow.end;
      flow.over = true;
      from.connection->StopReceiving();
      if (&to == &client_) client_lost_ = to.hung_up = true;
      return true;
    }
    flow.begin += sent.bytes;
  }
  return true;
}

void Link::TellThatClientIsLost() {
  if (std::exchange(client_lost_, false)) recorder_.ClientEnded(End::kClosed, Stamp());
}

void Link::PassEnd(Flow& flow, Side& to) {
  flow.over = true;
  if (!flow.reset) {
    to.connection->HalfClose();
    return;
  }
  to.connection->Reset();
  up_.over = down_.over = true;
}

void Link::NoteEnd(const Flow& flow, const Side& from, const std::string& error) {
  if (&flow == &down_) {
    recorder_.EngineEnded(error, Stamp());
  } else {
    recorder_.ClientEnded(flow.reset ? End::kReset : from.hung_up ? End::kClosed : End::kHalf, Stamp());
  }
}

// Where a side has gone as a whole, and all that it has sent was passed on, nobody takes what is for it.
void Link::DropWhatNobodyTakes() {
  if (client_.hung_up && up_.over && !down_.over) {
    recorder_.ClientEnded(End::kClosed, Stamp());
    down_.over = true;
  }
  if (engine_.hung_up && down_.over) up_.over = true;
}

void Link::Stop() {
  if (!done_) recorder_.Stop(Stamp());
  done_ = true;
}

}  // namespace plimsoll::relay
