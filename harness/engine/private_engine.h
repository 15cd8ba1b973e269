// PrivateEngine: an engine of our own, started through fixtures/engines/engine and gone with this
// object (and, through the lifeline it holds open, with this process, however that ends).
// Disposable: scenarios may do to it what they like. Owned by cli and the test programs.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "engine/endpoint.h"

namespace plimsoll::engine {

class PrivateEngine {
 public:
  // `name` as in `fixtures/engines/engine list`; every call starts a new instance. Returns when it
  // answers. `tool` is the path of fixtures/engines/engine.
  // `listener`: "" for the unix socket alone, "tcp" or "tls" for one of its own on 127.0.0.1, too, which is then the
  // endpoint; for tls with certificates made for this instance.
  static Result<std::unique_ptr<PrivateEngine>> Start(const std::string& tool, const std::string& name,
                                                      const std::string& listener = "");
  // Why the engine cannot have such a listener ("podman-4.3 has no TLS listener of its own"), as it says itself; "" if
  // it can.
  static std::string Lacks(const std::string& tool, const std::string& name, const std::string& listener);
  ~PrivateEngine();
  PrivateEngine(const PrivateEngine&) = delete;
  PrivateEngine& operator=(const PrivateEngine&) = delete;

  const Endpoint& endpoint() const { return endpoint_; }
  const std::string& name() const { return name_; }
  // The name of this instance, as the tool's other commands want it: "docker-20.10.4711-1".
  const std::string& instance() const { return instance_; }
  // Starts the registry of images inside a running instance, unless it runs already (fixtures/engines/README.md).
  static Status EnsureRegistry(const std::string& tool, const std::string& instance);

 private:
  PrivateEngine(std::string name, std::string instance, int pid, int lifeline, Endpoint endpoint);
  std::string name_;
  std::string instance_;
  int pid_;
  int lifeline_;
  Endpoint endpoint_;
};

// Whether `text` can be the name of a private engine rather than an address.
bool IsPrivateEngineName(std::string_view text);
// fixtures/engines/engine of this checkout: $PLIMSOLL_ENGINE_TOOL, else as built in.
std::string EngineTool();

}  // namespace plimsoll::engine
