// TraceJournal: the file in which `plimsoll trace` keeps calls. While the command runs each call is appended as it ends, so that a
// plimsoll that is killed leaves them; afterwards the file is replaced by one in which they are a case as of any run. For its
// owner's eyes only. Owned by cli/trace; any thread may Add, which never waits for a disk.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "journal/records.h"
#include "journal/writer.h"
#include "relay/traced_case.h"

namespace plimsoll::cli {

class TraceJournal {
 public:
  // A new file, with what of `begun` is known before the command runs: run, engine, scenario.
  static Result<std::unique_ptr<TraceJournal>> Open(const std::string& path, const journal::Journal& begun);
  ~TraceJournal();
  TraceJournal(const TraceJournal&) = delete;
  TraceJournal& operator=(const TraceJournal&) = delete;

  void Add(const journal::Exchange& call);
  // Replaces the file, whole or not at all: where that is an Error the calls are still there as they came.
  Status Finish(const journal::Journal& journal);

 private:
  TraceJournal(std::string path, std::string engine, journal::JournalWriter writer);
  void Write();
  void Stop();

  const std::string path_, engine_;
  journal::JournalWriter writer_;
  relay::CallNames names_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<journal::Exchange> waiting_;
  bool stopping_ = false;
  std::thread thread_;  // uses all of the above
};

}  // namespace plimsoll::cli
