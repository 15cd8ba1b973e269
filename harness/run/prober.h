// ProbeOperation: sends the trials that mutate/ makes to a disposable engine, one at a time, and keeps each class of
// answers with the smallest request that gives it. An engine that dies or does not answer is replaced. One thread.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "engine/endpoint.h"
#include "engine/loop.h"
#include "mutate/answers.h"
#include "openapi/description.h"

namespace plimsoll::run {

struct ProbedEngine {
  std::string name;   // "docker-20.10"
  std::string image;  // a reference that is loaded
  engine::Endpoint endpoint;
  // Throws the engine away and gives a new one, with the image loaded.
  std::function<Result<engine::Endpoint>()> renew;
};

struct ProbeOptions {
  uint64_t seed = 1;
  size_t budget = 300;  // trials
  size_t shrink = 30;   // further requests for each class, to find its smallest
  Duration patience = std::chrono::seconds(20);    // for an answer's head, and for a ping; docker looks 15 s for a plugin
  Duration after_head = std::chrono::seconds(5);   // for the rest
  const engine::Bell* cancel = nullptr;
  std::function<void(size_t done, size_t total)> progress = [](size_t, size_t) {};
};

// REQUIRES: nobody else uses the engine. `engine.endpoint` is that of the last instance afterwards. The Error: no engine any more.
Result<mutate::Probed> ProbeOperation(const openapi::Description& description, const openapi::Operation& operation,
                                      ProbedEngine& engine, const ProbeOptions& options);

}  // namespace plimsoll::run
