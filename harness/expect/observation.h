// Observations: the named values that a scenario looks at, as definitions and as what was seen.
//   name: ${path}                                   the value itself
//   name: {value: ${path}, contains: hello}         yes or no: any predicate (see predicate.h)
//   name: {value: ${path}, nearest: [0s, 2s, 10s]}  a duration in ns, as the class it is nearest to
//   name: {between: [${a.at}, ${b.at}], nearest: [...]}   the time from one stamp to another, as a
//                                                   class; without `nearest` in ns; with a
//                                                   predicate yes or no (at-most: 3s)
//   name: {value: ${path}, count: true}             how many elements, members or lines
//   name: {value: ${path}, sorted: true}            an array whose order says nothing
//   name: {value: ${path}, without: [a, b]}         an array but for these elements
// A path that leads nowhere is observed as nothing, with the reason (value.h), and so is a time from
// or to a stamp of 0 (which never came). Classes are texts as FormatDuration writes them ("10s"); the shorter of two
// equally near ones counts. The raw figure behind a `nearest` or `between` stays in Observed::raw,
// in nanoseconds. `sorted` and `without` may go with a predicate or `count`. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "expect/predicate.h"
#include "expect/template.h"

namespace plimsoll::expect {

struct Observed {
  Json value;                  // what rules, differences and verdicts look at
  std::optional<int64_t> raw;  // the measured duration in ns behind a class
};

class Observation {
 public:
  // Errors are sentences for diagnostics on the user's file; they do not repeat the name.
  static Result<Observation> Parse(std::string name, const Json& spec);
  const std::string& name() const { return name_; }
  Observed Observe(const Json& scope) const;
  // Yes-or-no observations read as clauses ("the process sees end-of-file").
  bool is_yes_or_no() const { return predicate_.has_value(); }
  bool is_duration() const { return !classes_.empty(); }
  std::vector<const Path*> paths() const;

 private:
  std::string name_;
  std::vector<Template> values_;  // one, or two for `between`
  std::optional<Predicate> predicate_;
  std::vector<Duration> classes_;
  bool count_ = false;
  bool sorted_ = false;
  std::vector<Json> without_;
};

}  // namespace plimsoll::expect
