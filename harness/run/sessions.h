// EngineSessions: the engines that all cases of a run share, and what becomes of one that goes away in
// mid-run: a private one is replaced by a new instance, another is waited for. Owned by the Runner; any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "run/session.h"

namespace plimsoll::run {

class EngineSessions {
 public:
  // `comeback`: how long an engine that plimsoll did not start is waited for.
  EngineSessions(const std::vector<ImageTar>& images, std::string run_id, Duration comeback)
      : images_(images), run_id_(std::move(run_id)), comeback_(comeback) {}

  Status Open(const std::vector<EngineUnderTest>& engines);
  // A further instance of a private engine. REQUIRES: it has a private_name.
  Status OpenAnother(const EngineUnderTest& engine);
  bool Has(const std::string& engine);
  // The session to use now. REQUIRES: an engine of that name was opened.
  std::shared_ptr<EngineSession> Of(const std::string& engine);
  // For a case whose engine was gone (CaseRunner::engine_was_gone): blocks until there is an engine to go on
  // with, or it is clear that there will be none. Cases that ask for the same loss share the effort.
  void Recover(const std::shared_ptr<EngineSession>& lost);
  // Of an engine that was waited for in vain: why a case cannot be carried out on it now. "" for all others, and
  // where it is back after all.
  std::string StillGone(const std::string& engine);
  // Something that a case asked for may yet come to be on this engine.
  void MayHoldMore(const EngineSession& session);
  // Removes what cases could not while their engine was gone, or what came after them. REQUIRES: none is under way.
  enum class When { kMoreToCome, kAfterTheLastCase };  // those to come need the run's images
  struct Settled {
    std::vector<std::string> removed;  // "container 00c0ffee..."
    std::vector<std::string> left;     // "docker-20.10: container 00c0ffee...: why"
  };
  Settled Settle(When when);

 private:
  bool IsGivenUp(const std::string& engine);
  bool Replace(const EngineSession& lost);
  bool Returns(const engine::Endpoint& endpoint) const;

  const std::vector<ImageTar>& images_;
  const std::string run_id_;
  const Duration comeback_;
  std::mutex mutex_;  // guards these two; never held while an engine is asked
  std::map<std::string, std::shared_ptr<EngineSession>> sessions_;
  std::set<std::string> given_up_;  // engines that did not come back
  std::mutex recovery_;  // one at a time
  std::set<std::string> unsettled_;  // engines on which something may be left; guarded by recovery_
};

}  // namespace plimsoll::run
