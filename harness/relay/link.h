// Link: one client's connection and the engine's for it. Passes bytes on in both directions, unchanged and at once, then
// shows a copy to the Recorder. A side that reads slowly stops the reading of the other (at most kRoom bytes each way are
// on their way here); an end is passed on as what it was: of one direction, of both, or a reset, as far as a unix socket
// can tell that (a reset only if something that came on it lies unread, so it may look like an end).
// Owned by the Relay's thread. No Error: what goes wrong ends the link and is in the record.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/connection.h"
#include "relay/recorder.h"

namespace plimsoll::relay {

class Link {
 public:
  static constexpr size_t kRoom = 64 * 1024;

  Link(std::unique_ptr<engine::Connection> client, int number, Book& book, int64_t accepted);

  // The connection to the engine was made, or not: then the client is heard until it has asked, so that the record shows
  // what got no answer, and is closed.
  void Connected(std::unique_ptr<engine::Connection> engine);
  void Refused(engine::Failure failure);

  // For poll(2); an fd of -1: nothing is wanted of that side.
  struct Wanted {
    int client = -1, engine = -1;
    short client_events = 0, engine_events = 0;
  };
  Wanted Wants() const;
  // Does what can be done without blocking; what poll(2) said of both sides.
  void Pump(short client_events, short engine_events);
  // The record ends here.
  void Stop();

  int number() const { return number_; }
  bool done() const { return done_; }

 private:
  // One direction.
  struct Flow {
    std::vector<char> room;     // allocated with the first byte
    size_t begin = 0, end = 0;  // what is yet to be sent, within
    bool ended = false;         // its source will give nothing more
    bool reset = false;         // and that abruptly
    bool over = false;          // its sink was told, or is gone
    bool pending() const { return begin < end; }
    bool wants_more() const { return !ended && !over && !pending(); }
  };
  // A side's socket, and whether its peer has gone as a whole (POLLHUP).
  struct Side {
    std::unique_ptr<engine::Connection> connection;
    bool hung_up = false;
  };

  void HearRefused();
  void Run(Flow& flow, Side& from, Side& to, bool readable);
  bool Read(Flow& flow, Side& from, Side& to);
  bool Write(Flow& flow, Side& from, Side& to);
  void PassEnd(Flow& flow, Side& to);
  void TellThatClientIsLost();
  void NoteEnd(const Flow& flow, const Side& from, const std::string& error);
  void DropWhatNobodyTakes();

  const int number_;
  Recorder recorder_;
  Side client_, engine_;
  Flow up_, down_;  // to the engine, to the client
  bool client_lost_ = false;  // it takes nothing more, which the recorder has not been told yet
  bool done_ = false;
  bool refused_ = false;
  engine::Failure failure_;
};

}  // namespace plimsoll::relay
