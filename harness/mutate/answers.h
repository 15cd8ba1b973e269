// The classes of answers: what is the same in two answers although ids, values and places differ; and what `plimsoll
// probe` found of an operation on an engine. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "journal/records.h"
#include "mutate/trial.h"
#include "openapi/description.h"

namespace plimsoll::mutate {

// What came of one request.
struct Answered {
  http::Outcome outcome = http::Outcome::kAnswered;
  int status = 0;           // 0: no answer's head came
  std::string body;
  std::string error;        // in words, without an answer
  bool goes_on = false;     // head and perhaps part of a body came: a stream
  bool engine_died = false;  // no ping was answered afterwards
};

struct AnswerClass {
  enum class Kind { kAnswered, kGoesOn, kNoAnswer, kClosed, kMalformed, kDied } kind = Kind::kAnswered;
  int status = 0;
  std::string message;  // normalised; "" for a success without an error in it
  std::string after;    // "GET /containers/{new}/json": the answer is one to that, after the trial was answered well
  auto operator<=>(const AnswerClass&) const = default;
};
std::string Text(const AnswerClass& answer);  // "400: invalid reference format"

// `names`: what an engine named, which is shown as <container> and so on.
AnswerClass ClassOf(const Answered& answered, const Trial& trial, const Names& names);
// What the engine says in words: of {"message"}, podman's "cause", a stream's {"error"}; "" for a success.
std::string MessageOf(const Answered& answered);
// A message without ids, numbers, quoted texts, the trial's own values, and what Go says of fields and types.
std::string NormalMessage(std::string_view message, const Trial& trial, const Names& names);

// Whether no engine should answer so: 5xx but a documented 501 or 503, a hang, a closed connection, rubbish, the end of the engine.
bool IsFinding(const AnswerClass& answer, const openapi::Operation& operation);

// Whether the message is Go's own of a broken program ("runtime error: ... nil pointer dereference"), caught and told as a 500.
bool IsPanic(const AnswerClass& answer);

// A class of answers with its smallest request.
struct FoundClass {
  AnswerClass answer;
  bool finding = false;
  size_t count = 0;                  // of the trials that explored
  std::string example;               // the message as it came, once
  std::vector<std::string> changes;  // of the first few trials
  Trial smallest;
  bool came_again = true;            // when the trial was sent once more
  journal::CaseRecord record;        // of the smallest: what was made before, itself, what was asked after, clean-up
};

// An operation of an engine, probed.
struct Probed {
  std::string engine;     // "docker-20.10"
  std::string api;        // "1.41"
  std::string operation;  // "POST /containers/create"
  std::string id;         // "ContainerCreate"
  uint64_t seed = 0;
  size_t budget = 0;
  size_t requests = 0;    // all that were sent for this: trials, shrinking, preparation, pings not counted
  size_t deaths = 0;      // of the engine
  std::string stopped;    // why not all trials were sent; "": they were
  std::vector<FoundClass> classes;  // findings first, the worst of them at the top, then by how often
  struct Sent {
    std::string changes;
    size_t found;         // index into classes
  };
  std::vector<Sent> trials;  // in their order
  bool any_finding() const;
};

}  // namespace plimsoll::mutate
