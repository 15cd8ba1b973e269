#include "expect/observation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/diagnostic.h"
#include "base/duration.h"
#include "base/text.h"
#include "expect/value.h"

namespace plimsoll::expect {
namespace {

bool IsPredicateName(const std::string& key) {
  const auto& names = Predicate::Names();
  return std::find(names.begin(), names.end(), key) != names.end();
}

// `count: true` counts; any other `count` is the predicate of that name.
bool IsCounting(const std::string& key, const Json& argument) {
  return key == "count" && argument.is_boolean();
}

Status CheckKeys(const Json& spec) {
  static const std::vector<std::string> known = [] {
    std::vector<std::string> all = {"value", "between", "nearest", "sorted", "without"};
    all.insert(all.end(), Predicate::Names().begin(), Predicate::Names().end());
    return all;
  }();
  for (const auto& [key, argument] : spec.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    return Fail(fmt::format("\"{}\" means nothing in an observation", Abridged(key, 60)),
                DidYouMean(key, known));
  }
  if (spec.contains("value") == spec.contains("between")) {
    return Fail(spec.contains("value") ? "an observation has \"value\" or \"between\", not both"
                                       : "an observation needs a \"value\" or a \"between\"",
                "write {value: ${answer.status}} or {between: [${a.ended_at}, ${b.ended_at}]}");
  }
  return {};
}

// What the observation does with its value; `sorted` and `without` go with any predicate, the others alone.
Status CheckWays(const Json& spec) {
  std::vector<std::string> ways;
  for (const auto& [key, argument] : spec.items()) {
    if (IsPredicateName(key) || key == "nearest") ways.push_back("\"" + key + "\"");
  }
  const bool is_time = spec.contains("nearest") || spec.contains("between");
  if (is_time && spec.contains("sorted")) return Fail("a time cannot be \"sorted\"");
  if (is_time && spec.contains("without")) return Fail("a time has no elements to be \"without\"");
  if (ways.size() < 2) return {};
  return Fail(fmt::format("an observation has one of {}, not both", fmt::join(ways, " and ")),
              "put several predicates into all-of: [...] or any-of: [...]");
}

Result<Template> ParseValue(const Json& spec) {
  if (!spec.is_string()) {
    return Fail(fmt::format("a value is observed through a path, not {}", Shown(spec)),
                "write ${answer.status}");
  }
  auto value = Template::Parse(spec.get_ref<const std::string&>());
  if (value && value->is_literal()) {
    return Fail(
        fmt::format("{} is the same in every case, so there is nothing to observe", Shown(spec)),
        "write ${answer.status}");
  }
  return value;
}

Result<std::vector<Template>> ParseValues(const Json& spec) {
  const Json* between = Find(spec, "between");
  if (between && (!between->is_array() || between->size() != 2)) {
    return Fail(fmt::format("\"between\" takes two paths, not {}", Shown(*between)),
                "write [${a.ended_at}, ${b.ended_at}]");
  }
  std::vector<Template> values;
  for (const Json& part : between ? *between : Json::array({spec["value"]})) {
    auto value = ParseValue(part);
    if (!value) return tl::make_unexpected(value.error());
    values.push_back(*std::move(value));
  }
  return values;
}

Result<std::vector<Duration>> ParseClasses(const Json& spec) {
  if (!spec.is_array() || spec.size() < 2) {
    return Fail(
        fmt::format("\"nearest\" takes a list of two durations or more, not {}", Shown(spec)),
        "write [0s, 2s, 10s]");
  }
  std::vector<Duration> classes;
  for (const Json& text : spec) {
    if (!text.is_string()) {
      return Fail(fmt::format("{} is not a duration", Shown(text)),
                  "write a number and a unit, such as 250ms or 10s");
    }
    const auto parsed = ParseDuration(text.get_ref<const std::string&>());
    if (!parsed) return tl::make_unexpected(parsed.error());
    if (std::find(classes.begin(), classes.end(), *parsed) != classes.end()) {
      return Fail(fmt::format("\"nearest\" names {} twice", FormatDuration(*parsed)));
    }
    classes.push_back(*parsed);
  }
  return classes;
}

Result<std::optional<Predicate>> ParsePredicate(const Json& spec) {
  for (const auto& [key, argument] : spec.items()) {
    if (!IsPredicateName(key) || IsCounting(key, argument)) continue;
    auto predicate = Predicate::Parse(Json{{key, argument}});
    if (!predicate) return tl::make_unexpected(predicate.error());
    return *std::move(predicate);
  }
  return std::nullopt;
}

Result<std::vector<Json>> ParseWithout(const Json& spec) {
  const Json* without = Find(spec, "without");
  if (!without) return std::vector<Json>();
  if (without->is_array() && !without->empty()) return std::vector<Json>(without->begin(), without->end());
  return Fail(fmt::format("\"without\" takes the list of what is left out, not {}", Shown(*without)), "write [cleanup]");
}

Result<bool> ParseSwitch(const Json& spec, std::string_view key) {
  const Json* found = Find(spec, key);
  if (!found) return false;
  if (found->is_boolean()) return found->get<bool>();
  return Fail(fmt::format("\"{}\" takes true or false, not {}", key, Shown(*found)));
}

// The value behind a template; what cannot be put together is nothing, as data.
std::optional<Json> Look(const Template& value, const Json& scope) {
  auto found = value.Evaluate(scope);
  if (!found || !found->has_value()) return std::nullopt;
  if (IsAbsent(**found)) return Json(kAbsent);
  return **std::move(found);
}

// Why a path leads nowhere: of an exchange without an answer only the status is known to be missing.
Nothing WhyNothing(const Template& value, const Json& scope) {
  for (const Path* path : value.paths()) {
    const Json* root = Find(scope, path->root());
    if (!root) return Nothing::kNotTried;
    const Json* status = Find(*root, "status");
    if (status && status->is_null() && root->contains("outcome")) return Nothing::kNoAnswer;
  }
  return Nothing::kNoSuchValue;
}

// Figures beyond a century of nanoseconds are rubbish of the engine and would overflow below.
std::optional<int64_t> Nanoseconds(const std::optional<Json>& value) {
  constexpr int64_t kMost = 4'000'000'000'000'000'000;
  if (!value || !value->is_number() || *value > kMost || *value < -kMost) return std::nullopt;
  return value->get<int64_t>();
}

// A stamp of 0 means that the moment never came (journal/records.h).
std::optional<int64_t> Elapsed(const std::optional<Json>& from, const std::optional<Json>& to) {
  const auto start = Nanoseconds(from);
  const auto end = Nanoseconds(to);
  if (!start || !end || *start == 0 || *end == 0) return std::nullopt;
  return *end - *start;
}

// Halfway between two classes the shorter one counts, in whatever order they are listed.
Duration NearestClass(int64_t nanos, const std::vector<Duration>& classes) {
  // Unsigned, because the distance of two far ends does not fit a Duration.
  const auto distance = [&](Duration d) {
    const auto a = static_cast<uint64_t>(d.count());
    const auto b = static_cast<uint64_t>(nanos);
    return d.count() > nanos ? a - b : b - a;
  };
  return *std::min_element(classes.begin(), classes.end(), [&](Duration a, Duration b) {
    return std::pair(distance(a), a) < std::pair(distance(b), b);
  });
}

}  // namespace

Result<Observation> Observation::Parse(std::string name, const Json& spec) {
  const Json map = spec.is_object() ? spec : Json{{"value", spec}};
  if (auto status = CheckKeys(map); !status) return tl::make_unexpected(status.error());
  if (auto status = CheckWays(map); !status) return tl::make_unexpected(status.error());
  auto values = ParseValues(map);
  if (!values) return tl::make_unexpected(values.error());
  auto predicate = ParsePredicate(map);
  if (!predicate) return tl::make_unexpected(predicate.error());
  const auto sorted = ParseSwitch(map, "sorted");
  if (!sorted) return tl::make_unexpected(sorted.error());
  auto without = ParseWithout(map);
  if (!without) return tl::make_unexpected(without.error());
  Observation observation;
  if (const Json* nearest = Find(map, "nearest")) {
    auto classes = ParseClasses(*nearest);
    if (!classes) return tl::make_unexpected(classes.error());
    observation.classes_ = *std::move(classes);
  }
  observation.name_ = std::move(name);
  observation.values_ = *std::move(values);
  observation.predicate_ = *std::move(predicate);
  observation.count_ = GetBool(map, "count");
  observation.sorted_ = *sorted;
  observation.without_ = *std::move(without);
  return observation;
}

Observed Observation::Observe(const Json& scope) const {
  Observed observed;
  std::optional<Json> value = Look(values_[0], scope);
  if (values_.size() == 2) {
    observed.raw = Elapsed(value, Look(values_[1], scope));
    value = observed.raw ? std::optional<Json>(*observed.raw) : std::nullopt;
  } else if (is_duration()) {
    observed.raw = Nanoseconds(value);
  }
  if (!without_.empty() && value && value->is_array()) {
    Json kept = Json::array();
    std::copy_if(value->begin(), value->end(), std::back_inserter(kept), [&](const Json& element) {
      return std::find(without_.begin(), without_.end(), element) == without_.end();
    });
    value = std::move(kept);
  }
  if (sorted_ && value && value->is_array()) std::sort(value->begin(), value->end());
  if (predicate_) {
    observed.value = predicate_->Holds(value);
  } else if (is_duration()) {
    if (observed.raw) observed.value = FormatDuration(NearestClass(*observed.raw, classes_));
  } else if (count_) {
    if (const auto count = value ? CountOf(*value) : std::nullopt) observed.value = *count;
  } else if (value) {
    observed.value = *std::move(value);
  }
  for (size_t i = 0; i < values_.size() && observed.value.is_null(); ++i) {
    observed.value = NothingMarker(WhyNothing(values_[i], scope));
  }
  return observed;
}

std::vector<const Path*> Observation::paths() const {
  std::vector<const Path*> all;
  for (const Template& value : values_) {
    for (const Path* path : value.paths()) all.push_back(path);
  }
  return all;
}

}  // namespace plimsoll::expect
