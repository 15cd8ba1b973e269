// RunClientProgram: one program of a client study (notes/clients.h) doing one task on one engine, behind a recording proxy: the
// case that the journal keeps of it (analyse/clients.h says how). Called by cli/clients, from several threads at a time.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/endpoint.h"
#include "journal/records.h"
#include "notes/clients.h"

namespace plimsoll::cli {

struct ProgramRun {
  const notes::StudiedClient* client = nullptr;
  std::string task;       // of the study, or analyse::kOperationTask
  std::string operation;  // for that: "GET /containers/{id}/json"
  int repetition = 0;
};

struct ProgramPlace {
  std::string engine;          // name in results
  engine::Endpoint endpoint;
  std::string shell_image;     // its reference
  std::string modules;         // folder node_modules; "" where there is none
};

// Never fails: what goes wrong with the program is in the record. What it leaves on the engine is removed, and told.
journal::CaseRecord RunClientProgram(const ProgramRun& run, const ProgramPlace& place);

// What a program answers to --version; the Error says why it cannot be run.
Result<std::string> VersionOf(const notes::StudiedClient& client, const std::string& modules);

}  // namespace plimsoll::cli
