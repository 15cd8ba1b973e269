#include "report/trace_ids.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "http/message.h"

namespace plimsoll::report {
namespace {

constexpr size_t kShortId = 12;  // as `docker ps` shows them
constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kShaPrefix = "sha256:";

bool IsHexDigit(char c) { return kHexDigits.find(c) != kHexDigits.npos; }
bool IsPlainCharacter(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

// Twelve digits may be a number; an id has letters too.
bool LooksLikeId(std::string_view run) {
  const bool has_letter = run.find_first_of("abcdef") != run.npos;
  return run.size() >= 32 || (run.size() == kShortId && has_letter);
}

// `key` after a path: ".Id", or `["a b"]` where it must be in quotes.
std::string PathPart(const std::string& key) {
  const bool plain = !key.empty() && std::ranges::all_of(key, IsPlainCharacter);
  return plain ? "." + key : fmt::format("[{}]", Json(key).dump());
}

bool Gives(const Json& value, const std::string& id) {
  if (!value.is_string()) return false;
  std::string_view text = value.get_ref<const std::string&>();
  if (text.starts_with(kShaPrefix)) text.remove_prefix(kShaPrefix.size());
  return text == id || (id.size() == kShortId && text.size() > 32 && text.starts_with(id));
}

// Where in `json` this id is the value, as the end of a path.
std::optional<std::string> PathTo(const Json& json, const std::string& id, int depth = 0) {
  if (Gives(json, id)) return "";
  if (depth > 20) return std::nullopt;
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) {
      if (auto rest = PathTo(value, id, depth + 1)) return PathPart(key) + *rest;
    }
  }
  if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) {
      if (auto rest = PathTo(json[i], id, depth + 1)) return fmt::format("[{}]{}", i, *rest);
    }
  }
  return std::nullopt;
}

void ReplaceEach(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != text.npos; at = text.find(what, at + with.size())) text.replace(at, what.size(), with);
}

// The images that a run loads have the same name in every scenario.
void ReplaceOwnImages(std::string& text) {
  for (const char* image : {"probe", "shell"}) {
    const std::string begin = fmt::format("localhost/plimsoll/{}:", image);
    for (size_t at = text.find(begin); at != text.npos; at = text.find(begin, at)) {
      size_t end = at + begin.size();
      while (end < text.size() && IsPlainCharacter(text[end])) ++end;
      text.replace(at, end - at, fmt::format("${{image.{}}}", image));
    }
  }
}

std::string NameAsked(const journal::Exchange& exchange) {
  const size_t mark = exchange.target.find('?');
  if (exchange.method != "POST" || mark == std::string::npos || !exchange.target.substr(0, mark).ends_with("/containers/create")) return "";
  for (const std::string& pair : Split(exchange.target.substr(mark + 1), '&')) {
    if (pair.starts_with("name=")) return http::PercentDecode(pair.substr(5));
  }
  return "";
}

}  // namespace

TraceIds::TraceIds(const journal::CaseRecord& record) : record_(record) { NameContainers(); }

// Two cases at a time cannot both have a container of one name.
void TraceIds::NameContainers() {
  for (const journal::Exchange& exchange : record_.exchanges) {
    const std::string name = NameAsked(exchange);
    const bool known = std::ranges::any_of(names_, [&](const auto& each) { return each.first == name; });
    // A path could not be told from that of another operation.
    const bool is_word_of_api = name == "json" || name == "create" || name == "prune";
    if (name.empty() || known || is_word_of_api) continue;
    names_.emplace_back(name, names_.empty() ? "${case.name}" : fmt::format("${{case.name}}-{}", names_.size() + 1));
  }
}

const std::optional<Json>& TraceIds::BodyOf(size_t exchange) {
  const auto [found, is_new] = bodies_.try_emplace(exchange);
  const journal::Exchange& record = record_.exchanges[exchange];
  if (is_new && !record.stream) found->second = TryParseJson(record.response_body.kept);
  return found->second;
}

std::optional<std::string> TraceIds::Origin(const std::string& id, size_t exchange) {
  const int64_t started = record_.exchanges[exchange].times.started;
  for (size_t i = 0; i < exchange; ++i) {
    const journal::Exchange& earlier = record_.exchanges[i];
    if (earlier.times.ended > started || earlier.outcome != journal::Outcome::kAnswered || !BodyOf(i)) continue;
    if (const auto path = PathTo(*BodyOf(i), id)) return fmt::format("${{{}.body{}}}", earlier.name, *path);
  }
  return std::nullopt;
}

std::string TraceIds::TemplateOfId(const std::string& id, size_t exchange) {
  const auto known = known_.find(id);
  if (known != known_.end()) return known->second;
  const auto origin = Origin(id, exchange);
  if (!origin) {
    unknown_.insert(id);
    return id;
  }
  return known_[id] = *origin;
}

std::string TraceIds::TemplateOf(std::string_view original, size_t exchange) {
  std::string text(original);
  ReplaceEach(text, "${", "$${");
  ReplaceOwnImages(text);
  for (const auto& [name, with] : names_) {
    ReplaceEach(text, "/containers/" + name + "/", "/containers/" + with + "/");
    ReplaceEach(text, "/containers/" + name + "?", "/containers/" + with + "?");
    if (text.find("/containers/create?") != text.npos) ReplaceEach(text, "name=" + http::PercentEncode(name), "name=" + with);
    if (text.ends_with("/containers/" + name)) text.replace(text.size() - name.size(), name.size(), with);
  }
  std::string out;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && IsHexDigit(text[end])) ++end;
    // "%22" before an id in a percent-encoded query is no part of it.
    const bool encoded = i > 0 && text[i - 1] == '%' && end - i > 2;
    if (encoded) {
      out += text.substr(i, 2);
      i += 2;
    }
    const bool alone = (i == 0 || encoded || !IsPlainCharacter(text[i - 1])) && (end == text.size() || !IsPlainCharacter(text[end]));
    const std::string run = text.substr(i, end - i);
    if (alone && LooksLikeId(run)) {
      std::string with = TemplateOfId(run, exchange);
      // The answer's value has its "sha256:" itself, as a rule.
      if (with != run && out.ends_with(kShaPrefix)) out.resize(out.size() - kShaPrefix.size());
      out += with;
    } else {
      out += run;
    }
    if (end < text.size()) out += text[end];
    i = end + 1;
  }
  return out;
}

OrderedJson TraceIds::TemplateOf(const OrderedJson& value, size_t exchange) {
  if (value.is_string()) return TemplateOf(std::string_view(value.get_ref<const std::string&>()), exchange);
  if (value.is_array()) {
    OrderedJson list = OrderedJson::array();
    for (const OrderedJson& item : value) list.push_back(TemplateOf(item, exchange));
    return list;
  }
  if (!value.is_object()) return value;
  OrderedJson map = OrderedJson::object();
  for (const auto& [key, member] : value.items()) map[TemplateOf(std::string_view(key), exchange)] = TemplateOf(member, exchange);
  return map;
}

std::vector<std::string> TraceIds::TakeUnknown() {
  std::vector<std::string> all(unknown_.begin(), unknown_.end());
  unknown_.clear();
  return all;
}

}  // namespace plimsoll::report
