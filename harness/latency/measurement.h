// What `plimsoll bench` measured: raw nanoseconds by operation, engine and round, with the machine and the engines they are of.
// Written once by the bench module, kept as a file, read by the comparison and the pages. Plain values; any thread.
//
// All times are CLOCK_MONOTONIC nanoseconds of one machine. A round is one turn of one engine at one operation; the engines
// take turns within a round (A B, B A, A B ...), so that a drift of the machine is in all of them alike.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace plimsoll::latency {

// What the engine's own processes used while a round was measured, all containers included, from its cgroup.
struct Cost {
  int64_t cpu_nanos = 0;
  int64_t peak_memory_bytes = 0;  // with the page cache and what it keeps in tmpfs
  bool known = false;             // an engine that is not ours has no cgroup that we know of
  bool peak_known = false;        // nor is the peak of a round known where the kernel forgets none (cgroup2)
};

struct Round {
  std::vector<int64_t> nanos;  // of each call, in the order they were made
  int64_t wall_nanos = 0;      // from the first call's beginning to the last one's end, with what was done between them untimed
  Cost cost;
};

// How the calls were made.
enum class Loop {
  kClosed,  // `clients` clients, each sends its next call when the one before is answered
  kOpen,    // a call begins every 1/rate seconds, whatever became of those before; nanos count from when it was to begin
};

// One operation, in one variant, on one engine.
struct Series {
  std::string operation;  // "list"; of Operations() in bench/operations.h
  std::string variant;    // "size=1", "filters", ""
  std::string engine;     // EngineInfo::name
  std::string timed;      // from when to when, for people: "POST /containers/ID/start"; may be empty
  // Of operations whose cost may grow with it: how many containers the engine has. -1: not of interest.
  int64_t containers = -1;
  Loop loop = Loop::kClosed;
  int clients = 1;
  double rate = 0;         // of kOpen: calls a second
  int64_t bytes = 0;       // moved by each call, where throughput is of interest
  std::vector<Round> rounds;
  // The same calls, by the same code, to a server that answers at once what the engine answered: what the harness and the
  // kernel need for themselves. Empty: there is no such thing for this operation.
  std::vector<int64_t> floor;
  std::string trouble;  // why it has no rounds, or fewer than the others

  // "list size=1 containers=100", without the engine. One client is not told of: "ping clients=8", "ping rate=500".
  std::string Name() const;
  std::vector<int64_t> AllNanos() const;  // of all rounds, in order
};

// The highest rate of an open loop at which p99 stays under a bound.
struct Saturation {
  std::string operation, engine;
  int64_t bound_nanos = 0;
  struct Step {
    double rate = 0;             // calls a second, asked for
    double achieved = 0;         // answered, a second
    int64_t p99_nanos = 0;
    bool held = false;           // p99 under the bound, and the calls kept up with the rate
  };
  std::vector<Step> steps;       // in the order tried
  double highest = 0;            // that held; 0: none did
};

// One start of a container, taken apart. All moments in ns after the request began; -1: not seen.
struct Start {
  std::string engine;
  int64_t connected = -1;        // of a connection of its own
  int64_t sent = -1;             // the request's last byte
  int64_t first_instruction = -1;  // the process in the container reads the clock
  // The engine's own events, by their time stamps (timeNano, brought to the monotonic clock), by action: "start", "init" ...
  std::map<std::string, int64_t> events;
  int64_t first_byte = -1;       // of the answer
  int64_t last_byte = -1;
};

// The harness as a client beside others: one task, one client.
struct PeerSeries {
  std::string task;     // "ping", "life", "8 lives", "1 GiB"
  std::string client;   // "plimsoll", "bare loop", "dockerode"
  std::string version;  // of the client, as it says itself
  std::string engine;
  std::vector<double> rounds;  // seconds for one unit (a ping, a life, a GiB), the clients taking turns
  std::string trouble;         // why there are none
};

struct Machine {
  std::string id;         // a digest of what tells machines apart (machine-id, processor, cores), no name of a person or a host
  std::string processor;  // model name
  int cores = 0;
  int64_t memory_bytes = 0;
  std::string kernel;
  Json ToJson() const;
  bool operator==(const Machine&) const = default;
};

struct EngineInfo {
  std::string name;  // "docker-20.10"
  Json identity;     // engine::Identity::ToJson()
};

struct Measurement {
  std::string plimsoll;  // version
  std::string started;   // ISO 8601, UTC
  Machine machine;
  std::vector<EngineInfo> engines;
  std::vector<Series> series;
  std::vector<Saturation> saturations;
  std::vector<Start> starts;
  std::vector<PeerSeries> peers;
};

// This machine, from /proc and /etc/machine-id.
Machine ThisMachine();

Json ToJson(const Measurement& measurement);
// The Error names the place ("series[3].rounds: not a list") and what to do.
Result<Measurement> FromJson(const Json& json);

}  // namespace plimsoll::latency
