#include "bench/operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "bench/wall_clock.h"

namespace plimsoll::bench {
namespace {

constexpr int64_t kMebibyte = 1 << 20;
constexpr int64_t kThroughputBytes = 64 * kMebibyte;

Result<int64_t> Timed(Site& site, const Call& call) {
  const auto reply = site.Do(call);
  if (!reply) return tl::make_unexpected(reply.error());
  return reply->nanos();
}

// The item of the n-th call; of one for all, that.
const std::string& ItemOf(const Site& site, int n) { return site.items[static_cast<size_t>(n) % site.items.size()]; }

// A plain GET.
Operation Getting(std::string name, std::string variant, const std::string& target) {
  Operation operation;
  operation.name = std::move(name);
  operation.variant = std::move(variant);
  operation.timed = "GET " + target;
  operation.call = [target](Site& site, int) { return Timed(site, site.To("GET", target)); };
  return operation;
}

// "/containers/{}/start"
Operation OnContainer(std::string name, std::string method, std::string target) {
  Operation operation;
  operation.name = std::move(name);
  operation.timed = fmt::format(fmt::runtime(method + " " + target), "ID");
  operation.call = [method, target](Site& site, int n) {
    return Timed(site, site.To(method, fmt::format(fmt::runtime(target), ItemOf(site, n))));
  };
  operation.clean = [](Site& site) { return site.RemoveItems(); };
  return operation;
}

using Command = std::vector<std::string>;

Status CreateItems(Site& site, int calls, const Command& command, const Json& rest = Json::object()) {
  for (int i = 0; i < calls; ++i) {
    auto id = site.Create(command, Json::object(), rest);
    if (!id) return tl::make_unexpected(id.error());
    site.items.push_back(std::move(*id));
  }
  return {};
}

Status StartItems(Site& site) {
  for (const std::string& id : site.items) {
    if (auto started = site.Start(id); !started) return started;
  }
  return {};
}

Status EndItems(Site& site) {
  for (const std::string& id : site.items) {
    if (auto ended = site.AwaitExit(id); !ended) return ended;
  }
  return {};
}

Status AfterTheirEnd(Site& site) {
  const Status ended = EndItems(site);
  const Status removed = site.RemoveItems();
  return ended ? removed : ended;
}

// Until the process has said something: it runs, and its signals have their actions.
Status AwaitReady(Site& site) {
  for (const std::string& id : site.items) {
    auto logs = site.client().Open(site.To("GET", fmt::format("/containers/{}/logs?stdout=1&follow=1", id)));
    if (!logs) return tl::make_unexpected(logs.error());
    if (auto come = (*logs)->AwaitBytes(1); !come) return come;
  }
  return {};
}

std::function<Status(Site&, int)> Created(Command command) {
  return [command = std::move(command)](Site& site, int calls) { return CreateItems(site, calls, command); };
}

std::function<Status(Site&, int)> Exited(Command command) {
  return [command = std::move(command)](Site& site, int calls) {
    if (auto made = CreateItems(site, calls, command); !made) return made;
    if (auto started = StartItems(site); !started) return started;
    return EndItems(site);
  };
}

const Command kServes = {"serve", "--quiet", "--on", "TERM=exit:0"};

std::function<Status(Site&, int)> Running() {
  return [](Site& site, int calls) {
    if (auto made = CreateItems(site, calls, kServes); !made) return made;
    if (auto started = StartItems(site); !started) return started;
    return AwaitReady(site);
  };
}

// One for all calls.
void PrepareOnce(Operation& operation, std::function<Status(Site&, int)> prepare) {
  operation.once = true;
  operation.prepare = [prepare = std::move(prepare)](Site& site, int) { return prepare(site, 1); };
}

Operation Creating() {
  Operation operation;
  operation.name = "create";
  operation.timed = "POST /containers/create";
  operation.call = [](Site& site, int) -> Result<int64_t> {
    const auto reply = site.Do(site.Creation({"true"}, Json::object()));
    if (!reply) return tl::make_unexpected(reply.error());
    site.items.push_back(GetString(TryParseJson(reply->body).value_or(Json()), "Id"));
    return reply->nanos();
  };
  operation.clean = [](Site& site) { return site.RemoveItems(); };
  operation.most = 200;
  return operation;
}

// Starts a container whose process ends by itself, and waits for it; how long after its end the wait was answered. None: it had
// ended before the wait was called, so that the time says nothing.
Result<std::optional<int64_t>> DelayOfWait(Site& site, const std::string& id) {
  if (auto started = site.Start(id); !started) return tl::make_unexpected(started.error());
  const auto waited = site.Do(site.To("POST", fmt::format("/containers/{}/wait", id)));
  if (!waited) return tl::make_unexpected(waited.error());
  const auto logs = site.Do(site.To("GET", fmt::format("/containers/{}/logs?stdout=1&tail=1", id)));
  if (!logs) return tl::make_unexpected(logs.error());
  const size_t begin = std::min(logs->body.rfind("{\"probe\":\"exit\""), logs->body.size());
  const int64_t at = GetInt(TryParseJson(logs->body.substr(begin)).value_or(Json()), "at");
  if (at == 0) return Fail(fmt::format("the logs do not end with the process's last line: {}", logs->body));
  if (waited->times.sent >= at) return std::nullopt;
  return waited->ended - at;
}

// How long the process lives, in ms: start may take longer to be answered.
constexpr const char* kWaitedLife = "300";
constexpr const char* kLongerWaitedLives[] = {"1000", "5000"};

Operation WaitingDelay() {
  Operation operation;
  operation.name = "wait";
  operation.variant = "delay";
  operation.timed = "from the last thing that the process does (it reads the clock) to the answer of POST /containers/ID/wait, "
                    "which was called before";
  operation.floor = Floor::kNone;
  operation.prepare = Created({"serve", "--quiet", "--for", kWaitedLife});
  operation.call = [](Site& site, int n) -> Result<int64_t> {
    auto delay = DelayOfWait(site, ItemOf(site, n));
    for (const char* life : kLongerWaitedLives) {
      if (!delay || *delay) break;
      auto id = site.Create({"serve", "--quiet", "--for", life});
      if (!id) return tl::make_unexpected(id.error());
      site.items.push_back(*id);
      delay = DelayOfWait(site, *id);
    }
    if (!delay) return tl::make_unexpected(delay.error());
    if (!*delay) return Fail("the process had ended each time before wait was called, although it lived for 5 s");
    return **delay;
  };
  operation.clean = [](Site& site) { return site.RemoveItems(); };
  return operation;
}

std::vector<Operation> OfContainers() {
  Operation start = OnContainer("start", "POST", "/containers/{}/start");
  start.prepare = Created({"true"});
  Operation stop = OnContainer("stop", "POST", "/containers/{}/stop");
  stop.timed += ", of a process that exits at once on SIGTERM";
  stop.prepare = Running();
  Operation kill = OnContainer("kill", "POST", "/containers/{}/kill");
  kill.prepare = Running();
  Operation wait = OnContainer("wait", "POST", "/containers/{}/wait");
  wait.timed += ", of a container that has exited";
  PrepareOnce(wait, Exited({"true"}));
  Operation inspect = OnContainer("inspect", "GET", "/containers/{}/json");
  inspect.timed += ", of one that runs";
  PrepareOnce(inspect, Running());
  Operation remove = OnContainer("remove", "DELETE", "/containers/{}");
  remove.timed += ", of one that has exited";
  remove.prepare = Exited({"true"});
  Operation logs = OnContainer("logs", "GET", "/containers/{}/logs?stdout=1");
  logs.variant = "1 MiB";
  logs.bytes = kMebibyte;
  PrepareOnce(logs, Exited({"write", "--bytes", std::to_string(kMebibyte)}));
  for (Operation* operation : {&start, &stop, &kill, &remove}) operation->most = 20;
  // Podman 4.3 removes no container that is just ending, by force either.
  for (Operation* operation : {&start, &stop, &kill}) operation->clean = AfterTheirEnd;
  return {Creating(), start, stop, kill, wait, WaitingDelay(), inspect, remove, logs};
}

Operation Exec() {
  Operation operation;
  operation.name = "exec";
  operation.timed = "POST /containers/ID/exec, POST /exec/ID/start of `true`, until the output ends";
  PrepareOnce(operation, Running());
  operation.call = [](Site& site, int n) -> Result<int64_t> {
    const Json body = {{"Cmd", {"true"}}, {"AttachStdout", true}, {"AttachStderr", true}};
    const auto made = site.Do(site.To("POST", fmt::format("/containers/{}/exec", ItemOf(site, n)), body));
    if (!made) return tl::make_unexpected(made.error());
    const std::string id = GetString(TryParseJson(made->body).value_or(Json()), "Id");
    const auto output = site.Open(site.To("POST", fmt::format("/exec/{}/start", id), {{"Detach", false}, {"Tty", false}}));
    if (!output) return tl::make_unexpected(output.error());
    if (auto ended = (*output)->AwaitEnd(); !ended) return tl::make_unexpected(ended.error());
    const int64_t now = Nanos(Now());
    site.NoteStream(**output);
    return now - made->began;
  };
  operation.clean = [](Site& site) { return site.RemoveItems(); };
  return operation;
}

Operation AttachByte() {
  Operation operation;
  operation.name = "attach";
  operation.variant = "1 byte";
  operation.timed = "a byte written to an attached stream, until `cat` in the container has sent it back";
  PrepareOnce(operation, [](Site& site, int) {
    const Json streams = {{"OpenStdin", true}, {"StdinOnce", true}, {"AttachStdin", true}, {"AttachStdout", true}};
    if (auto made = CreateItems(site, 1, {"cat"}, streams); !made) return made;
    return StartItems(site);
  });
  operation.open = [](Site& site) -> Status {
    auto stream = site.Open(site.To("POST", fmt::format("/containers/{}/attach?stream=1&stdin=1&stdout=1", site.items.front())));
    if (!stream) return tl::make_unexpected(stream.error());
    site.stream = std::move(*stream);
    return {};
  };
  operation.call = [](Site& site, int) -> Result<int64_t> {
    const uint64_t before = site.stream->received();
    const int64_t began = Nanos(Now());
    site.stream->Send("x");
    if (auto come = site.stream->AwaitBytes(before + 1); !come) return tl::make_unexpected(come.error());
    const int64_t ended = site.stream->last_at();
    site.NoteStream(*site.stream, std::string("\1\0\0\0\0\0\0\1x", 9));
    return ended - began;
  };
  operation.clean = [](Site& site) {
    site.stream.reset();  // which ends `cat`
    return AfterTheirEnd(site);
  };
  return operation;
}

Operation AttachThroughput() {
  Operation operation;
  operation.name = "attach";
  operation.variant = "64 MiB";
  operation.timed = "what the process writes, from the first byte to the last that arrive on an attached stream";
  operation.bytes = kThroughputBytes;
  operation.most = 3;
  operation.prepare = [](Site& site, int calls) -> Status {
    for (int i = 0; i < calls; ++i) {
      auto id = site.Create({"write", "--bytes", std::to_string(kThroughputBytes)}, {{"LogConfig", {{"Type", "none"}}}});
      if (!id) return tl::make_unexpected(id.error());
      site.items.push_back(*id);
    }
    return {};
  };
  operation.call = [](Site& site, int n) -> Result<int64_t> {
    const std::string& id = ItemOf(site, n);
    const auto stream = site.Open(site.To("POST", fmt::format("/containers/{}/attach?stream=1&stdout=1", id)));
    if (!stream) return tl::make_unexpected(stream.error());
    if (!site.recording()) (*stream)->KeepNothing();
    if (auto started = site.Start(id); !started) return tl::make_unexpected(started.error());
    if (auto ended = (*stream)->AwaitEnd(); !ended) return tl::make_unexpected(ended.error());
    if ((*stream)->received() != kThroughputBytes) return Fail(fmt::format("{} of {} bytes came", (*stream)->received(), kThroughputBytes));
    site.NoteStream(**stream);
    return (*stream)->last_at() - (*stream)->first_at();
  };
  operation.clean = [](Site& site) { return site.RemoveItems(); };
  return operation;
}

bool IsOfVolume(const Json& event, const std::string& name) {
  const Json* actor = Find(event, "Actor");
  const Json* attributes = actor ? Find(*actor, "Attributes") : nullptr;  // podman 4.3 tells a volume's name there, and no ID
  return actor && (GetString(*actor, "ID") == name || (attributes && GetString(*attributes, "name") == name));
}

Operation Events() {
  Operation operation;
  operation.name = "events";
  operation.variant = "delay";
  operation.timed = "from the time stamp that the engine gives to an event (a volume was created) to its arrival on GET /events";
  operation.floor = Floor::kNone;
  operation.most = 200;
  operation.call = [](Site& site, int) -> Result<int64_t> {
    const engine::Bell bell;
    const engine::EventStream::Listening listening(&site.events());
    const std::string name = site.NewName();
    const auto is_wanted = [&](const Json& event) { return IsOfVolume(event, name); };
    engine::EventStream::Watch watch(listening, is_wanted, &bell);
    const int64_t between_clocks = WallMinusMonotonic();
    const auto made = site.Do(site.To("POST", "/volumes/create", {{"Name", name}, {"Labels", site.Labels()}}));
    if (!made) return tl::make_unexpected(made.error());
    site.items.push_back(name);
    const auto has_come = [&] { return watch.Count() > 0; };
    if (auto come = site.client().Await("the event of a new volume", has_come, &bell); !come) return tl::make_unexpected(come.error());
    const engine::ReceivedEvent event = listening.Matching(is_wanted).front();
    const int64_t stamp = GetInt(event.body, "timeNano");
    if (stamp == 0) return Fail("the event of a new volume has no timeNano");
    auto since = SinceStamp(stamp, event.received, between_clocks, WallMinusMonotonic());
    if (!since) return Fail("the event of a new volume: " + since.error().what);
    return since;
  };
  operation.clean = [](Site& site) { return site.RemoveItems("/volumes/"); };
  return operation;
}

// Networks and volumes: `target` with names in it.
Operation Making(std::string name, std::string target, std::string prefix) {
  Operation operation;
  operation.name = std::move(name);
  operation.timed = "POST " + target;
  operation.call = [target](Site& site, int) {
    site.items.push_back(site.NewName());
    return Timed(site, site.To("POST", target, {{"Name", site.items.back()}, {"Labels", site.Labels()}}));
  };
  operation.clean = [prefix](Site& site) { return site.RemoveItems(prefix); };
  return operation;
}

Operation Unmaking(std::string name, const std::string& target, const std::string& prefix) {
  Operation operation;
  operation.name = std::move(name);
  operation.timed = "DELETE " + prefix + "NAME";
  operation.prepare = [target](Site& site, int calls) -> Status {
    for (int i = 0; i < calls; ++i) {
      site.items.push_back(site.NewName());
      const auto made = site.Do(site.To("POST", target, {{"Name", site.items.back()}, {"Labels", site.Labels()}}));
      if (!made) return tl::make_unexpected(made.error());
    }
    return {};
  };
  operation.call = [prefix](Site& site, int n) { return Timed(site, site.To("DELETE", prefix + ItemOf(site, n))); };
  operation.clean = [prefix](Site& site) { return site.RemoveItems(prefix); };
  return operation;
}

std::vector<Operation> OfNetworksAndVolumes() {
  // A daemon has room for some thirty networks of its own choice.
  Operation make_network = Making("network create", "/networks/create", "/networks/");
  Operation remove_network = Unmaking("network remove", "/networks/create", "/networks/");
  make_network.most = remove_network.most = 8;
  Operation make_volume = Making("volume create", "/volumes/create", "/volumes/");
  Operation remove_volume = Unmaking("volume remove", "/volumes/create", "/volumes/");
  make_volume.most = remove_volume.most = 200;
  return {make_network, remove_network, make_volume, remove_volume};
}

Operation Life(std::string variant, const Json& host) {
  Operation operation;
  operation.name = "life";
  operation.variant = std::move(variant);
  operation.timed = "create, start, wait, inspect, remove, of `true`: from the first call to the last answer";
  operation.call = [host](Site& site, int) -> Result<int64_t> {
    const auto made = site.Do(site.Creation({"true"}, host));
    if (!made) return tl::make_unexpected(made.error());
    const std::string id = GetString(TryParseJson(made->body).value_or(Json()), "Id");
    site.items.push_back(id);
    const std::string box = "/containers/" + id;
    int64_t ended = 0;
    for (const Call& call : {site.To("POST", box + "/start"), site.To("POST", box + "/wait"), site.To("GET", box + "/json"),
                             site.To("DELETE", box)}) {
      const auto reply = site.Do(call);
      if (!reply) return tl::make_unexpected(reply.error());
      ended = reply->ended;
    }
    site.items.pop_back();
    return ended - made->began;
  };
  operation.clean = [](Site& site) { return site.RemoveItems(); };  // of a life that was cut short
  return operation;
}

std::vector<Operation> Lists() {
  const std::string filters = http::PercentEncode(CompactJson({{"label", {kTenthLabel}}}));
  std::vector<Operation> lists = {Getting("list", "", "/containers/json?all=1"),
                                  Getting("list", "size=1", "/containers/json?all=1&size=1"),
                                  Getting("list", "filters", "/containers/json?all=1&filters=" + filters)};
  lists[2].timed = "GET /containers/json?all=1&filters=(a label that each tenth has)";
  for (Operation& list : lists) {
    list.containers = {0, 10, 100, 1'000};
    list.most = 500;
  }
  return lists;
}

}  // namespace

std::vector<Operation> Operations() {
  std::vector<Operation> all = {Getting("ping", "", "/_ping"), Getting("version", "", "/version"), Getting("info", "", "/info")};
  const auto add = [&](std::vector<Operation> more) { std::ranges::move(more, std::back_inserter(all)); };
  add(OfContainers());
  add({Exec(), AttachByte(), AttachThroughput(), Events(), Getting("images", "", "/images/json")});
  add(OfNetworksAndVolumes());
  add({Life("", Json::object()), Life("default network", {{"NetworkMode", "default"}})});
  add(Lists());
  return all;
}

}  // namespace plimsoll::bench
