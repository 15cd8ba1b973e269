// EventStream: one subscription to GET /events for a whole run, served to all cases. A thread of
// its own reads; cases look with Matching(), and are woken by events only while they wait for one
// with a Watch. Events are kept in the order of arrival as long as a Listening can ask for them, up
// to a limit: an engine that tells without an end must not fill the memory. If the engine ends the
// stream it subscribes again from where it was.
//
// An event that has a moment (timeNano) and comes once more word for word has not happened again: podman
// keeps its events in a file, and tells what is left in it again when it cuts it (containers/podman#17665).
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/json.h"
#include "engine/endpoint.h"
#include "engine/loop.h"

namespace plimsoll::engine {

struct ReceivedEvent {
  int64_t received = 0;  // CLOCK_MONOTONIC ns
  Json body;
  size_t size = 0;  // of its text
  bool again = false;  // this subscription told it before
};

class EventStream {
 public:
  // Events from this moment on; the moment is sent as `since`, so that none is lost until the
  // engine has the subscription (podman 4.3 sends no head before the first event).
  explicit EventStream(const Endpoint& endpoint);
  ~EventStream();

  // How often the subscription ended or could not be had. An engine that lives keeps it, so a rising
  // number says that the engine stopped or was restarted.
  size_t losses() const { return losses_; }
  // Whether there is a subscription now; what happens while there is none may never be told.
  bool subscribed() const { return subscribed_; }

  using Wanted = std::function<bool(const Json&)>;

  // A listener's place in the stream.
  class Listening {
   public:
    explicit Listening(EventStream* stream);
    ~Listening();
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;
    // Events since this Listening began for which `wanted` holds, with those that were told again.
    std::vector<ReceivedEvent> Matching(const Wanted& wanted) const;
    // False: more events came since this Listening began than are kept, and the first are lost.
    bool complete() const;

   private:
    friend class EventStream;
    EventStream* stream_;
    size_t from_;
  };

  // Rings `bell` at each event as long as it lives, and counts those since `listening` began for which `wanted`
  // holds, none twice; each is looked at once. One thread; `wanted` runs in it.
  class Watch {
   public:
    Watch(const Listening& listening, Wanted wanted, const Bell* bell);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    // What has come by now.
    size_t Count();

   private:
    EventStream* stream_;
    Wanted wanted_;
    size_t next_;  // the first event that was not looked at
    size_t count_ = 0;
  };

 private:
  void Read(int64_t begun);
  bool Subscribe(int64_t since);
  void Take(std::string_view bytes, int64_t at);
  void Keep(ReceivedEvent event, std::string_view text);
  void DropFirst();

  struct Kept {
    ReceivedEvent event;
    size_t key;  // in first_told_; 0: it has no moment
  };

  Endpoint endpoint_;
  Bell stop_;
  std::string partial_;
  int64_t latest_ = 0;  // moment of the latest event by the engine's clock, ns since 1970
  mutable std::mutex mutex_;
  std::deque<Kept> events_;
  std::unordered_map<size_t, size_t> first_told_;  // of those events: by hash of the text, in which subscription
  size_t dropped_ = 0;  // how many events came before the first that is kept
  size_t kept_bytes_ = 0;
  std::set<const Listening*> listeners_;
  std::map<const Watch*, const Bell*> watches_;
  std::atomic<size_t> losses_ = 0;
  std::atomic<bool> subscribed_ = true;  // from the first moment, which `since` names
  std::thread thread_;
};

}  // namespace plimsoll::engine
