#include "bench/peers/wrk.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/text.h"
#include "base/child.h"

namespace plimsoll::bench::peers {

Wrk::Wrk(const Ground& ground) : ground_(ground) {
  auto child = Child::Start({"wrk", "--version"}, {});
  if (!child) {
    missing_ = child.error().what + ": apt-get install wrk";
    return;
  }
  const auto words = Split((*child)->Finish().beginning, ' ');  // "wrk 4.1.0 [epoll] Copyright ...", with status 1
  if (words.size() > 1) version_ = words[1].substr(words[1].find('/') + 1);  // "debian/4.1.0-3+b2"
}

Result<double> Wrk::Do(Task, int64_t amount) {
  const std::string url = fmt::format("http://{}:{}/_ping", ground_.host, ground_.port);
  const auto output = RunToItsEnd({"wrk", "--threads=1", "--connections=1", "--duration=1s",
                                   "--script=" PLIMSOLL_PEER_CLIENTS "/wrk.lua", url}, {});
  if (!output) return tl::make_unexpected(output.error());
  const size_t at = output->beginning.find("measured ");
  long long micros = 0, calls = 0, failed = 0;
  const bool read = at != std::string::npos && std::sscanf(output->beginning.c_str() + at, "measured %lld %lld %lld",
                                                           &micros, &calls, &failed) == 3;
  if (!read || calls == 0 || failed != 0) return Fail("wrk: " + Abridged(output->beginning, 300));
  return static_cast<double>(micros) / 1e6 / static_cast<double>(calls) * static_cast<double>(amount);
}

}  // namespace plimsoll::bench::peers
