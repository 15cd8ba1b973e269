// DockerCli: the docker CLI, a process for each call, as it has no other way: its start is part of what it takes.
#pragma once

#include "base/child.h"
#include "bench/peers/client.h"
#include "bench/peers/ground.h"

namespace plimsoll::bench::peers {

class DockerCli : public Client {
 public:
  explicit DockerCli(const Ground& ground);
  std::string name() const override { return "docker CLI"; }
  std::string version() const override { return version_; }
  std::string Missing() const override { return missing_; }
  Result<double> Do(Task task, int64_t amount) override;

 private:
  // What it prints.
  Result<std::string> Call(std::vector<std::string> words) const;
  Result<std::string> Create(std::vector<std::string> words) const;
  Status Live() const;
  Result<double> Attach(int64_t bytes) const;

  const Ground& ground_;
  Variables variables_;
  std::string version_, missing_;
};

}  // namespace plimsoll::bench::peers
