// ClientStudy: the clients of the API that are watched, and the tasks that they are given; from a YAML file that people keep
// (fixtures/clients/clients.yaml, explained in the README beside it). Pure but for the file; any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace plimsoll::notes {

struct StudiedClient {
  std::string name;                  // "dockerode"
  std::vector<std::string> command;  // words that name a file beside the study are its whole path
  std::string module;                // the npm module, for those that are also tried operation by operation; else ""
  std::string about;
};

struct ClientTask {
  std::string name;   // "exit-code": what the programs are called with
  std::string title;
  std::string does;
  std::vector<std::pair<std::string, Json>> saw;  // what a program that works reports: predicates (expect/predicate.h)
};

struct ClientStudy {
  std::vector<StudiedClient> clients;
  std::vector<ClientTask> tasks;
};

// Errors name the file, the line and what is wrong. Predicates are not looked into.
Result<ClientStudy> LoadClientStudy(const std::string& path);
Result<ClientStudy> ParseClientStudy(const std::string& yaml);

}  // namespace plimsoll::notes
