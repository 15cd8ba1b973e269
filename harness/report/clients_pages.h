// Pages about the clients of the API (analyse/clients.h): what works with which one, and what was on the wire. Pure; any thread.
#pragma once

#include <map>
#include <string>

#include "analyse/clients.h"
#include "base/json.h"

namespace plimsoll::report {

struct ClientReport {
  const notes::ClientStudy& study;
  const analyse::ClientFindings& findings;
  const journal::Journal& journal;
  // What each program says of itself: "dockerode 5.0.1, node 20.20.2".
  const std::map<std::string, std::string>& versions;
};

// All files, by path relative to the report's folder: clients.md (client x task), clients/<client>.md (what each did, call by
// call), clients/operations.md (npm module x operation), clients.json.
std::map<std::string, std::string> ClientPages(const ClientReport& report);

// A line for each task and client, for a terminal.
std::string ClientsText(const ClientReport& report);

}  // namespace plimsoll::report
