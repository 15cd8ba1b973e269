// Where an engine listens, and how a user's words or environment lead there. Pure but for reading
// the docker configuration files; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace plimsoll::engine {

struct TlsFiles {
  std::string ca, certificate, key;  // PEM files; empty: the system's CAs, no client certificate
  bool verify = true;
};

struct Endpoint {
  enum class Kind { kUnix, kTcp, kTls } kind = Kind::kUnix;
  std::string path;  // of the socket
  std::string host;
  int port = 0;
  TlsFiles tls;

  // "unix:///run/docker.sock", "tcp://127.0.0.1:2375", "https://host:2376"
  std::string Text() const;
};

using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment ProcessEnvironment();

// unix:///path, /path, tcp://host:port (TLS if DOCKER_TLS_VERIFY is set), http://,
// https://host:port with the certificates of DOCKER_CERT_PATH (ca.pem, cert.pem, key.pem; default
// ~/.docker).
Result<Endpoint> ParseEndpoint(std::string_view text, const Environment& environment);

struct Candidate {
  Endpoint endpoint;
  std::string source;  // "$DOCKER_HOST", "the docker context \"x\"", "well-known socket"
};
// Without --engine: $DOCKER_HOST alone if set; else the current docker context alone if it is not
// "default"; else the well-known sockets that exist. `tried` says what was looked at, also in vain.
struct Candidates {
  std::vector<Candidate> list;
  std::vector<std::string> tried;
};
Result<Candidates> FindCandidates(const Environment& environment);

}  // namespace plimsoll::engine
