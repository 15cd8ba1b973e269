// Givens: what the `given` steps of scenarios make, once for all cases of an engine (and repetition) that agree in the parameters
// which these steps use. The first case to come has it made, while others that want the same wait; when the last one has ended it is
// removed. Of one run; any thread.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "run/case_runner.h"
#include "run/queue.h"
#include "run/session.h"

namespace plimsoll::run {

// What was made. Not written to any more once it is handed out, but for its end.
struct Given {
  plan::Case of;  // stands for all the cases: the parameters that they agree in
  std::shared_ptr<EngineSession> session;
  std::unique_ptr<CaseRunner> runner;  // of `of`; has recorded what was made, and keeps what is to be removed
  int processor_busy = 0;  // percent, while it was made
};

class Givens {
 public:
  // Makes `of`'s: carried out when it returns, whatever came of it.
  using Make = std::function<std::shared_ptr<Given>(plan::Case of)>;

  // Those of them that have a `given` will be run, and Ended() is told of each.
  void Expect(const Cases& cases);
  // REQUIRES: plan_case was expected, and its scenario has a `given`. What is made has this session.
  std::shared_ptr<const Given> For(const plan::Case& plan_case, const EngineSession& session, const Make& make);
  // Whether another case was begun that has it made, and it is not there yet; if not, this one counts as begun.
  bool MustWait(const plan::Case& plan_case);
  // This engine went away: whatever was made on it is not what it was, and made again for the next case that asks.
  void Spoil(const EngineSession& session);
  // Of any case. After the last of those that share a Given it removes that, and what was spoilt before. What could not be is
  // returned; where it was spoilt, its session is given to `may_hold_more`, too: that engine may have been away.
  using MayHoldMore = std::function<void(const EngineSession&)>;
  std::vector<std::string> Ended(const plan::Case& plan_case, const MayHoldMore& may_hold_more);

 private:
  struct Shared {
    size_t expected = 0;
    bool begun = false;  // a case that will have it made
    bool being_made = false;
    int times_made = 0;
    std::shared_ptr<Given> given;
    std::vector<std::shared_ptr<Given>> spoilt;  // on engines that stay: one that plimsoll started is replaced
  };
  static void Spoil(Shared& shared);

  std::mutex mutex_;
  std::condition_variable made_;
  std::map<std::string, Shared> shared_;  // by the id that plan::GivenOf() gives
};

}  // namespace plimsoll::run
