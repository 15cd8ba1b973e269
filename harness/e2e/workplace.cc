#include "e2e/workplace.h"

#include <map>
#include <set>

#include "base/json.h"
#include "engine/call.h"

namespace plimsoll::e2e {

namespace fs = std::filesystem;

std::set<std::string> Holdings(const engine::Endpoint& endpoint) {
  struct Listing {
    const char* target;
    const char* array;
    const char* id;
  };
  std::set<std::string> held;
  for (const Listing& listing :
       {Listing{"/containers/json?all=1", "", "Id"}, Listing{"/networks", "", "Name"},
        Listing{"/volumes", "Volumes", "Name"}, Listing{"/images/json?all=1", "", "Id"}}) {
    const Json answer = engine::Get(endpoint, listing.target, Now() + kPatience).json();
    const Json* list = *listing.array ? Find(answer, listing.array) : &answer;
    if (!list || !list->is_array()) continue;
    for (const Json& item : *list) held.insert(std::string(listing.target) + " " + GetString(item, listing.id));
  }
  return held;
}

std::map<std::string, std::string> ReportFiles(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = fs::relative(entry.path(), folder).string();
    const bool varies = name.starts_with("timings") || name == "conformance-counts.json" || name.starts_with("coverage.") || name.ends_with(".cases.md");
    if (entry.is_regular_file() && !varies)
      files[name] = ReadFile(entry.path().string()).value_or("");
  }
  return files;
}

}  // namespace plimsoll::e2e
