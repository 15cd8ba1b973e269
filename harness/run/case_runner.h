// CaseRunner: carries out the steps of one case against one engine and writes down what happened. It
// judges nothing: whatever the engine does is recorded and the next step follows; a step whose own input
// is missing (an id that the engine did not give) is skipped and marked so.
// Or it carries out a scenario's `given` alone (RunGiven), for several cases (run/given.h).
// One thread at a time; used once; owned by the Runner or a Given.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/call.h"
#include "engine/event_stream.h"
#include "engine/loop.h"
#include "journal/records.h"
#include "plan/plan.h"
#include "run/ledger.h"
#include "run/live_exchange.h"
#include "run/session.h"

namespace plimsoll::run {

class CaseRunner {
 public:
  // `cancel` interrupts the steps, never the clean-up. `given`: who has done RunGiven() for this case and others, if its scenario
  // has a `given`; the record then begins with what that recorded, and the engine must have been there since then.
  CaseRunner(const plan::Case& plan_case, EngineSession& session, const journal::RunRecord& run, const engine::Bell* cancel,
             const CaseRunner* given = nullptr);

  // How long Run() may take to remove what the case has made; 120 s unless told otherwise; one removal no more than
  // half of what is left of that.
  void LimitCleanUp(Duration limit) { clean_up_limit_ = limit; }
  // Runs, cleans up, and gives the record; `cancelled()` afterwards: the record is not worth keeping.
  journal::CaseRecord Run();
  // Carries out `given` and leaves what it made on the engine, until RemoveGiven(), which returns what could not be removed.
  void RunGiven();
  const std::vector<std::string>& RemoveGiven();
  // Whether the engine was there all the while from the beginning of RunGiven() until now, as far as it was listened to.
  bool EngineStayed() const;
  bool cancelled() const { return cancelled_; }
  // The engine was not there all the while: the record is a harness error, and what the case has created may
  // still be there (nothing was tried on an engine that does not answer).
  bool engine_was_gone() const { return engine_was_gone_; }
  // A creation had no answer in time: what it makes may come after the clean-up.
  bool may_have_lost() const { return ledger_.has_lost_creation(); }

 private:
  using Live = std::shared_ptr<LiveExchange>;

  // case_runner.cc: the frame around the steps.
  void Begin();
  void End();
  void RunSteps(const std::vector<scenario::Step>& steps);
  void RunStep(const scenario::Step& step);
  void CollectEvents();
  void CheckThatTheEngineWasThere();
  void BlameHarness(std::string reason);
  void CleanUp();
  void FindLostByLabel();
  void FindImagesByName();
  void FindVolumesByName();
  void TellUnlessListed(Creates kind, const engine::Answer& answer);
  void Remove(const Resource& resource);
  bool IsAnothersImage(const Resource& resource);
  journal::Exchange TryToRemove(const Resource& resource, TimePoint limit);
  engine::Answer AskPatiently(const std::string& target);
  void Settle();
  bool Over() const { return cancelled_ || timed_out_ || !record_.reason.empty(); }

  // case_steps.cc: one function per kind of step.
  void Do(const scenario::Step& step, const scenario::CallStep& call);
  void Do(const scenario::Step& step, const scenario::OpenStep& open);
  void Do(const scenario::Step& step, const scenario::SendStep& send);
  void Do(const scenario::Step& step, const scenario::HalfCloseStep& half_close);
  void Do(const scenario::Step& step, const scenario::ReadStep& read);
  void Do(const scenario::Step& step, const scenario::CloseStep& close);
  void Do(const scenario::Step& step, const scenario::SleepStep& sleep);
  void Do(const scenario::Step& step, const scenario::JoinStep& join);
  void Do(const scenario::Step& step, const scenario::AwaitEventStep& await);
  void Do(const scenario::Step& step, const scenario::EngineStep& engine);
  void Do(const scenario::Step& step, const scenario::ConcurrentlyStep& concurrently);
  void Poll(const scenario::Step& step, const scenario::CallStep& call);
  void Skip(const scenario::Step& step, std::string why);

  // Builds, connects and begins an exchange; null if it cannot be built (the step is marked as skipped)
  // or may not be sent to this engine.
  Live Prepare(const scenario::Step& step, const scenario::RequestSpec& spec, bool stream,
               const std::optional<std::string>& upgrade);
  void Connect(const Live& live, TimePoint deadline, bool may_reuse);
  // Waits for the answer; what has none by the deadline ends as timed out.
  void Await(const Live& live, TimePoint deadline);
  // Ended or awaited: notes what it created and what later steps can see of it.
  void Finished(const Live& live);
  Live FindLive(const std::string& name) const;
  bool MayBeSent(const http::Request& request);
  bool ChangesOnlyOurOwn(const http::Request& request);
  bool MakesOnlyNewImages(const http::Request& request);
  bool MakesNewName(const http::Request& request, Creates kind);
  bool IsOurs(const Resource& resource);
  void LookAtMountsBefore(const http::Request& request);
  void Update(const std::string& name, Json view) { if (!name.empty()) scope_[name] = std::move(view); }

  // Waits no longer than the case may; notes why it woke.
  engine::Loop::Woke Wait(const std::function<bool()>& condition, TimePoint deadline);
  TimePoint After(Duration duration) const { return std::min(Now() + duration, deadline_); }
  std::vector<journal::Event> OwnEvents() const;
  bool IsOwnEvent(const Json& event) const;

  const plan::Case& case_;
  const CaseRunner* given_;
  EngineSession& session_;
  journal::CaseRecord record_;
  std::string token_;
  Json scope_;
  engine::Loop loop_;
  engine::Bell bell_;
  engine::EventStream::Listening listening_;
  ResourceLedger ledger_;
  std::vector<Live> exchanges_;  // in the order of their start
  std::unique_ptr<engine::Connection> idle_;
  TimePoint begun_;
  TimePoint deadline_;
  Duration clean_up_limit_ = std::chrono::seconds(120);
  bool timed_out_ = false;
  bool cancelled_ = false;
  bool engine_is_away_ = false;  // ended or frozen by a step, and not started or thawed since
  size_t losses_before_;
  bool engine_was_gone_ = false;
};

}  // namespace plimsoll::run
