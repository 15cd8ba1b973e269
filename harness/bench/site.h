// Site: where an operation is carried out: an engine (or AtOnce in its place), a client, and what was made there for
// the calls to come. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "bench/at_once.h"
#include "bench/client.h"
#include "engine/event_stream.h"

namespace plimsoll::bench {

// What does not change while one engine is measured.
struct Ground {
  std::string version;  // "/v1.41": before each target
  std::string image;    // the probe's name
  std::string run_id;   // in the labels of all that is made
};

class Site {
 public:
  Site(engine::Endpoint endpoint, Ground ground, const engine::Bell* cancel)
      : client_(std::move(endpoint), cancel), ground_(std::move(ground)) {}

  // `target` without the version.
  Call To(std::string method, const std::string& target, const Json& body = nullptr) const;
  // While recording, what was answered is put on the tape.
  Result<Reply> Do(const Call& call);
  Result<std::unique_ptr<Stream>> Open(const Call& call);
  // That a stream which was opened while recording has ended, or is an echo: goes on the tape.
  void NoteStream(const Stream& stream, std::string echo = "");

  // A container of the probe's image, with the network of the host unless `host` says else; its id.
  Result<std::string> Create(const std::vector<std::string>& command, const Json& host = Json::object(),
                             const Json& rest = Json::object());
  // The request for that.
  Call Creation(const std::vector<std::string>& command, const Json& host, const Json& rest = Json::object()) const;
  Status Start(const std::string& id);
  Status AwaitExit(const std::string& id);
  Status Remove(const std::string& id);
  // All containers among `items`, and forgets them.
  Status RemoveItems();
  // Whatever else is at `prefix` + item: "/volumes/".
  Status RemoveItems(const std::string& prefix);

  Client& client() { return client_; }
  const Ground& ground() const { return ground_; }
  engine::EventStream& events();
  // A name that nothing else here has, with plimsoll's prefix.
  std::string NewName();
  Json Labels() const;

  // From here on the calls are noted, until Recorded().
  void Record() { recording_ = true; }
  bool recording() const { return recording_; }
  std::vector<Canned> Recorded();

 private:
  Client client_;
  Ground ground_;
  std::unique_ptr<engine::EventStream> events_;
  bool recording_ = false;
  std::vector<Canned> tape_;
  int names_ = 0;

 public:
  std::vector<std::string> items;  // ids or names, one for each call to come (or one for all)
  std::unique_ptr<Stream> stream;  // that the calls to come share; last, since it needs the client until its end
};

}  // namespace plimsoll::bench
