// Progress of a run on standard error: one line that is rewritten on a terminal (done/total,
// running, elapsed, verdicts so far), a plain line every few seconds otherwise.
#pragma once

#include <atomic>
#include <map>
#include <set>
#include <string>

#include "base/clock.h"
#include "journal/records.h"
#include "run/runner.h"

namespace plimsoll::cli {

class Progress : public run::RunObserver {
 public:
  // `skeleton`: a journal with the run's engines and scenarios and no case, to judge single cases
  // against.
  explicit Progress(journal::Journal skeleton);
  // So many cases more are to come. Any thread.
  void Expect(size_t cases) { total_ += cases; }
  ~Progress() override;
  void CaseStarted(const plan::Case& plan_case) override;
  void CasePutOff(const plan::Case& plan_case) override;
  void CaseEnded(const plan::Case& plan_case, const journal::CaseRecord& record) override;

 private:
  void Draw(bool last);
  std::string Line() const;

  journal::Journal skeleton_;
  std::atomic<size_t> total_ = 0;
  size_t done_ = 0;
  bool terminal_;
  TimePoint started_;
  TimePoint drawn_;
  std::set<std::string> running_, put_off_;
  std::map<std::string, size_t> verdicts_;
};

}  // namespace plimsoll::cli
