// EngineSession: an engine as a run uses it: images loaded, events subscribed to, needs answered. One is
// shared by all cases of an engine; a case that needs a disposable engine has one to itself.
// Owned by the Runner; methods may be called from any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/event_stream.h"
#include "engine/identity.h"
#include "engine/private_engine.h"
#include "engine/pulse.h"
#include "run/images.h"
#include "run/ledger.h"
#include "scenario/scenario.h"

namespace plimsoll::run {

// An engine to run against, already identified.
struct EngineUnderTest {
  std::string name;  // in results: engine::Identity::Name()
  engine::Endpoint endpoint;
  engine::Identity identity;
  // Started by us: may be harmed. `private_name` starts further instances.
  bool disposable = false;
  std::string private_name;
  std::string instance;  // the running one's name (engine::PrivateEngine::instance)
};

// Whose an engine is: all cases', or one case's, which may do to it what it likes.
enum class EngineUse { kShared, kOneCase };

class EngineSession {
 public:
  // Loads the images and subscribes. On an engine that is not disposable it first lists what is there, and the images are
  // removed again by the destructor.
  static Result<std::unique_ptr<EngineSession>> Open(EngineUnderTest engine, std::vector<ImageTar> images,
                                                     std::string run_id);
  // A new private instance of the same engine.
  static Result<std::unique_ptr<EngineSession>> OpenFresh(const EngineUnderTest& engine,
                                                          std::vector<ImageTar> images, std::string run_id,
                                                          EngineUse use,
                                                          const engine::PrivateEngineOptions& options = {});
  ~EngineSession();

  const EngineUnderTest& engine() const { return engine_; }
  const std::string& run_id() const { return run_id_; }
  EngineUse use() const { return use_; }
  engine::EventStream& events() { return *events_; }
  // Of OpenFresh; null for an engine that was there already.
  const engine::PrivateEngine* instance() const { return instance_.get(); }
  // How often the engine ended its stream of events, for Absence() later; a number that it never reaches while
  // there is no stream: the engine may be back by the time that the case ends.
  size_t LossesNow() const;
  // Why what was recorded from `since` on, when LossesNow() was `losses_before`, says nothing of the
  // engine's API: it was not there all the while. "": it was. `ask`: something went unanswered, so the engine
  // is asked whether it lives (and given `kPatience`).
  std::string Absence(TimePoint since, size_t losses_before, bool ask);
  static constexpr auto kPatience = std::chrono::seconds(5);
  // "" if the engine has all of it, else why not.
  std::string Lacks(const std::vector<scenario::Need>& needs);
  // Whether a resource that a case did not create itself carries plimsoll's label, or does not exist. Fails if the engine does not
  // say so by the deadline; one that cannot say is asked again for `kPatience`.
  Result<bool> MayTouch(const Resource& resource, TimePoint deadline) const;
  // Of an engine that is not disposable: whether there was an image of that id, or a volume of that name, when the session was
  // opened. Such things get no label that would tell whose they are.
  bool WasThere(const Resource& resource) const;

 private:
  Status TakeStock();
  EngineSession(EngineUnderTest engine, std::vector<ImageTar> images, std::string run_id);
  std::string Lacks(const scenario::Need& need);
  std::string LacksRegistry();

  EngineUnderTest engine_;
  std::vector<ImageTar> images_;
  std::string run_id_;
  EngineUse use_ = EngineUse::kShared;
  std::set<std::string> images_before_;  // ids without "sha256:"
  std::set<std::string> volumes_before_;
  std::unique_ptr<engine::PrivateEngine> instance_;
  std::unique_ptr<engine::EventStream> events_;
  std::unique_ptr<engine::Pulse> pulse_;
  std::mutex mutex_;
  std::map<std::string, int> answered_;  // "GET /swarm" -> status
  std::once_flag registry_asked_;
  std::string registry_lacks_;
};

}  // namespace plimsoll::run
