// JournalWriter: appends records to a journal file, one line and one write(2) each, as cases end; so a
// killed harness loses at most the line it was writing. Owned by the run; any thread may Append.
#pragma once

#include <mutex>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "journal/records.h"

namespace plimsoll::journal {

class JournalWriter {
 public:
  // A new file; an existing one is an Error (nothing is ever overwritten).
  static Result<JournalWriter> Create(const std::string& path, Readers readers = Readers::kAnybody);
  // Appends to an existing journal; a torn last line is cut off first.
  static Result<JournalWriter> Resume(const std::string& path);

  JournalWriter(JournalWriter&& other) noexcept;
  JournalWriter& operator=(JournalWriter&&) = delete;
  ~JournalWriter();

  // An Error (disk full ...) leaves at most a torn last line; later appends fail as well.
  Status Append(const Json& record);
  // The record that says that nothing is missing.
  Status Finish();

 private:
  JournalWriter(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  int fd_;
  std::string path_;
  std::mutex mutex_;
  bool failed_ = false;
};

}  // namespace plimsoll::journal
