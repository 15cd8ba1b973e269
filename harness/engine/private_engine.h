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
  static Result<std::unique_ptr<PrivateEngine>> Start(const std::string& tool,
                                                      const std::string& name);
  ~PrivateEngine();
  PrivateEngine(const PrivateEngine&) = delete;
  PrivateEngine& operator=(const PrivateEngine&) = delete;

  const Endpoint& endpoint() const { return endpoint_; }
  const std::string& name() const { return name_; }

 private:
  PrivateEngine(std::string name, int pid, int lifeline, Endpoint endpoint);
  std::string name_;
  int pid_;
  int lifeline_;
  Endpoint endpoint_;
};

// Whether `text` can be the name of a private engine rather than an address.
bool IsPrivateEngineName(std::string_view text);
// fixtures/engines/engine of this checkout: $PLIMSOLL_ENGINE_TOOL, else as built in.
std::string EngineTool();

}  // namespace plimsoll::engine
