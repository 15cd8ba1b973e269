#include "bench/bare_attach.h"

#include <fmt/format.h>

#include "base/clock.h"
#include "bench/bare_client.h"
#include "http/message.h"

namespace plimsoll::bench {
namespace {

std::string PostOf(const std::string& target, const std::string& body = "") {
  http::Headers headers;
  if (!body.empty()) headers.push_back({"Content-Type", "application/json"});
  return http::Serialize({"POST", target, headers, body});
}

}  // namespace

Result<double> AttachAndDrain(const AttachTask& task) {
  auto calls = BareClient::Connect(task.socket);
  auto stream = BareClient::Connect(task.socket);
  if (!calls || !stream) return tl::make_unexpected((calls ? stream : calls).error());
  const auto created = (*calls)->Exchange(PostOf(task.prefix + "/containers/create", CompactJson(task.body)));
  constexpr std::string_view kIdKey = "\"Id\":\"";
  const size_t at = created.find(kIdKey);
  if (StatusOf(created) != 201 || at == std::string::npos) return Fail("bare loop: create: " + created);
  const std::string box = task.prefix + "/containers/" + created.substr(at + kIdKey.size(), 64);
  (*stream)->Exchange(PostOf(box + "/attach?stream=1&stdout=1"));
  const TimePoint begun = Now();
  const int started = StatusOf((*calls)->Exchange(PostOf(box + "/start")));
  const uint64_t got = started == 204 ? (*stream)->Drain() : 0;
  const double seconds = std::chrono::duration<double>(Now() - begun).count();
  (*calls)->Exchange(PostOf(box + "/wait"));
  (*calls)->Exchange(http::Serialize({"DELETE", box + "?force=1", {}, ""}));
  // Every piece comes with 8 bytes before it, which this client does not take apart.
  if (got > task.bytes) return seconds;
  return Fail(fmt::format("bare loop: start answered {}, then {} of {} bytes came", started, got, task.bytes));
}

}  // namespace plimsoll::bench
