#include "cli/trace_journal.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace plimsoll::cli {
namespace {

Status AppendAll(journal::JournalWriter& writer, const journal::Journal& journal) {
  std::vector<Json> records = {ToJson(journal.run), ToJson(journal.engines.front()), ToJson(journal.scenarios.front())};
  for (const journal::CaseRecord& record : journal.cases) records.push_back(ToJson(record));
  for (const Json& record : records) {
    if (auto written = writer.Append(record); !written) return written;
  }
  return {};
}

Status WriteWhole(const std::string& path, const journal::Journal& journal) {
  auto writer = journal::JournalWriter::Create(path, Readers::kOwner);
  if (!writer) return tl::make_unexpected(writer.error());
  if (auto written = AppendAll(*writer, journal); !written) return written;
  return writer->Finish();
}

}  // namespace

Result<std::unique_ptr<TraceJournal>> TraceJournal::Open(const std::string& path, const journal::Journal& begun) {
  auto writer = journal::JournalWriter::Create(path, Readers::kOwner);
  if (!writer) {
    const bool exists = writer.error().what.find("exists already") != std::string::npos;
    return Fail(writer.error().what, exists ? "name another file with -o" : writer.error().hint);
  }
  if (auto written = AppendAll(*writer, begun); !written) return tl::make_unexpected(written.error());
  return std::unique_ptr<TraceJournal>(new TraceJournal(path, begun.engines.front().name, std::move(*writer)));
}

TraceJournal::TraceJournal(std::string path, std::string engine, journal::JournalWriter writer)
    : path_(std::move(path)), engine_(std::move(engine)), writer_(std::move(writer)), thread_([this] { Write(); }) {}

TraceJournal::~TraceJournal() { Stop(); }

void TraceJournal::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void TraceJournal::Add(const journal::Exchange& call) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(call);
  }
  changed_.notify_one();
}

// An Error is not told here: what is wrong with the disk will be so when the whole is written.
void TraceJournal::Write() {
  // Signals are for the main thread.
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::unique_lock lock(mutex_);
  for (size_t number = 0;; ++number) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    journal::CallRecord call{relay::TraceCaseId(engine_), relay::kTraceScenario, engine_, std::move(waiting_.front())};
    waiting_.pop_front();
    lock.unlock();
    call.exchange.name = names_.NameOf(call.exchange);
    call.exchange.step = fmt::format("steps[{}]", number);
    (void)writer_.Append(ToJson(call));
    lock.lock();
  }
}

Status TraceJournal::Finish(const journal::Journal& journal) {
  Stop();
  const std::string temporary = path_ + ".whole";
  std::remove(temporary.c_str());
  if (auto written = WriteWhole(temporary, journal); !written) {
    std::remove(temporary.c_str());
    return Fail(written.error().what, fmt::format("the calls that had ended are in {}", path_));
  }
  if (std::rename(temporary.c_str(), path_.c_str()) == 0) return {};
  const std::string why = std::strerror(errno);
  std::remove(temporary.c_str());
  return Fail(fmt::format("cannot replace the journal {}: {}", path_, why), fmt::format("the calls that had ended are in {}", path_));
}

}  // namespace plimsoll::cli
