// Clients: what the programs of a client study (notes/clients.h) said they saw, beside what is true and what was on the wire.
// A pure function of the study, the journal of `plimsoll clients` and the API's descriptions; any thread.
//
// In that journal a case is one program doing one task on one engine, once: its scenario is "clients/" and the task's name, its parameters
// are `client` and, for kOperationTask, `operation`; its exchanges are what the proxy saw (relay/traced_case.h); one reading,
// kProgram, has the JSON object that the program said, or why there is none; another one, kWords, the rest that it printed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyse/refusals.h"
#include "analyse/requests.h"
#include "notes/clients.h"

namespace plimsoll::analyse {

inline constexpr std::string_view kClientArea = "clients";
inline constexpr std::string_view kOperationTask = "operation";
inline constexpr std::string_view kProgram = "program";
inline constexpr std::string_view kWords = "words";

// One of the things that a task wants to know.
struct Part {
  std::string name;
  std::string wanted;        // in words: "is `7`"
  std::optional<Json> saw;   // nullopt: the program did not say
  std::string cannot;        // why this client cannot express it; else ""
  bool held = false;
};

enum class Done {
  kWorks,
  kPartly,  // some of it cannot be expressed, the rest is as wanted
  kFails,
  kCannot,  // the client has no way to do it
  kVaries,  // not the same each time: of a TaskOutcome, never of a TaskWay
};

// How it went once, and as often again with nothing else amiss.
struct TaskWay {
  size_t times = 1;
  Done done = Done::kFails;
  std::vector<Part> parts;  // in the study's order; empty where the client cannot do it or the program went wrong
  std::string why;          // of kCannot, or what went wrong; else ""
  // Of the first time:
  std::vector<Refusal> refusals;
  RequestFindings requests;
  const journal::CaseRecord* record = nullptr;
};

struct TaskOutcome {
  std::string client, task, engine;
  Done done = Done::kFails;
  size_t times = 0;           // the task was done
  std::vector<TaskWay> ways;  // the most frequent one first; never empty
};

enum class Rightness {
  kRightly,     // the request is as described, and what the client told is what the engine answered
  kWithExtras,  // the same, but the request has more than is described, which the engine took no notice of
  kWrongly,     // something is missing or of another type, another call was made, or another answer told
  kNoFunction,  // the module has none for it
};

struct OperationOutcome {
  std::string client, operation;
  Rightness rightness = Rightness::kWrongly;
  std::vector<std::string> why;  // of all but kRightly, plain text
  int status = 0;                // of the engine's answer; 0: there was none
  const journal::CaseRecord* record = nullptr;
};

struct ClientFindings {
  std::vector<std::string> engines;           // in the order of the run
  std::vector<TaskOutcome> tasks;             // by the study's order of tasks and clients, then engines
  std::vector<OperationOutcome> operations;   // by the description's order of operations, the study's of clients
  std::vector<std::string> unknown;           // versions of the API that were spoken and have no description
};

// `text` with "{name}" for the name that the runner made up, and for what docker-compose makes a project's name of it.
std::string WithoutMadeUpName(std::string text, const journal::CaseRecord& record);

// An Error where a predicate of the study makes no sense. `record` of the outcomes point into the journal.
Result<ClientFindings> StudyClients(const notes::ClientStudy& study, const journal::Journal& journal, const Descriptions& descriptions);

}  // namespace plimsoll::analyse
