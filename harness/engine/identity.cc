#include "engine/identity.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "base/version.h"
#include "engine/call.h"

namespace plimsoll::engine {
namespace {

const Json* Component(const Json& version, std::string_view name) {
  const Json* components = Find(version, "Components");
  if (!components || !components->is_array()) return nullptr;
  for (const Json& component : *components) {
    if (ToLower(GetString(component, "Name")).find(name) != std::string::npos) return &component;
  }
  return nullptr;
}

std::string ProductOf(const Json& version) {
  if (Component(version, "podman")) return "podman";
  if (Component(version, "engine")) return "docker";
  const Json* platform = Find(version, "Platform");
  const std::string name = ToLower(platform ? GetString(*platform, "Name") : "");
  return name.empty() ? "unknown" : name.substr(0, name.find_first_of(" /"));
}

// Podman's component version is a sentence ("crun version 1.8.1\ncommit: ..."): its first number
// counts.
std::string FirstVersion(const std::string& text) {
  const size_t at = text.find_first_of("0123456789");
  return at == std::string::npos ? "" : text.substr(at, text.find_first_of(" \n,", at) - at);
}

std::string RuntimeOf(const Json& version, const Json& info) {
  const std::string name = GetString(info, "DefaultRuntime");
  if (name.empty()) return "";
  if (const Json* component = Component(version, name)) {
    return name + " " + FirstVersion(GetString(*component, "Version"));
  }
  return name;
}

// An engine that wants a client certificate ends the connection, and its reason may be lost on the way.
std::string HintFor(const Endpoint& endpoint, const Answer& answer) {
  if (endpoint.kind != Endpoint::Kind::kTls || answer.head) return "";
  return endpoint.tls.certificate.empty()
             ? "no client certificate was given: put ca.pem, cert.pem and key.pem into $DOCKER_CERT_PATH"
             : fmt::format("was the client certificate {} signed by the CA that this engine trusts?",
                           endpoint.tls.certificate);
}

Result<Json> Ask(const Endpoint& endpoint, const std::string& target, TimePoint deadline) {
  const Answer answer = Get(endpoint, target, deadline);
  if (!answer.ok())
    return Fail(fmt::format("GET {} at {}: {}", target, endpoint.Text(), answer.Describe()),
                HintFor(endpoint, answer));
  Json json = answer.json();
  if (!json.is_object())
    return Fail(fmt::format("GET {} at {}: the answer is no JSON object", target, endpoint.Text()));
  return json;
}

}  // namespace

std::string Identity::Name() const {
  const auto parts = Split(version, '.');
  if (parts.size() < 2) return product + "-" + version;
  const std::string minor = parts[1].substr(0, parts[1].find_first_not_of("0123456789"));
  return fmt::format("{}-{}.{}", product, parts[0], minor);
}

Json Identity::ToJson() const {
  return {{"product", product},
          {"version", version},
          {"api", api},
          {"api_min", api_min},
          {"runtime", runtime},
          {"storage_driver", storage_driver},
          {"cgroup_version", cgroup_version},
          {"cgroup_driver", cgroup_driver},
          {"kernel", kernel},
          {"operating_system", operating_system},
          {"architecture", architecture}};
}

Result<Identity> Identify(const Endpoint& endpoint, TimePoint deadline) {
  auto version = Ask(endpoint, "/version", deadline);
  if (!version) return tl::make_unexpected(version.error());
  auto info = Ask(endpoint, "/info", deadline);
  if (!info) return tl::make_unexpected(info.error());
  Identity identity;
  identity.product = ProductOf(*version);
  identity.version = GetString(*version, "Version");
  identity.api = GetString(*version, "ApiVersion");
  identity.api_min = GetString(*version, "MinAPIVersion");
  identity.runtime = RuntimeOf(*version, *info);
  identity.storage_driver = GetString(*info, "Driver");
  identity.cgroup_version = GetString(*info, "CgroupVersion");
  identity.cgroup_driver = GetString(*info, "CgroupDriver");
  identity.kernel = GetString(*version, "KernelVersion");
  identity.operating_system = GetString(*info, "OperatingSystem");
  identity.architecture = GetString(*version, "Arch");
  if (VersionNumber(identity.api) == 0) {
    return Fail(fmt::format("{} does not say which API version it speaks", endpoint.Text()),
                "is it a container engine?");
  }
  return identity;
}

}  // namespace plimsoll::engine
