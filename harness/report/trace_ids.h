// What a traced client has from earlier answers, as the templates of a scenario: ids above all. Part of trace_steps.h.
// Holds pointers into the record, which has to outlive it; one thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "journal/records.h"

namespace plimsoll::report {

class TraceIds {
 public:
  explicit TraceIds(const journal::CaseRecord& record);

  // `text` of the exchange with this index as a template: `${` escaped; ids, the names given to containers and the names of
  // plimsoll's images replaced.
  std::string TemplateOf(std::string_view text, size_t exchange);
  // The same for all texts in it, keys included.
  OrderedJson TemplateOf(const OrderedJson& value, size_t exchange);
  // Ids in what was given so far that no earlier answer has.
  std::vector<std::string> TakeUnknown();

 private:
  void NameContainers();
  std::string TemplateOfId(const std::string& id, size_t exchange);
  std::optional<std::string> Origin(const std::string& id, size_t exchange);
  const std::optional<Json>& BodyOf(size_t exchange);

  const journal::CaseRecord& record_;
  std::map<std::string, std::string> known_;            // id -> template
  std::vector<std::pair<std::string, std::string>> names_;  // a container's name -> template
  std::map<size_t, std::optional<Json>> bodies_;        // parsed when first asked for
  std::set<std::string> unknown_;
};

}  // namespace plimsoll::report
