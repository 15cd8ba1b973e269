// Ground: the engine that all clients meet on, and what they are to make there. Plain values.
#pragma once

#include <map>
#include <string>

#include "base/json.h"

namespace plimsoll::bench::peers {

struct Ground {
  std::string socket;         // the path of its unix socket
  std::string host;           // where it listens for TCP
  int port = 0;
  std::string api;            // "1.41"
  std::string image;          // with the probe (fixtures/probe)
  std::map<std::string, std::string> labels;  // those that plimsoll puts on what it makes: the same body makes the same work
  std::string docker;         // the docker CLI's program

  // "/v1.41/containers/create"
  std::string Path(const std::string& rest) const { return "/v" + api + rest; }
  Json BodyOfLife() const { return {{"Image", image}, {"Cmd", {"true"}}, {"Labels", labels}}; }
  // Its output goes nowhere but to who is attached.
  Json BodyOfAttach(int64_t bytes) const {
    return {{"Image", image}, {"Cmd", {"write", "--bytes", std::to_string(bytes)}}, {"Labels", labels},
            {"AttachStdout", true}, {"HostConfig", {{"LogConfig", {{"Type", "none"}}}}}};
  }
  Json ToJson() const { return {{"socket", socket}, {"api", api}, {"image", image}, {"labels", labels}}; }
};

}  // namespace plimsoll::bench::peers
