#include "mutate/known.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.h"

namespace plimsoll::mutate {
namespace {

using openapi::Operation;

const std::string kName = "plimsoll-probed";

// In the order in which they are made.
enum class Object { kContainer, kBridged, kExec, kImage, kNetwork, kConnected, kVolume, kSwarm, kNode, kService, kSecret, kConfig };

struct Recipe {
  Object object;
  std::vector<Step> make, undo;
};

const std::vector<Recipe>& Recipes() {
  static const std::string kService =
      R"({"Name":"plimsoll-probed","TaskTemplate":{"ContainerSpec":{"Image":"${image}","Command":["serve"]}},"Mode":{"Replicated":{"Replicas":0}}})";
  static const std::vector<Recipe> kRecipes = {
      {Object::kSwarm,
       {{"swarm", "POST", "/swarm/init", R"({"ListenAddr":"127.0.0.1:2377","AdvertiseAddr":"127.0.0.1"})", ""},
        {"version", "GET", "/swarm", "", "Version.Index"}},
       {{"", "POST", "/swarm/leave?force=1", "", ""}}},
      {Object::kNode, {{"node", "GET", "/nodes", "", "0.ID"}, {"version", "GET", "/nodes/${node}", "", "Version.Index"}}, {}},
      {Object::kService,
       {{"service", "POST", "/services/create", kService, "ID"}, {"version", "GET", "/services/${service}", "", "Version.Index"}},
       {{"", "DELETE", "/services/" + kName, "", ""}}},
      {Object::kSecret,
       {{"secret", "POST", "/secrets/create", R"({"Name":"plimsoll-probed","Data":"YQ=="})", "ID"},
        {"version", "GET", "/secrets/${secret}", "", "Version.Index"}},
       {{"", "DELETE", "/secrets/" + kName, "", ""}}},
      {Object::kConfig,
       {{"config", "POST", "/configs/create", R"({"Name":"plimsoll-probed","Data":"YQ=="})", "ID"},
        {"version", "GET", "/configs/${config}", "", "Version.Index"}},
       {{"", "DELETE", "/configs/" + kName, "", ""}}},
      {Object::kContainer,
       {{"container", "POST", "/containers/create?name=" + kName,
         R"({"Image":"${image}","Cmd":["serve"],"HostConfig":{"NetworkMode":"host"}})", "Id"},
        {"start", "POST", "/containers/${container}/start", "", ""}},
       {{"", "DELETE", "/containers/${container}?force=1&v=1", "", ""}}},
      // On the host's network a container can be connected to no other one.
      {Object::kBridged,
       {{"container", "POST", "/containers/create?name=" + kName, R"({"Image":"${image}","Cmd":["serve"]})", "Id"},
        {"start", "POST", "/containers/${container}/start", "", ""}},
       {{"", "DELETE", "/containers/${container}?force=1&v=1", "", ""}}},
      {Object::kExec,
       {{"exec", "POST", "/containers/${container}/exec", R"({"AttachStdout":true,"Cmd":["report"]})", "Id"}},
       {}},
      {Object::kImage,
       {{"", "POST", "/images/${image}/tag?repo=localhost/plimsoll/probed&tag=1", "", ""}},
       {{"", "DELETE", "/images/localhost/plimsoll/probed:1", "", ""}}},
      {Object::kNetwork,
       {{"network", "POST", "/networks/create", R"({"Name":"plimsoll-probed"})", "Id"}},
       {{"", "DELETE", "/networks/" + kName, "", ""}}},
      {Object::kConnected, {{"", "POST", "/networks/${network}/connect", R"({"Container":"${container}"})", ""}}, {}},
      {Object::kVolume,
       {{"volume", "POST", "/volumes/create", R"({"Name":"plimsoll-probed"})", "Name"}},
       {{"", "DELETE", "/volumes/" + kName + "?force=1", "", ""}}},
  };
  return kRecipes;
}

std::set<Object> ObjectsOf(const Operation& operation) {
  const std::string& path = operation.path;
  const std::string& id = operation.id;
  if (path.starts_with("/containers/{id}") || id == "ImageCommit") return {Object::kContainer};
  if (path.starts_with("/exec/{id}")) return {Object::kContainer, Object::kExec};
  if (path.starts_with("/images/{name}")) return {Object::kImage};
  if (id == "NetworkConnect") return {Object::kBridged, Object::kNetwork};
  if (id == "NetworkDisconnect") return {Object::kBridged, Object::kNetwork, Object::kConnected};
  if (path.starts_with("/networks/{id}")) return {Object::kNetwork};
  if (path.starts_with("/volumes/{name}")) return {Object::kVolume};
  if (path.starts_with("/nodes/{id}")) return {Object::kSwarm, Object::kNode};
  if (path.starts_with("/services/{id}")) return {Object::kSwarm, Object::kService};
  if (path.starts_with("/secrets/{id}")) return {Object::kSwarm, Object::kSecret};
  if (path.starts_with("/configs/{id}")) return {Object::kSwarm, Object::kConfig};
  const std::set<std::string> in_a_swarm = {"ServiceCreate", "SecretCreate", "ConfigCreate", "SwarmUpdate", "SwarmLeave"};
  if (in_a_swarm.contains(id)) return {Object::kSwarm};
  return {};
}

std::string PathValue(const std::string& path) {
  static const std::vector<std::pair<std::string, std::string>> kValues = {
      {"/containers/", "${container}"}, {"/exec/", "${exec}"},       {"/images/", "localhost/plimsoll/probed:1"},
      {"/networks/", "${network}"},     {"/volumes/", "${volume}"},  {"/nodes/", "${node}"},
      {"/services/", "${service}"},     {"/secrets/", "${secret}"},  {"/configs/", "${config}"},
  };
  for (const auto& [prefix, value] : kValues) {
    if (path.starts_with(prefix)) return value;
  }
  return kName;
}

// Operation -> query and body.
struct Small {
  std::vector<std::pair<std::string, std::string>> query;
  std::string body;  // "": none, or the archive where the operation takes bytes
};

Small SmallOf(const std::string& id) {
  static const std::map<std::string, Small> kSmall = {
      {"ContainerCreate", {{}, R"({"Image":"${image}","Cmd":["true"],"HostConfig":{"NetworkMode":"host"}})"}},
      {"ContainerUpdate", {{}, R"({"CpuShares":512})"}},
      {"ContainerExec", {{}, R"({"AttachStdout":true,"Cmd":["report"]})"}},
      {"ExecStart", {{}, R"({"Detach":false,"Tty":false})"}},
      {"ContainerRename", {{{"name", "plimsoll-new"}}, ""}},
      {"PutContainerArchive", {{{"path", "/tmp"}}, ""}},
      {"ContainerArchive", {{{"path", "/tmp"}}, ""}},
      {"ContainerArchiveInfo", {{{"path", "/tmp"}}, ""}},
      {"ImageBuild", {{{"t", "localhost/plimsoll/built:1"}}, ""}},
      {"ImageCreate", {{{"fromSrc", "-"}, {"repo", "localhost/plimsoll/made:1"}}, ""}},
      {"ImageTag", {{{"repo", "localhost/plimsoll/tagged"}, {"tag", "1"}}, ""}},
      {"ImageCommit", {{{"container", "${container}"}, {"repo", "localhost/plimsoll/committed"}}, "{}"}},
      {"SystemAuth", {{}, R"({"username":"a","password":"b","serveraddress":"127.0.0.1:1"})"}},
      {"VolumeCreate", {{}, R"({"Name":"plimsoll-new"})"}},
      {"NetworkCreate", {{}, R"({"Name":"plimsoll-new"})"}},
      {"NetworkConnect", {{}, R"({"Container":"${container}"})"}},
      {"NetworkDisconnect", {{}, R"({"Container":"${container}"})"}},
      {"PluginPull", {{{"remote", "127.0.0.1:1/plimsoll"}}, "[]"}},
      {"PluginUpgrade", {{{"remote", "127.0.0.1:1/plimsoll"}}, "[]"}},
      {"PluginCreate", {{{"name", "plimsoll-new"}}, ""}},
      {"PluginSet", {{}, "[]"}},
      {"NodeUpdate", {{{"version", "${version}"}}, R"({"Availability":"active","Role":"manager"})"}},
      {"SwarmInit", {{}, R"({"ListenAddr":"127.0.0.1:2377","AdvertiseAddr":"127.0.0.1"})"}},
      {"SwarmJoin",
       {{}, R"({"ListenAddr":"127.0.0.1:2377","AdvertiseAddr":"127.0.0.1","RemoteAddrs":["127.0.0.1:1"],"JoinToken":"SWMTKN-1-a-b"})"}},
      {"SwarmUpdate", {{{"version", "${version}"}}, R"({"Name":"default"})"}},
      {"SwarmUnlock", {{}, R"({"UnlockKey":"SWMKEY-1-a"})"}},
      {"ServiceCreate",
       {{}, R"({"Name":"plimsoll-new","TaskTemplate":{"ContainerSpec":{"Image":"${image}"}},"Mode":{"Replicated":{"Replicas":0}}})"}},
      {"ServiceUpdate",
       {{{"version", "${version}"}},
        R"({"Name":"plimsoll-probed","TaskTemplate":{"ContainerSpec":{"Image":"${image}"}},"Mode":{"Replicated":{"Replicas":0}}})"}},
      {"SecretCreate", {{}, R"({"Name":"plimsoll-new","Data":"YQ=="})"}},
      {"SecretUpdate", {{{"version", "${version}"}}, R"({"Name":"plimsoll-probed"})"}},
      {"ConfigCreate", {{}, R"({"Name":"plimsoll-new","Data":"YQ=="})"}},
      {"ConfigUpdate", {{{"version", "${version}"}}, R"({"Name":"plimsoll-probed","Data":"YQ=="})"}},
  };
  const auto found = kSmall.find(id);
  return found == kSmall.end() ? Small{} : found->second;
}

template <class Member>
std::vector<Step> Collect(const Operation& operation, Member steps) {
  const std::set<Object> wanted = ObjectsOf(operation);
  std::vector<Step> out;
  for (const Recipe& recipe : Recipes()) {
    if (!wanted.contains(recipe.object)) continue;
    const std::vector<Step>& more = recipe.*steps;
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

}  // namespace

Trial SmallestThatWorks(const Operation& operation, const std::string& archive) {
  Trial trial{operation.method, operation.path, {}, {}, {}, {}};
  const Small small = SmallOf(operation.id);
  trial.query = small.query;
  for (const openapi::Parameter& parameter : operation.parameters) {
    if (parameter.in == "path") trial.path_values[parameter.name] = PathValue(operation.path);
    if (parameter.in != "body") continue;
    if (GetString(parameter.schema, "type") == "string") {
      trial.headers.push_back({"Content-Type", "application/x-tar"});
      trial.body = Bytes{archive};
    } else {
      trial.headers.push_back({"Content-Type", "application/json"});
      trial.body = TryParseJson(small.body).value_or(Json::object());
    }
  }
  return trial;
}

std::vector<Step> StepsBefore(const Operation& operation) { return Collect(operation, &Recipe::make); }

std::vector<Step> StepsThatUndo(const Operation& operation) {
  std::vector<Step> steps = Collect(operation, &Recipe::undo);
  std::ranges::reverse(steps);
  return steps;
}

std::vector<Step> StepsAfterSuccess(const Operation& operation) {
  const std::string& id = operation.id;
  const auto look = [](const std::string& target) { return Step{"", "GET", target, "", ""}; };
  const auto remove = [](const std::string& target) { return Step{"", "DELETE", target, "", ""}; };
  if (id == "ContainerCreate") return {look("/containers/${new}/json"), {"", "POST", "/containers/${new}/start", "", "", true}, remove("/containers/${new}?force=1&v=1")};
  if (id == "ContainerUpdate") return {look("/containers/${container}/json")};
  if (id == "ContainerExec") return {look("/exec/${new}/json")};
  if (id == "NetworkCreate") return {look("/networks/${new}"), remove("/networks/${new}")};
  if (id == "VolumeCreate") return {look("/volumes/${new}"), remove("/volumes/${new}?force=1")};
  if (id == "ImageCommit") return {look("/images/${new}/json"), remove("/images/${new}?force=1")};
  if (id == "SwarmInit" || id == "SwarmJoin") return {look("/swarm"), {"", "POST", "/swarm/leave?force=1", "", ""}};
  if (id == "ServiceCreate") return {look("/services/${new}"), remove("/services/${new}")};
  if (id == "SecretCreate") return {look("/secrets/${new}"), remove("/secrets/${new}")};
  if (id == "ConfigCreate") return {look("/configs/${new}"), remove("/configs/${new}")};
  return {};
}

bool Spoils(const Operation& operation) {
  static const std::set<std::string> kHarmless = {"ContainerExec", "ImageCommit",  "PutContainerArchive", "ImageTag",
                                                  "ImagePush",     "ServiceCreate", "SecretCreate",        "ConfigCreate"};
  return operation.method != "GET" && operation.method != "HEAD" && !kHarmless.contains(operation.id);
}

std::string MemberOf(const Json& answer, const std::string& member) {
  const Json* at = &answer;
  for (const std::string& step : Split(member, '.')) {
    if (at->is_array()) {
      size_t index = 0;
      std::from_chars(step.data(), step.data() + step.size(), index);
      if (index >= at->size()) return "";
      at = &(*at)[index];
    } else {
      at = Find(*at, step);
      if (at == nullptr) return "";
    }
  }
  return at->is_string() ? at->get<std::string>() : at->is_number_integer() ? CompactJson(*at) : "";
}

}  // namespace plimsoll::mutate
