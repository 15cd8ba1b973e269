// What the threads of a run take their cases from, and what they wait for of each other. Of one phase of RunPlan; any thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "base/clock.h"
#include "plan/plan.h"

namespace plimsoll::run {

using Cases = std::vector<const plan::Case*>;

// Sweeps bring more while it is worked off: whenever all of their cases have ended, `further` says what they need next, and that
// comes before all else, since more may come of it. And what is long comes early, so that it is not waited for at the end: where a
// case has taken kLong, those of its scenario that are left are taken to be alike, and every kShare-th that is given out is one of
// them, of the scenario with the longest one first. (Not all at once: long ones of a scenario may be long because they stand in
// each other's way.) What has to wait for others anyway is passed over as long as there is something else.
// Those that share what is `given` keep their places: it is there for as long as they are not done.
class Queue {
 public:
  static constexpr Duration kLong = std::chrono::seconds(5);
  static constexpr size_t kShare = 4;

  using Further = std::function<Cases()>;  // empty: the sweeps have all that they need

  using MustWait = std::function<bool(const plan::Case&)>;  // asked under a lock: it must not come back here

  explicit Queue(const Cases& cases, Further further = {}, MustWait must_wait = {});
  // Null: there is none, and there will be none.
  const plan::Case* Next();
  void Ended(const plan::Case& plan_case, Duration took);

 private:
  void SetAside(const scenario::Scenario& scenario);
  const plan::Case* TakeFrom(std::deque<const plan::Case*>& cases, std::deque<const plan::Case*>::iterator which);
  // By one thread at a time; the others go on meanwhile.
  void Grow();

  std::mutex mutex_;
  std::condition_variable grown_;
  std::deque<const plan::Case*> waiting_;
  std::deque<const plan::Case*> long_ones_;  // that wait, too
  std::map<const scenario::Scenario*, Duration> longest_;  // that a case of it has taken; only of those with a long one
  size_t given_out_ = 0;
  size_t of_sweeps_ = 0;  // that have not ended
  Further further_;
  MustWait must_wait_;
};

// Cases that something else is to wait for.
class Awaited {
 public:
  // REQUIRES: none of them has ended.
  void Add(const Cases& cases);
  // Of any case; those that were not added do not matter.
  void Ended(const plan::Case& plan_case);
  // Until all that were added have ended.
  void AwaitAll();

 private:
  std::mutex mutex_;
  std::condition_variable all_ended_;
  std::set<const plan::Case*> under_way_;
};

}  // namespace plimsoll::run
