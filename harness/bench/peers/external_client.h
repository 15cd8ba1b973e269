// ExternalClient: a client library in a language of its own, in a child process that lives as long as this: how long its
// interpreter takes to start is not what is compared. The child is given the Ground as JSON, says "ready VERSION", then obeys
// a command a line ("ping 200", "life 3", "lives 8 16", "attach BYTES") and answers each with "SECONDS AMOUNT", what it really
// did, or "trouble TEXT". It ends with its standard input.
#pragma once

#include "base/child.h"
#include "bench/peers/client.h"
#include "bench/peers/ground.h"

namespace plimsoll::bench::peers {

struct Program {
  std::string name;
  Command command;  // the Ground is added as the last word
  Variables variables;
  std::string remedy;  // "apt-get install python3-docker", for where it does not start
};
Program Dockerode();
Program DockerPy();

class ExternalClient : public Client {
 public:
  ExternalClient(Program program, const Ground& ground);
  std::string name() const override { return program_.name; }
  std::string version() const override { return version_; }
  std::string Missing() const override { return missing_; }
  Result<double> Do(Task task, int64_t amount) override;

 private:
  Program program_;
  std::unique_ptr<Child> child_;
  std::string version_, missing_;
};

}  // namespace plimsoll::bench::peers
