// Client: one of those that do the same tasks on the same engine, plimsoll among them. Owned by main; one thread, which may
// use several of its own where a task wants things in flight.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace plimsoll::bench::peers {

enum class Task {
  kPing,     // GET /_ping, one after the other
  kTcpPing,  // the same over TCP, for wrk, which knows no other way
  kLife,     // create, start, wait, inspect, remove, one after the other
  kLives,    // the same, kInFlight at a time
  kAttach,   // the output of a container, from before its start to the stream's end
};
inline constexpr int kInFlight = 8;

class Client {
 public:
  virtual ~Client() = default;
  virtual std::string name() const = 0;     // "dockerode"
  virtual std::string version() const = 0;  // as it says itself
  // "", or why this one cannot be had here, with what to install.
  virtual std::string Missing() const { return ""; }
  virtual bool Can(Task task) const { return task != Task::kTcpPing; }
  // Seconds for `amount` of it: pings, lives, bytes. An Error names what went wrong, also where less was done than
  // asked for.
  virtual Result<double> Do(Task task, int64_t amount) = 0;
};

using Clients = std::vector<std::unique_ptr<Client>>;

}  // namespace plimsoll::bench::peers
