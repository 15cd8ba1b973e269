#include "engine/endpoint.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "base/json.h"
#include "base/text.h"

namespace plimsoll::engine {
namespace {

constexpr const char* kForms =
    "write unix:///path/to.sock, tcp://host:port, https://host:port or the name of a private "
    "engine "
    "(fixtures/engines/engine list)";

TlsFiles TlsFrom(const std::string& folder) {
  const auto existing = [&](const char* file) {
    const std::string path = folder + "/" + file;
    return std::filesystem::exists(path) ? path : std::string();
  };
  return {existing("ca.pem"), existing("cert.pem"), existing("key.pem"), true};
}

std::string HomeFolder(const Environment& environment) { return environment("HOME").value_or(""); }

// Where the docker client keeps its configuration and its contexts.
std::string ConfigFolder(const Environment& environment) {
  if (const auto path = environment("DOCKER_CONFIG"); path && !path->empty()) return *path;
  return HomeFolder(environment) + "/.docker";
}

std::string CertificateFolder(const Environment& environment) {
  if (const auto path = environment("DOCKER_CERT_PATH"); path && !path->empty()) return *path;
  return HomeFolder(environment) + "/.docker";
}

bool TlsWanted(const Environment& environment) {
  const auto verify = environment("DOCKER_TLS_VERIFY");
  return verify && !verify->empty();
}

Result<Endpoint> ParseHostPort(std::string_view text, std::string_view authority, bool tls,
                               const Environment& environment) {
  while (!authority.empty() && authority.back() == '/') authority.remove_suffix(1);
  const size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return Fail(fmt::format("the engine \"{}\" names no port", text), kForms);
  }
  Endpoint endpoint;
  endpoint.kind = tls ? Endpoint::Kind::kTls : Endpoint::Kind::kTcp;
  endpoint.host = authority.substr(0, colon);
  const std::string_view port = authority.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc() || end != port.data() + port.size() || endpoint.port < 1 ||
      endpoint.port > 65535) {
    return Fail(fmt::format("the engine \"{}\" has the port \"{}\"", text, port),
                "a port is a number from 1 to 65535");
  }
  if (tls) endpoint.tls = TlsFrom(CertificateFolder(environment));
  return endpoint;
}

bool IsSocket(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode);
}

// The context files are named by a hash of the context's name; the name itself is inside.
Result<Candidate> ContextEndpoint(const std::string& name, const Environment& environment) {
  const std::string contexts = ConfigFolder(environment) + "/contexts";
  const std::string folder = contexts + "/meta";
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const auto text = ReadFile((entry.path() / "meta.json").string());
    const auto meta = text ? TryParseJson(*text) : std::nullopt;
    if (!meta || GetString(*meta, "Name") != name) continue;
    const Json* endpoints = Find(*meta, "Endpoints");
    const Json* docker = endpoints ? Find(*endpoints, "docker") : nullptr;
    auto endpoint = ParseEndpoint(docker ? GetString(*docker, "Host") : "", environment);
    if (!endpoint) return tl::make_unexpected(endpoint.error());
    const std::string tls = contexts + "/tls/" + entry.path().filename().string() + "/docker";
    if (std::filesystem::exists(tls) && endpoint->kind != Endpoint::Kind::kUnix) {
      endpoint->kind = Endpoint::Kind::kTls;
      endpoint->tls = TlsFrom(tls);
      endpoint->tls.verify = !GetBool(*docker, "SkipTLSVerify");
    }
    return Candidate{*endpoint, fmt::format("the docker context \"{}\"", name)};
  }
  return Fail(fmt::format("the current docker context \"{}\" is not in {}", name, folder),
              "choose another with `docker context use`, or name the engine with --engine");
}

std::string CurrentContext(const Environment& environment) {
  if (const auto name = environment("DOCKER_CONTEXT"); name && !name->empty()) return *name;
  const auto text = ReadFile(ConfigFolder(environment) + "/config.json");
  const auto config = text ? TryParseJson(*text) : std::nullopt;
  return config ? GetString(*config, "currentContext") : "";
}

}  // namespace

std::string Endpoint::Text() const {
  if (kind == Kind::kUnix) return "unix://" + path;
  return fmt::format("{}://{}:{}", kind == Kind::kTls ? "https" : "tcp", host, port);
}

Environment ProcessEnvironment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
}

Result<Endpoint> ParseEndpoint(std::string_view text, const Environment& environment) {
  const auto rest = [&](std::string_view scheme) { return text.substr(scheme.size()); };
  if (text.starts_with("unix://") || text.starts_with("/")) {
    Endpoint endpoint;
    endpoint.path = text.starts_with("/") ? text : rest("unix://");
    if (!endpoint.path.starts_with("/"))
      return Fail(fmt::format("the engine \"{}\" names no absolute path", text), kForms);
    if (endpoint.path.size() > 107) {
      return Fail(fmt::format("the socket path {} is longer than the 107 bytes that Linux allows",
                              endpoint.path));
    }
    return endpoint;
  }
  if (text.starts_with("tcp://"))
    return ParseHostPort(text, rest("tcp://"), TlsWanted(environment), environment);
  if (text.starts_with("http://")) return ParseHostPort(text, rest("http://"), false, environment);
  if (text.starts_with("https://")) return ParseHostPort(text, rest("https://"), true, environment);
  return Fail(fmt::format("\"{}\" is no engine that plimsoll can reach", Printable(text)), kForms);
}

Result<Candidates> FindCandidates(const Environment& environment) {
  Candidates found;
  if (const auto host = environment("DOCKER_HOST"); host && !host->empty()) {
    auto endpoint = ParseEndpoint(*host, environment);
    if (!endpoint) return Fail("$DOCKER_HOST: " + endpoint.error().what, endpoint.error().hint);
    found.list.push_back({*endpoint, "$DOCKER_HOST"});
    found.tried.push_back("$DOCKER_HOST: " + endpoint->Text());
    return found;
  }
  found.tried.push_back("$DOCKER_HOST: not set");
  const std::string context = CurrentContext(environment);
  if (!context.empty() && context != "default") {
    auto candidate = ContextEndpoint(context, environment);
    if (!candidate) return tl::make_unexpected(candidate.error());
    found.tried.push_back(candidate->source + ": " + candidate->endpoint.Text());
    found.list.push_back(std::move(*candidate));
    return found;
  }
  found.tried.push_back("docker context: none chosen");
  std::vector<std::string> sockets = {"/var/run/docker.sock"};
  if (const auto runtime = environment("XDG_RUNTIME_DIR"); runtime && !runtime->empty()) {
    sockets.push_back(*runtime + "/docker.sock");
    sockets.push_back(*runtime + "/podman/podman.sock");
  }
  sockets.push_back("/run/podman/podman.sock");
  for (const std::string& path : sockets) {
    found.tried.push_back(fmt::format("{}: {}", path, IsSocket(path) ? "a socket" : "not there"));
    if (!IsSocket(path)) continue;
    Endpoint endpoint;
    endpoint.path = path;
    found.list.push_back({endpoint, "well-known socket"});
  }
  return found;
}

}  // namespace plimsoll::engine
