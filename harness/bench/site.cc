#include "bench/site.h"

#include <fmt/format.h>

#include <atomic>
#include <utility>

#include "run/labels.h"

namespace plimsoll::bench {

Call Site::To(std::string method, const std::string& target, const Json& body) const {
  return {std::move(method), ground_.version + target, body.is_null() ? "" : CompactJson(body), {}};
}

Result<Reply> Site::Do(const Call& call) {
  auto reply = client_.Do(call);
  if (reply && recording_) tape_.push_back({AnswerBytes(reply->head, reply->body), false, ""});
  return reply;
}

Result<std::unique_ptr<Stream>> Site::Open(const Call& call) {
  auto opened = client_.Open(call);
  // Its place among the answers is here; its bytes are known when it has ended.
  if (opened && recording_) tape_.push_back({"", true, ""});
  return opened;
}

void Site::NoteStream(const Stream& noted, std::string echo) {
  if (!recording_) return;
  for (Canned& canned : tape_) {
    if (!canned.bytes.empty()) continue;
    canned.close = echo.empty();
    canned.bytes = AnswerBytes(noted.head(), canned.close ? noted.kept() : "");
    canned.echo = std::move(echo);
    return;
  }
}

std::vector<Canned> Site::Recorded() {
  recording_ = false;
  return std::exchange(tape_, {});
}

Json Site::Labels() const { return {{run::kRunLabel, ground_.run_id}, {run::kCaseLabel, "bench"}}; }

Call Site::Creation(const std::vector<std::string>& command, const Json& host, const Json& rest) const {
  Json body = {{"Image", ground_.image}, {"Cmd", command}, {"Labels", Labels()}, {"HostConfig", {{"NetworkMode", "host"}}}};
  body["HostConfig"].update(host);
  body.update(rest);
  return To("POST", "/containers/create", body);
}

Result<std::string> Site::Create(const std::vector<std::string>& command, const Json& host, const Json& rest) {
  const Call call = Creation(command, host, rest);
  const auto reply = Do(call);
  if (!reply) return tl::make_unexpected(reply.error());
  const auto body = TryParseJson(reply->body);
  std::string id = body ? GetString(*body, "Id") : "";
  if (id.empty()) return Fail(fmt::format("{} {} answered no Id: {}", call.method, call.target, reply->body));
  return id;
}

Status Site::Start(const std::string& id) {
  const auto reply = Do(To("POST", fmt::format("/containers/{}/start", id)));
  return reply ? Status() : tl::make_unexpected(reply.error());
}

Status Site::AwaitExit(const std::string& id) {
  const auto reply = Do(To("POST", fmt::format("/containers/{}/wait", id)));
  return reply ? Status() : tl::make_unexpected(reply.error());
}

Status Site::Remove(const std::string& id) {
  Call call = To("DELETE", fmt::format("/containers/{}?force=1&v=1", id));
  call.expected = {200, 204, 404};
  const auto reply = Do(call);
  return reply ? Status() : tl::make_unexpected(reply.error());
}

Status Site::RemoveItems() {
  Status all;
  for (const std::string& item : std::exchange(items, {})) {
    if (auto removed = Remove(item); !removed) all = std::move(removed);
  }
  return all;
}

Status Site::RemoveItems(const std::string& prefix) {
  Status all;
  for (const std::string& item : std::exchange(items, {})) {
    Call call = To("DELETE", prefix + item);
    call.expected = {200, 204, 404};
    if (const auto removed = Do(call); !removed) all = tl::make_unexpected(removed.error());
  }
  return all;
}

engine::EventStream& Site::events() {
  if (!events_) events_ = std::make_unique<engine::EventStream>(client_.endpoint());
  return *events_;
}

std::string Site::NewName() {
  static std::atomic<int> sites{0};
  if (names_ == 0) names_ = sites++ * 1'000'000;
  return fmt::format("{}{}-{}", run::kNamePrefix, ground_.run_id, ++names_);
}

}  // namespace plimsoll::bench
