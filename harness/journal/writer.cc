#include "journal/writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/text.h"

namespace plimsoll::journal {
namespace {

// Without a torn last line, nor one that has its end but is garbled: what follows it would make it an Error.
size_t SizeOfWholeLines(std::string_view text) {
  const size_t end = text.rfind('\n');
  if (end == std::string_view::npos) return 0;
  const size_t before = end == 0 ? std::string_view::npos : text.rfind('\n', end - 1);
  const size_t start = before == std::string_view::npos ? 0 : before + 1;
  const std::string_view last = text.substr(start, end - start);
  return last.empty() || TryParseJson(last) ? end + 1 : start;
}

}  // namespace

Result<JournalWriter> JournalWriter::Create(const std::string& path, Readers readers) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, readers == Readers::kOwner ? 0600 : 0644);
  if (fd >= 0) return JournalWriter(fd, path);
  if (errno == EEXIST) {
    return Fail(fmt::format("the journal {} exists already", path),
                "use --resume to go on with it, or name another file with --journal");
  }
  return Fail(fmt::format("cannot create the journal {}: {}", path, std::strerror(errno)));
}

Result<JournalWriter> JournalWriter::Resume(const std::string& path) {
  std::error_code missing;
  if (std::filesystem::exists(path, missing) && !std::filesystem::is_regular_file(path, missing)) {
    return Fail(fmt::format("cannot go on with the journal {}: it is no regular file", path));
  }
  auto text = ReadFile(path);
  if (!text) return tl::make_unexpected(text.error());
  const size_t whole = SizeOfWholeLines(*text);
  const int fd = open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd < 0 || ftruncate(fd, static_cast<off_t>(whole)) != 0) {
    const std::string why = std::strerror(errno);
    if (fd >= 0) close(fd);
    return Fail(fmt::format("cannot go on with the journal {}: {}", path, why));
  }
  return JournalWriter(fd, path);
}

JournalWriter::JournalWriter(JournalWriter&& other) noexcept : fd_(other.fd_), path_(std::move(other.path_)) {
  other.fd_ = -1;
}

JournalWriter::~JournalWriter() {
  if (fd_ >= 0) close(fd_);
}

Status JournalWriter::Append(const Json& record) {
  const std::string line = CompactJson(record) + "\n";
  const std::lock_guard lock(mutex_);
  if (failed_) return Fail(fmt::format("the journal {} could not be written before", path_));
  size_t done = 0;
  while (done < line.size()) {
    const ssize_t n = write(fd_, line.data() + done, line.size() - done);
    if (n > 0) {
      done += static_cast<size_t>(n);
    } else if (errno != EINTR) {
      failed_ = true;
      return Fail(fmt::format("cannot write the journal {}: {}", path_, std::strerror(errno)),
                  "what was recorded so far is readable; --resume goes on from there");
    }
  }
  return {};
}

Status JournalWriter::Finish() { return Append({{"record", "end"}}); }

}  // namespace plimsoll::journal
