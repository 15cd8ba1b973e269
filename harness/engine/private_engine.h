// PrivateEngine: an engine of our own, started through fixtures/engines/engine and gone with this
// object (and, through the lifeline it holds open, with this process, however that ends).
// Disposable: scenarios may do to it what they like. Owned by cli and the test programs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "engine/endpoint.h"
#include "engine/loop.h"

namespace plimsoll::engine {

// What an engine's processes and its containers have used so far, from its cgroup.
struct Usage {
  int64_t cpu_nanos = 0;
  int64_t peak_memory_bytes = 0;  // since ForgetPeak(), or the start; with the page cache and what is in tmpfs
};

// How an instance is started.
struct PrivateEngineOptions {
  // "" for the unix socket alone, "tcp" or "tls" for a listener of its own on 127.0.0.1, too, which is then the
  // endpoint; for tls with certificates made for this instance.
  std::string listener;
  // The text of dockerd's daemon.json; "" for none.
  std::string daemon_json;
  // The daemon's GOGC: how far its heap grows, in percent, before Go collects; 0 for Go's own. More than that saves processor
  // time (fixtures/engines/README.md), and an engine whose latency is measured is to be as its users have it.
  int gogc = 400;
  // How large podman lets its file of events grow before it cuts it; "" for its own. Whoever follows the events while it is cut
  // misses some (scenarios/event/told-again.yaml).
  std::string events_file = "64m";
  // The instance stays when its daemon ends, so that Tell({"start"}) can start it again.
  bool keep = false;
};

class PrivateEngine {
 public:
  // `name` as in `fixtures/engines/engine list`; every call starts a new instance. Returns when it
  // answers. `tool` is the path of fixtures/engines/engine.
  static Result<std::unique_ptr<PrivateEngine>> Start(const std::string& tool, const std::string& name,
                                                      const PrivateEngineOptions& options = {});
  // Why the engine cannot be started so ("podman-4.3 has no TLS listener of its own"), as it says itself; "" if it can.
  static std::string Lacks(const std::string& tool, const std::string& name, const PrivateEngineOptions& options);
  ~PrivateEngine();
  PrivateEngine(const PrivateEngine&) = delete;
  PrivateEngine& operator=(const PrivateEngine&) = delete;

  const Endpoint& endpoint() const { return endpoint_; }
  // The unix socket, which an instance with a listener has, too.
  const Endpoint& socket() const { return socket_; }
  const std::string& name() const { return name_; }
  // nullopt where its cgroup cannot be read.
  std::optional<Usage> ReadUsage() const;
  // The peak of the memory is from here on what is used now. False: the kernel cannot do that (cgroup2 before 6.12).
  bool ForgetPeak() const;
  // The name of this instance, as the tool's other commands want it: "docker-20.10.4711-1".
  const std::string& instance() const { return instance_; }
  // Starts the registry of images inside a running instance, unless it runs already (fixtures/engines/README.md).
  static Status EnsureRegistry(const std::string& tool, const std::string& instance);

  // Has the tool do something to this instance's daemon: {"end", "KILL"}, {"start"}, {"restart"}, {"signal", "STOP"}.
  // Blocks until that is done, or the deadline passed or `stop` was rung: kNotDone, and the tool is stopped. An Error
  // has the tool's own words.
  enum class Told { kDone, kNotDone };
  Result<Told> Tell(const std::vector<std::string>& command, TimePoint deadline, const Bell& stop) const;

 private:
  PrivateEngine(std::string tool, std::string name, std::string instance);
  std::string CgroupFile(const std::string& file) const;
  const std::string tool_, name_, instance_;
  int pid_ = -1;
  int lifeline_ = -1;
  Endpoint endpoint_, socket_;
};

// Whether `text` can be the name of a private engine rather than an address.
bool IsPrivateEngineName(std::string_view text);
// fixtures/engines/engine of this checkout: $PLIMSOLL_ENGINE_TOOL, else as built in.
std::string EngineTool();

}  // namespace plimsoll::engine
