#include "report/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "http/message.h"
#include "report/escape.h"
#include "report/replay_acts.h"

namespace plimsoll::report {
namespace {

using journal::CaseRecord;
using journal::Exchange;

// Shorter runs of letters and digits are words; a short id has 12, an id 64, a swarm's 25.
constexpr size_t kShortestId = 12;
// Bodies beyond this are archives and the like: no id of ours is looked for in them.
constexpr size_t kLongestReplayedBody = 64 * 1024;
const std::string kDigest = "sha256:";

bool IsIdCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool LooksMadeUp(std::string_view run) {
  const auto count = [&](auto test) { return std::count_if(run.begin(), run.end(), test); };
  const auto digits = count([](char c) { return c >= '0' && c <= '9'; });
  const bool hex = count([](char c) { return IsIdCharacter(c) && c > 'f'; }) == 0;
  const auto letters = static_cast<std::ptrdiff_t>(run.size()) - digits;
  if (hex && run.size() >= 32) return true;
  if (run.size() < kShortestId || digits < 1 || letters < 1) return false;
  return (hex && run.size() == kShortestId) || (digits > 1 && run.size() == 25);
}

// Runs of letters and digits in `text` that look like an engine's ids: [offset, length].
std::vector<std::pair<size_t, size_t>> IdsIn(std::string_view text) {
  const auto is_word = [](char c) {
    return IsIdCharacter(c) || (c >= 'A' && c <= 'Z') || c == '_';
  };
  std::vector<std::pair<size_t, size_t>> found;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && is_word(text[end])) ++end;
    // "%22" before an id in a percent-encoded query is no part of it.
    size_t begin = i;
    if (begin > 0 && text[begin - 1] == '%' && end - begin > 2) begin += 2;
    if (LooksMadeUp(text.substr(begin, end - begin))) found.emplace_back(begin, end - begin);
    i = std::max(end, i + 1);
  }
  return found;
}

// Members of `json` with text values, in the document's order.
void CollectMembers(const OrderedJson& json,
                    std::vector<std::pair<std::string, std::string>>& out) {
  for (const auto& [key, value] : json.items()) {
    if (value.is_structured()) CollectMembers(value, out);
    if (json.is_object() && value.is_string()) out.emplace_back(key, value.get<std::string>());
  }
}

std::vector<std::pair<std::string, std::string>> MembersOf(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> members;
  // The plain parse refuses what is nested too deep for the recursion above.
  if (!TryParseJson(text)) return members;
  const OrderedJson json = OrderedJson::parse(text, nullptr, /*allow_exceptions=*/false);
  CollectMembers(json, members);
  return members;
}

// A member's name goes into the script's sed command, where other characters could mean something.
bool IsPlainKey(std::string_view key) {
  return !key.empty() && key.find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "0123456789_-") == std::string_view::npos;
}

std::string VariableFor(const Exchange& exchange, const std::string& key) {
  std::string name;
  for (const char c : ToLower(exchange.name)) name += IsIdCharacter(c) ? c : '_';
  if (name.empty())
    name = exchange.target.find("/containers/create") != std::string::npos ? "box" : "id";
  if (name[0] >= '0' && name[0] <= '9') name.insert(0, "_");
  if (name == "answer") name = "answer_id";  // the script's own variable
  if (ToLower(key) == "id") return name;
  name += '_';
  for (const char c : ToLower(key)) name += IsIdCharacter(c) ? c : '_';
  return name;
}

}  // namespace

std::string WithoutOwnLabels(const std::string& body) {
  if (body.find("plimsoll.") == std::string::npos || !TryParseJson(body)) return body;
  OrderedJson json = OrderedJson::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("Labels") || !json["Labels"].is_object()) return body;
  OrderedJson kept = OrderedJson::object();
  for (const auto& [key, value] : json["Labels"].items()) {
    if (!key.starts_with("plimsoll.")) kept[key] = value;
  }
  if (kept == json["Labels"]) return body;
  json["Labels"] = kept;
  if (kept.empty()) json.erase("Labels");
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

Replay::Replay(const CaseRecord& record, const journal::Journal& journal) {
  const auto fix = [&](const std::string& made_up, std::string_view stands_for) {
    if (made_up.empty()) return;
    fixed_.emplace_back(made_up, stands_for);
    const std::string encoded = http::PercentEncode(made_up);
    if (encoded != made_up) fixed_.emplace_back(encoded, stands_for);
  };
  // A run on a shared engine gives its images a tag of its own.
  if (const Json* images = Find(journal.run.options, "images"); images && images->is_object()) {
    for (const auto& [key, reference] : images->items()) {
      if (reference.is_string())
        fix(reference.get<std::string>(), "localhost/plimsoll/" + key + ":1");
    }
  }
  // In this order: the container's name is made of the run's id and the case's.
  fix(record.container_name, kDemoName);
  fix(record.id, "demo-case");
  if (journal.run.run_id.size() >= 4) fix(journal.run.run_id, "demo-run");
  const journal::ScenarioRecord* scenario = journal.FindScenario(record.scenario);
  authored_ = CompactJson(record.parameters) + (scenario ? CompactJson(scenario->steps) : "");
  acts_ = ActsOf(record, scenario);
  FindCaptures(record);
}

void Replay::FindCaptures(const CaseRecord& record) {
  std::set<std::string> done;
  const auto look = [&](size_t index, const Exchange& exchange) {
    std::string used = exchange.target;
    if (exchange.request_body.kept.size() <= kLongestReplayedBody)
      used += "\n" + exchange.request_body.kept;
    for (const auto& [at, length] : IdsIn(used)) {
      const std::string id = used.substr(at, length);
      if (authored_.find(id) == std::string::npos && done.insert(id).second)
        AddCapture(record, index, id);
    }
  };
  for (size_t i = 0; i < record.exchanges.size(); ++i) look(i, record.exchanges[i]);
  for (const Exchange& exchange : record.clean_up) look(record.exchanges.size(), exchange);
}

void Replay::AddCapture(const CaseRecord& record, size_t before, const std::string& id) {
  for (size_t i = 0; i < before; ++i) {
    const Exchange& exchange = record.exchanges[i];
    if (exchange.stream || exchange.response_body.kept.find(id) == std::string::npos) continue;
    std::vector<std::pair<std::string, int>> seen;
    for (const auto& [key, value] : MembersOf(exchange.response_body.kept)) {
      auto counted =
          std::find_if(seen.begin(), seen.end(), [&wanted = key](const auto& s) { return s.first == wanted; });
      if (counted == seen.end()) counted = seen.insert(seen.end(), {key, 0});
      ++counted->second;
      if ((value != id && value != kDigest + id) || !IsPlainKey(key)) continue;
      Capture capture{&exchange, VariableFor(exchange, key), key, counted->second, value};
      const std::string base = capture.variable;
      for (int n = 2; std::any_of(captures_.begin(), captures_.end(),
                                  [&](const Capture& c) { return c.variable == capture.variable; });
           ++n) {
        capture.variable = fmt::format("{}_{}", base, n);
      }
      captures_.push_back(std::move(capture));
      return;
    }
  }
}

std::string Replay::WithFixedNames(std::string_view text) const {
  std::string out(text);
  for (const auto& [made_up, stands_for] : fixed_) ReplaceAll(out, made_up, stands_for);
  return out;
}

std::vector<Replay::Part> Replay::PartsOf(std::string_view recorded) const {
  const std::string text = WithFixedNames(recorded);
  std::vector<Part> parts;
  size_t done = 0;
  for (const auto& [at, length] : IdsIn(text)) {
    const std::string id = text.substr(at, length);
    const Capture* capture = CaptureOf(id);
    if (!capture && authored_.find(id) != std::string::npos) continue;
    // The variable holds the digest's "sha256:" too, where the answer had it.
    const size_t prefix = capture ? capture->value.size() - id.size() : 0;
    const bool whole = capture && prefix <= at - done &&
                       text.compare(at - prefix, capture->value.size(), capture->value) == 0;
    const size_t begin = whole ? at - prefix : at;
    if (begin > done) parts.push_back({Part::Kind::kText, text.substr(done, begin - done)});
    if (whole) {
      parts.push_back({Part::Kind::kVariable, capture->variable});
    } else {
      parts.push_back({Part::Kind::kUnknownId, ""});
    }
    done = at + length;
  }
  if (done < text.size()) parts.push_back({Part::Kind::kText, text.substr(done)});
  return parts;
}

const Capture* Replay::CaptureOf(const std::string& id) const {
  for (const Capture& capture : captures_) {
    if (capture.value == id || capture.value == kDigest + id) return &capture;
  }
  return nullptr;
}

std::string Replay::Readable(std::string_view text) const {
  std::string out;
  for (const Part& part : PartsOf(text)) {
    if (part.kind == Part::Kind::kText) out += part.text;
    if (part.kind == Part::Kind::kVariable) out += "$" + part.text;
    if (part.kind == Part::Kind::kUnknownId) out += "<id>";
  }
  return out;
}

std::string Replay::Word(std::string_view text) const {
  const std::vector<Part> parts = PartsOf(text);
  const bool only_text = std::all_of(
      parts.begin(), parts.end(), [](const Part& part) { return part.kind == Part::Kind::kText; });
  if (only_text) return ShellWord(WithFixedNames(text));
  const bool fits_double_quotes = std::all_of(parts.begin(), parts.end(), [](const Part& part) {
    return part.text.find_first_of("\"$`\\!") == std::string::npos;
  });
  std::string out;
  for (const Part& part : parts) {
    if (part.kind == Part::Kind::kText) {
      out += fits_double_quotes ? part.text : ShellWord(part.text);
      continue;
    }
    const std::string variable = part.kind == Part::Kind::kVariable
                                     ? "${" + part.text + "}"
                                     : "${ID:?set it to the id that is meant here}";
    out += fits_double_quotes ? variable : "\"" + variable + "\"";
  }
  return fits_double_quotes ? "\"" + out + "\"" : out;
}

}  // namespace plimsoll::report
