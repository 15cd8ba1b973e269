#include "testing/fake_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace plimsoll::testing {
namespace {

std::string WithoutVersion(std::string_view path) {
  if (path.size() > 2 && path.starts_with("/v") && path[2] >= '0' && path[2] <= '9') {
    path.remove_prefix(std::min(path.find('/', 1), path.size()));
  }
  return std::string(path);
}

bool RouteFits(std::string_view pattern, std::string_view route) {
  const auto wanted = Split(pattern, '/');
  const auto given = Split(route, '/');
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].ends_with("*") && i + 1 == wanted.size()) {
      return i < given.size() && given[i].starts_with(wanted[i].substr(0, wanted[i].size() - 1));
    }
    if (i >= given.size() || (wanted[i] != "*" && wanted[i] != given[i])) return false;
  }
  return wanted.size() == given.size();
}

// The first request in `received`, and how many bytes it takes; 0 as long as it is not whole.
size_t ParseRequest(const std::string& received, http::Request& request) {
  const size_t head = received.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  request = {};
  const auto lines = Split(std::string_view(received).substr(0, head), '\n');
  const auto words = Split(Trim(lines[0]), ' ');
  request.method = words[0];
  request.target = words.size() > 1 ? words[1] : "";
  for (size_t i = 1; i < lines.size(); ++i) {
    const size_t colon = lines[i].find(':');
    request.headers.push_back({lines[i].substr(0, colon), std::string(Trim(lines[i].substr(colon + 1)))});
  }
  size_t length = 0;
  if (const auto* value = http::FindHeader(request.headers, "Content-Length")) {
    std::from_chars(value->data(), value->data() + value->size(), length);
  }
  if (received.size() < head + 4 + length) return 0;
  request.body = received.substr(head + 4, length);
  return head + 4 + length;
}

std::string Wire(const Reply& reply) {
  std::string wire = fmt::format("HTTP/1.1 {} Fake\r\n", reply.status);
  for (const auto& header : reply.headers) wire += header.name + ": " + header.value + "\r\n";
  if (reply.status != 204) wire += fmt::format("Content-Length: {}\r\n", reply.body.size());
  return wire + "\r\n" + (reply.status == 204 ? "" : reply.body);
}

std::string Chunk(std::string_view bytes) { return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes); }

}  // namespace

std::string SeenRequest::Part(size_t n) const {
  const auto parts = Split(route, '/');
  return n < parts.size() ? parts[n] : "";
}

Reply Reply::Of(int status, const Json& body) {
  return {status, CompactJson(body), {{"Content-Type", "application/json"}}, nullptr};
}

Reply Reply::Error(int status, const std::string& message) { return Of(status, {{"message", message}}); }

Reply Reply::Hang() {
  Reply reply;
  reply.takeover = AwaitHalfClose();
  return reply;
}

Reply Reply::CloseAtOnce() {
  Reply reply;
  reply.takeover = Close();
  return reply;
}

FakeEngine::FakeEngine() {
  const auto none = Json::array();
  On("GET /_ping", Reply{200, "OK", {}, nullptr});
  On("HEAD /_ping", Reply{200, "", {}, nullptr});
  On("GET /version", Reply::Of(200, {{"Version", "20.10.24"}, {"ApiVersion", "1.41"}, {"MinAPIVersion", "1.12"},
                                     {"Components", Json::array({{{"Name", "Engine"}}})}}));
  On("GET /info", Reply::Of(200, {{"Driver", "overlay2"}, {"CgroupVersion", "2"}}));
  On("GET /events", Reply{200, "", {}, [this](Peer& peer) { return SendEvents(peer); }});
  for (const std::string type : {"container", "network", "volume"}) {
    On(fmt::format("POST /{}s/create", type), [=, this](const SeenRequest& r) { return CreateHonestly(type, r); });
    On(fmt::format("DELETE /{}s/*", type), Reply{204, "", {}, nullptr});
  }
  On("POST /images/create", Reply::Of(200, {{"status", "sha256:fake"}}));
  On("DELETE /images/*", Reply::Of(200, none));
  On("POST /containers/*/start", Reply{204, "", {}, nullptr});
  On("POST /containers/*/stop", Reply{204, "", {}, nullptr});
  for (const char* list : {"GET /containers/json", "GET /networks", "GET /images/json"}) On(list, Reply::Of(200, none));
  On("GET /volumes", Reply::Of(200, {{"Volumes", none}}));
  server_ = std::make_unique<ScriptedServer>(Every{[this](Peer& peer) { return Serve(peer); }});
}

void FakeEngine::On(std::string route, Handler handler) {
  const std::lock_guard lock(mutex_);
  table_.emplace_back(std::move(route), std::move(handler));
}

void FakeEngine::On(std::string route, Reply reply) {
  On(std::move(route), [reply = std::move(reply)](const SeenRequest&) { return reply; });
}

std::string FakeEngine::NextId() {
  const std::lock_guard lock(mutex_);
  return fmt::format("{:064}", ++ids_);
}

Reply FakeEngine::CreateHonestly(const std::string& type, const SeenRequest& request) {
  const Json body = TryParseJson(request.request.body).value_or(Json());
  const std::string id = type == "volume" ? GetString(body, "Name") : NextId();
  const Json* labels = plimsoll::Find(body, "Labels");
  Emit({{"Type", type}, {"Action", "create"},
        {"Actor", {{"ID", id}, {"Attributes", labels && labels->is_object() ? *labels : Json::object()}}}});
  return Reply::Of(201, {{type == "volume" ? "Name" : "Id", id}});
}

void FakeEngine::Emit(const Json& event) { EmitText(CompactJson(event) + "\n"); }

void FakeEngine::EmitText(std::string text) {
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(text));
  for (const engine::Bell* subscriber : subscribers_) subscriber->Ring();
}

bool FakeEngine::SendEvents(Peer& peer) {
  const engine::Bell news;
  {
    const std::lock_guard lock(mutex_);
    subscribers_.push_back(&news);
  }
  bool going = peer.Send("HTTP/1.1 200 Fake\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (size_t told = 0; going;) {
    std::string lines;
    {
      const std::lock_guard lock(mutex_);
      for (; told < events_.size(); ++told) lines += events_[told];
    }
    if (babble_) lines += babble_();
    going = (lines.empty() || peer.Send(Chunk(lines))) && (babble_ || peer.AwaitBell(news));
    news.Quiet();
  }
  const std::lock_guard lock(mutex_);
  std::erase(subscribers_, &news);
  return false;
}

Handler FakeEngine::Find(const std::string& route) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(table_.rbegin(), table_.rend(),
                                  [&](const auto& entry) { return RouteFits(entry.first, route); });
  if (found != table_.rend()) return found->second;
  return [](const SeenRequest&) { return Reply::Error(404, "page not found"); };
}

bool FakeEngine::Serve(Peer& peer) {
  if (on_connect_ && !on_connect_(peer)) return false;
  size_t connection = 0;
  {
    const std::lock_guard lock(mutex_);
    connection = connections_++;
  }
  for (;;) {
    SeenRequest seen;
    seen.connection = connection;
    size_t size = 0;
    if (!peer.ReadUntil([&](const std::string& all) { return (size = ParseRequest(all, seen.request)) > 0; })) return false;
    peer.Take(size);
    const std::string& target = seen.request.target;
    seen.route = seen.request.method + " " + WithoutVersion(target.substr(0, target.find('?')));
    if (!Answer(peer, std::move(seen))) return false;
  }
}

bool FakeEngine::Answer(Peer& peer, SeenRequest request) {
  const Handler handler = Find(request.route);
  {
    const std::lock_guard lock(mutex_);
    seen_.push_back(request);
    seen_changed_.notify_all();
  }
  const Reply reply = handler(request);
  if (reply.takeover) return reply.takeover(peer) && false;
  return peer.Send(Wire(reply));
}

std::vector<SeenRequest> FakeEngine::requests() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

std::vector<std::string> FakeEngine::routes() const {
  std::vector<std::string> routes;
  for (const SeenRequest& seen : requests()) {
    if (seen.route != "GET /events") routes.push_back(seen.route);
  }
  return routes;
}

std::vector<SeenRequest> FakeEngine::Requests(std::string_view route) const {
  auto fitting = requests();
  std::erase_if(fitting, [&](const SeenRequest& seen) { return !RouteFits(route, seen.route); });
  return fitting;
}

void FakeEngine::AwaitRequest(std::string_view route) {
  std::unique_lock lock(mutex_);
  seen_changed_.wait(lock, [&] {
    return std::ranges::any_of(seen_, [&](const SeenRequest& seen) { return RouteFits(route, seen.route); });
  });
}

}  // namespace plimsoll::testing
