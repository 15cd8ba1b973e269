// LatencyBench: measures engines' latency, item by item, the engines taking turns in each round, into a
// latency::Measurement. Owns the engines' images and what it makes on them, all of it labelled and removed by Close().
// One thread; closed loops with several clients have threads of their own while they run.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "bench/latency_sizes.h"
#include "bench/operations.h"
#include "bench/saturate.h"
#include "engine/loop.h"
#include "engine/private_engine.h"
#include "latency/measurement.h"
#include "run/images.h"
#include "run/session.h"

namespace plimsoll::bench {

struct BenchedEngine {
  run::EngineUnderTest engine;
  // Null: it is not ours. Nothing on it is counted or filled, and its cost is not known. Must outlive the LatencyBench.
  const engine::PrivateEngine* instance = nullptr;
};

struct LatencyOptions {
  LatencySizes sizes;
  // Names of operations ("list", "list size=1", "start breakdown", "saturation"), as regular expressions that fit at the
  // beginning; empty: all.
  std::vector<std::string> operations;
  std::string plimsoll;                          // its version, for the result
  const engine::Bell* cancel = nullptr;          // ends it in order
  std::function<void(const std::string&)> said;  // what is done now, for people
};

// Something that is measured on all engines in turn: gives a series for each.
struct Item {
  size_t operation = 0;  // of Operations()
  latency::Loop loop = latency::Loop::kClosed;
  int clients = 1;
  double rate = 0;
  int64_t containers = -1;
};

class LatencyBench {
 public:
  // Loads the image. An Error where an engine refuses it, or no operation has a name that was asked for.
  static Result<std::unique_ptr<LatencyBench>> Open(std::vector<BenchedEngine> engines, LatencyOptions options);
  ~LatencyBench();

  const std::vector<Operation>& operations() const { return operations_; }
  const std::vector<Item>& items() const { return items_; }
  size_t engines() const { return engines_.size(); }
  const std::string& EngineName(size_t engine) const;

  // Measures the item, unless that was done already; its series, one for each engine. What went wrong is in their
  // `trouble`. Before an item that wants many containers those that want fewer are measured: engines are only ever filled.
  const std::vector<latency::Series>& Measure(size_t item);
  // Saturations and starts, unless that was done already: Measure() does it before engines are filled with containers.
  void MeasureTheRest();
  // Removes all that was made. The Error says what could not be removed.
  Status Close();
  // In the order of items(), engines within.
  latency::Measurement Everything() const;
  bool interrupted() const;

 private:
  struct Engine;
  struct Turn;
  explicit LatencyBench(LatencyOptions options);
  Status Choose();
  bool IsWanted(const std::string& name) const;
  void Say(const std::string& text) const;
  Status Fill(Engine& engine, int64_t containers);
  Turn PrepareTurn(size_t item, size_t engine);
  void MeasureRound(const Item& item, Turn& turn);
  void SaturateWith(const std::string& operation, const SaturationGoal& goal);
  void TakeStartsApart();

  LatencyOptions options_;
  std::vector<Operation> operations_;
  std::vector<Item> items_;
  std::vector<std::unique_ptr<Engine>> engines_;
  std::vector<std::vector<latency::Series>> series_;  // by item; empty: not measured yet
  latency::Measurement measurement_;
  bool rest_measured_ = false;
  std::string run_id_;
  run::ImageTar image_;
};

}  // namespace plimsoll::bench
