// What a traced client has from earlier answers, as the templates of a scenario: ids above all. Part of trace_steps.h.
// Holds pointers into the record, which has to outlive it; one thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "journal/records.h"

namespace plimsoll::report {

class TraceIds {
 public:
  // REQUIRES: exchanges are in the order of their beginning. Looks at all of them.
  explicit TraceIds(const journal::CaseRecord& record);

  // `text` of the exchange with this index as a template: `${` escaped; ids and the names of plimsoll's images replaced.
  std::string TemplateOf(std::string_view text, size_t exchange);
  // Of path and query: also the names given to containers, where they are a segment after /containers/, the whole value of a
  // parameter that is a container's name, or one in its filters.
  std::string TemplateOfTarget(std::string_view target, size_t exchange);
  // For all texts in it, keys included; of containers' names those where the API has one: Container, Links, VolumesFrom, and
  // container:NAME.
  OrderedJson TemplateOf(const OrderedJson& value, size_t exchange);
  // Ids in what was given so far that no earlier answer has.
  std::vector<std::string> TakeUnknown();

 private:
  // An answer that gave an id, as a template, and when that was there.
  struct Origin {
    int64_t known_at = 0;
    std::string text;
  };

  void NameContainers();
  void FindIds();
  // Escaped, unless it is a name: then its template.
  std::string NameOrText(std::string_view text) const;
  const std::string* TemplateOfName(std::string_view name) const;  // nullptr: no container was given it
  std::string NamesInPath(std::string_view path) const;
  std::string NamesInQuery(std::string_view path, std::string_view query) const;
  std::string NamesInFilters(std::string_view path, const std::string& value) const;
  std::string NamesInMember(std::string_view key, const std::string& text) const;
  OrderedJson TemplateOfMember(std::string_view key, const OrderedJson& value, size_t exchange);
  std::string WithIds(std::string text, size_t exchange);
  std::string TemplateOfId(const std::string& id, size_t exchange);

  const journal::CaseRecord& record_;
  std::map<std::string, std::vector<Origin>> origins_;  // by id, in the order of the calls
  std::map<std::string, std::string, std::less<>> names_;  // a container's name -> template
  std::set<std::string> unknown_;
};

}  // namespace plimsoll::report
