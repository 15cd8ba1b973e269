// FakeEngine: answers the Engine API by a table of routes, just well enough that sessions and cases can
// be run against it, and remembers every request. What it shows is how the harness behaves, not how an
// engine does; a test replaces the routes that it is about. Owned by a test; any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "http/message.h"
#include "testing/scripted_server.h"

namespace plimsoll::testing {

// One request as it came. `route` is "POST /containers/create": without version and query.
struct SeenRequest {
  http::Request request;
  std::string route;
  size_t connection = 0;  // the how-manyeth connection of this engine brought it, from 0

  // The n-th part of the path: 2 for X in "/containers/X/start".
  std::string Part(size_t n) const;
};

struct Reply {
  int status = 200;
  std::string body;
  http::Headers headers;
  // Instead of all that: takes the connection over, which is closed afterwards.
  Act takeover;

  static Reply Of(int status, const Json& body);
  static Reply Error(int status, const std::string& message);
  // Says nothing, until the client gives up.
  static Reply Hang();
  // Closes without a word.
  static Reply CloseAtOnce();
};
using Handler = std::function<Reply(const SeenRequest&)>;

class FakeEngine {
 public:
  // Knows: _ping, version, info, events; images, containers, networks and volumes are created, started,
  // stopped, removed and listed (as none). Ids are "0...01" and so on, 64 digits. Everything else: 404.
  FakeEngine();
  FakeEngine(const FakeEngine&) = delete;
  FakeEngine& operator=(const FakeEngine&) = delete;

  // `route` may have "*" for any one part of the path, or for the rest of it at its end; of several that
  // fit, the one given last counts.
  void On(std::string route, Handler handler);
  void On(std::string route, Reply reply);

  // Called with every new connection before anything is read from it; false: it was dealt with, and is
  // closed. REQUIRES: nobody has connected yet.
  void OnConnect(Act act) { on_connect_ = std::move(act); }
  // Told to each subscriber between the events, as often as it can take it. REQUIRES: nobody has connected yet.
  void Babble(std::function<std::string()> babble) { babble_ = std::move(babble); }

  // Tells an event to all subscribers, also to those that come later.
  void Emit(const Json& event);
  // The same with a line that may be no event at all; it is told as it is.
  void EmitText(std::string text);

  // What is done by default with "POST /TYPEs/create": an id is given, the event told.
  Reply CreateHonestly(const std::string& type, const SeenRequest& request);

  engine::Endpoint endpoint() const { return server_->endpoint(); }
  std::vector<SeenRequest> requests() const;
  // Routes of all requests in the order of their coming, without those of `GET /events`.
  std::vector<std::string> routes() const;
  // Those whose route fits, e.g. "DELETE *".
  std::vector<SeenRequest> Requests(std::string_view route) const;
  // Waits until a request of this route has come.
  void AwaitRequest(std::string_view route);

 private:
  bool Serve(Peer& peer);
  bool Answer(Peer& peer, SeenRequest request);
  Handler Find(const std::string& route) const;
  bool SendEvents(Peer& peer);
  std::string NextId();

  Act on_connect_;
  std::function<std::string()> babble_;
  mutable std::mutex mutex_;  // guards what is below
  std::vector<std::pair<std::string, Handler>> table_;
  std::condition_variable seen_changed_;
  std::vector<SeenRequest> seen_;
  size_t connections_ = 0;
  int ids_ = 0;
  std::vector<std::string> events_;
  std::vector<const engine::Bell*> subscribers_;
  std::unique_ptr<ScriptedServer> server_;  // last: its threads use all the rest
};

}  // namespace plimsoll::testing
