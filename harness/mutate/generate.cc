#include "mutate/generate.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <random>
#include <set>

#include "base/text.h"

namespace plimsoll::mutate {
namespace {

using openapi::Description;

constexpr size_t kDeepest = 8;
constexpr int kDeepNesting = 400;
constexpr size_t kLong = 70'000;     // beyond a 16-bit length
constexpr size_t kMany = 3'000;
constexpr size_t kCombinedMost = 4;  // changes in one trial
constexpr size_t kEachCombined = 4;  // every n-th trial is a combination

// std::shuffle may differ between libraries: then the same seed would not give the same trials.
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  size_t Below(size_t limit) { return static_cast<size_t>(engine_() % limit); }
  template <class T>
  void Shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

Json Nested(int depth) {
  Json value = Json::array();
  for (int i = 1; i < depth; ++i) value = Json::array({std::move(value)});
  return value;
}

const std::vector<std::string>& OddTexts() {
  using namespace std::string_literals;
  static const std::vector<std::string> kTexts = {
      "", " ", "a", "0", "-1", "/", "..", "../../etc/passwd", "a\0b"s, "a\nb", "\t", "%s%n%d", "%00", "${x}", "{{.}}", ":", "=", "a:", ":a", "a=",
      "=a", ",", "-", "@", "a/b/c", "host", "none", "container:", "container:none", "default", "null", "true", "\xc3\xa9",
      "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "\xe2\x80\xae" "abc", "\xef\xbb\xbf" "a", "\xef\xbf\xbf", "A\xcc\x80", std::string(256, 'a'),
      std::string(kLong, 'a'), "9223372036854775808", "1e999", "0x10", "NaN", "::", "fe80::1", "256.256.256.256", "10.0.0.0/99", "0.0.0.0",
      "0001-01-01T00:00:00Z", "1s", "-1s", "99999999h"};
  return kTexts;
}

std::vector<Json> Integers() {
  return {0,
          1,
          -1,
          std::numeric_limits<int32_t>::max(),
          int64_t{1} << 31,
          -(int64_t{1} << 31) - 1,
          std::numeric_limits<int64_t>::max(),
          std::numeric_limits<int64_t>::min(),
          uint64_t{1} << 63,
          std::numeric_limits<uint64_t>::max(),
          1e300,
          0.5,
          -0.0};
}

std::vector<Json> OneOfEachType() {
  return {nullptr, true, 1, 0.5, "a", Json::array(), Json::array({nullptr}), Json::object(), Json{{"", nullptr}}};
}

// Numbers are texts in a description.
std::optional<int64_t> Limit(const Json& schema, const char* key) {
  const std::string text = GetString(schema, key);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

std::string TypeOf(const Json& schema) {
  const std::string type = GetString(schema, "type");
  if (!type.empty()) return type;
  return Find(schema, "properties") || Find(schema, "additionalProperties") || Find(schema, "allOf") ? "object" : "";
}

void AddTexts(const Json& schema, std::vector<Json>& values) {
  if (const Json* choices = Find(schema, "enum"); choices && choices->is_array()) {
    for (const Json& choice : *choices) {
      values.push_back(choice);
      if (!choice.is_string()) continue;
      std::string upper = choice;
      std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
      values.push_back(upper);
    }
  }
  for (const std::string& text : OddTexts()) values.push_back(text);
}

void AddNumbers(const Json& schema, std::vector<Json>& values) {
  const auto lowest = Limit(schema, "minimum"), highest = Limit(schema, "maximum");
  if (lowest) values.insert(values.end(), {*lowest, *lowest - 1});
  if (highest) values.insert(values.end(), {*highest, *highest + 1});
  for (Json& number : Integers()) values.push_back(std::move(number));
  values.push_back("1");
}

// A value that fits, as small as can be.
Json Fitting(const Description& description, const Json& schema, size_t depth = 0) {
  const Json& resolved = description.Resolved(schema);
  const std::string type = TypeOf(resolved);
  if (type == "string") {
    const Json* choices = Find(resolved, "enum");
    return choices && choices->is_array() && !choices->empty() ? choices->front() : Json("a");
  }
  if (type == "integer" || type == "number") return 1;
  if (type == "boolean") return true;
  const Json* items = Find(resolved, "items");
  if (type == "array") return items && depth < kDeepest ? Json::array({Fitting(description, *items, depth + 1)}) : Json::array();
  return Json::object();
}

void AddArrays(const Description& description, const Json& schema, std::vector<Json>& values) {
  const Json* items = Find(schema, "items");
  const Json item = items ? Fitting(description, *items) : Json("a");
  values.push_back(Json::array({item}));
  values.push_back(Json::array({item, item}));
  values.push_back(Json(kMany, item));
  values.push_back(Json::array({Json::array({item})}));
  values.push_back(Nested(kDeepNesting));
}

void AddObjects(const Description& description, const Json& schema, std::vector<Json>& values) {
  values.push_back(Json{{"PlimsollUnknown", 1}});
  const Json* members = Find(schema, "additionalProperties");
  if (members == nullptr || !members->is_object()) return;
  const Json item = Fitting(description, *members);
  for (const char* key : {"", " ", "/", "..", "a", "80", "80/tcp", "0/tcp", "65536/tcp", "80-81/tcp", "81-80/tcp", "80/x", "-1", "\xc3\xa9"})
    values.push_back(Json{{key, item}});
  values.push_back(Json{{std::string(kLong, 'a'), item}});
  values.push_back(Json{{"a", nullptr}});
  Json many = Json::object();
  for (size_t i = 0; i < kMany; ++i) many["k" + std::to_string(i)] = item;
  values.push_back(std::move(many));
}

std::vector<Json> WithoutTwins(std::vector<Json> values) {
  std::set<std::string> seen;
  std::erase_if(values, [&](const Json& value) { return !seen.insert(CompactJson(value)).second; });
  return values;
}

// `seen`: the references followed on the way here.
void Walk(const Description& description, const Json& schema, const Place& place, std::set<std::string> seen,
          std::vector<SchemaPlace>& out) {
  const std::string reference = GetString(schema, "$ref");
  if (place.size() > kDeepest || (!reference.empty() && !seen.insert(reference).second)) return;
  const Json& resolved = description.Resolved(schema);
  const auto down = [&](const std::string& step, const Json& inner) {
    Place deeper = place;
    deeper.push_back(step);
    Walk(description, inner, deeper, seen, out);
  };
  const Json* parts = Find(resolved, "allOf");
  if (parts == nullptr) {
    out.push_back({place, resolved});
  } else if (parts->is_array()) {
    for (const Json& part : *parts) Walk(description, part, place, seen, out);
  }
  if (const Json* properties = Find(resolved, "properties"); properties && properties->is_object()) {
    for (const auto& [name, inner] : properties->items()) down(name, inner);
  }
  if (const Json* members = Find(resolved, "additionalProperties"); members && members->is_object()) {
    // The keys mean something, mostly ("80/tcp"): the description's example has one.
    const Json* example = Find(resolved, "example");
    const bool has_key = example && example->is_object() && !example->empty();
    down(has_key ? example->begin().key() : "a", *members);
  }
  if (const Json* items = Find(resolved, "items")) down("[]", *items);
}

using Group = std::vector<Change>;

Group ChangesAt(const Description& description, const SchemaPlace& at, const Trial& smallest) {
  Group group;
  for (Json& value : ValuesFor(description, at.schema)) group.push_back({Change::Where::kBody, at.place, false, std::move(value)});
  const Change left_out{Change::Where::kBody, at.place, true, Json()};
  if (With(smallest, left_out) != smallest) group.push_back(left_out);
  return group;
}

// Bodies that are no JSON, or none of the kind that is wanted: each a group of its own, so that none waits long.
std::vector<std::string> RawBodies() {
  using namespace std::string_literals;
  return {"",
          "{",
          "}",
          "[]",
          "null",
          "true",
          "0",
          "\"a\"",
          "{}{}",
          "{} x",
          "{\"a\":}",
          "{'a':1}",
          "\xef\xbb\xbf{}",
          "\xff\xfe{\0}\0"s,
          "{\"a\":\"\xff\"}",
          "{\"a\":\"\\ud800\"}",
          "{\"a\":1e999}",
          "{\"a\":" + std::string(400, '9') + "}",
          std::string(100'000, '['),
          "{\"a\":" + std::string(20'000, '[') + std::string(20'000, ']') + "}",
          std::string(1'000'000, ' '),
          "a=b&c=d",
          "\0"s};
}

std::vector<std::string> RawArchives(const std::string& archive) {
  using namespace std::string_literals;
  std::string garbled = archive;
  if (garbled.size() > 150) garbled.replace(148, 6, "777777");  // the header's checksum
  std::string huge = archive;
  if (huge.size() > 136) huge.replace(124, 11, "77777777777");  // the file's size
  return {"",
          "no archive",
          archive.substr(0, 100),
          archive.substr(0, 600),
          garbled,
          huge,
          std::string(1024, '\0'),
          "\x1f\x8b"s,
          "\x1f\x8b\x08\0\0\0\0\0"s + archive,
          "BZh9"s,
          "\xfd" "7zXZ\0"s,
          "\x28\xb5\x2f\xfd"s,
          std::string(100'000, 'a')};
}

std::vector<Json> ParameterValues(const openapi::Parameter& parameter) {
  std::vector<Json> values;
  const std::string type = GetString(parameter.schema, "type");
  if (type == "integer" || type == "number") {
    for (const Json& number : Integers()) values.push_back(CompactJson(number));
  }
  if (type == "boolean") {
    for (const char* text : {"0", "1", "true", "false", "True", "maybe", "2"}) values.push_back(text);
  }
  AddTexts(parameter.schema, values);
  // Filters, labels, build arguments and registry authentications are JSON inside of a text.
  const std::string none = Base64("{"), empty = Base64("{}");
  for (const std::string& text :
       {std::string("{"), std::string("{}"), std::string("[]"), std::string("null"), std::string("{\"a\":null}"), std::string("{\"a\":[\"b\"]}"),
        std::string("{\"id\":[\"\"]}"), std::string("{\"name\":[\"[\"]}"), std::string("{\"label\":{\"a\":true}}"), std::string("{\"until\":[\"x\"]}"),
        std::string("{\"a\":[1]}"), std::string("[[[[]]]]"), std::string(5000, '['), none, empty, Base64("null"), std::string("!!!")})
    values.push_back(text);
  return WithoutTwins(std::move(values));
}

Change::Where WhereOf(const std::string& in) {
  return in == "query" ? Change::Where::kQuery : in == "path" ? Change::Where::kPath : Change::Where::kHeader;
}

// No header can carry these.
bool FitsHeader(const std::string& text) {
  return text.size() < 8000 && text.find_first_of(std::string("\r\n\0", 3)) == std::string::npos;
}

std::vector<Group> GroupsOf(const Description& description, const openapi::Operation& operation, const Trial& smallest) {
  std::vector<Group> groups;
  for (const openapi::Parameter& parameter : operation.parameters) {
    if (parameter.in == "body") {
      const Bytes* archive = std::get_if<Bytes>(&smallest.body);
      for (std::string& raw : archive ? RawArchives(archive->bytes) : RawBodies())
        groups.push_back({{Change::Where::kBody, {}, false, Bytes{std::move(raw)}}});
      if (!archive) {
        for (const SchemaPlace& at : PlacesOf(description, parameter.schema))
          groups.push_back(ChangesAt(description, at, smallest));
      }
      Group types;
      for (const char* type : {"", "text/plain", "application/json; charset=utf-16", "application/x-www-form-urlencoded", "a"})
        types.push_back({Change::Where::kHeader, {"Content-Type"}, false, type});
      types.push_back({Change::Where::kHeader, {"Content-Type"}, true, Json()});
      groups.push_back(std::move(types));
      continue;
    }
    Group group;
    const Change::Where where = WhereOf(parameter.in);
    for (Json& value : ParameterValues(parameter)) {
      const bool fits = where == Change::Where::kHeader  ? FitsHeader(value)
                        : where == Change::Where::kPath ? !value.get_ref<const std::string&>().empty()
                                                         : value.get_ref<const std::string&>().size() < 8000;
      if (fits) group.push_back({where, {parameter.name}, false, std::move(value)});
    }
    const Change left_out{where, {parameter.name}, true, Json()};
    if (where == Change::Where::kQuery && With(smallest, left_out) != smallest) group.push_back(left_out);
    groups.push_back(std::move(group));
  }
  groups.push_back({{Change::Where::kQuery, {"plimsollUnknown"}, false, "1"}});
  std::erase_if(groups, [](const Group& group) { return group.empty(); });
  return groups;
}

Planned Combination(const std::vector<Group>& groups, const Trial& smallest, Dice& dice) {
  Planned planned{smallest, {}};
  const size_t count = 2 + dice.Below(kCombinedMost - 1);
  for (size_t i = 0; i < count; ++i) {
    const Group& group = groups[dice.Below(groups.size())];
    const Change& change = group[dice.Below(group.size())];
    // A body that is bytes leaves nothing of the others.
    if (std::holds_alternative<Bytes>(change.value)) continue;
    planned.changes.push_back(change);
    planned.trial = With(std::move(planned.trial), change);
  }
  return planned;
}

}  // namespace

std::string Text(const std::vector<Change>& changes) {
  std::string out;
  for (const Change& change : changes) out += (out.empty() ? "" : "; ") + Text(change);
  return out.empty() ? "nothing changed" : out;
}

std::vector<SchemaPlace> PlacesOf(const Description& description, const Json& schema) {
  std::vector<SchemaPlace> places;
  Walk(description, schema, {}, {}, places);
  return places;
}

std::vector<Json> ValuesFor(const Description& description, const Json& schema) {
  const Json& resolved = description.Resolved(schema);
  const std::string type = TypeOf(resolved);
  std::vector<Json> values;
  if (type == "string") AddTexts(resolved, values);
  if (type == "integer" || type == "number") AddNumbers(resolved, values);
  if (type == "boolean") values.insert(values.end(), {true, false, "true", 1});
  if (type == "array") AddArrays(description, resolved, values);
  if (type == "object") AddObjects(description, resolved, values);
  for (Json& value : OneOfEachType()) values.push_back(std::move(value));
  return WithoutTwins(std::move(values));
}

std::vector<Planned> Generate(const Description& description, const openapi::Operation& operation, const Trial& smallest,
                              uint64_t seed, size_t count) {
  Dice dice(seed);
  std::vector<Group> groups = GroupsOf(description, operation, smallest);
  size_t rounds = 0;
  for (Group& group : groups) {
    dice.Shuffle(group);
    rounds = std::max(rounds, group.size());
  }
  std::vector<Planned> out;
  if (count > 0) out.push_back({smallest, {}});
  for (size_t round = 0; round < rounds && out.size() < count; ++round) {
    std::vector<size_t> order;
    for (size_t i = 0; i < groups.size(); ++i) {
      if (round < groups[i].size()) order.push_back(i);
    }
    dice.Shuffle(order);
    for (const size_t i : order) {
      if (out.size() % kEachCombined == kEachCombined - 1 && out.size() < count) {
        Planned combined = Combination(groups, smallest, dice);
        if (combined.changes.size() > 1) out.push_back(std::move(combined));
      }
      if (out.size() >= count) break;
      const Change& change = groups[i][round];
      out.push_back({With(smallest, change), {change}});
    }
  }
  return out;
}

}  // namespace plimsoll::mutate
