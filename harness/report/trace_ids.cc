#include "report/trace_ids.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "http/message.h"

namespace plimsoll::report {
namespace {

constexpr size_t kShortId = 12;  // as `docker ps` shows them
constexpr int kDeepestId = 20;   // in the JSON of an answer
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

// Calls `visit` with each text in `json` that an id may be taken from, and with the end of the path to it.
template <class Visit>
void VisitTexts(const Json& json, const std::string& path, const Visit& visit, int depth = 0) {
  if (json.is_string()) return visit(json.get_ref<const std::string&>(), path);
  if (depth > kDeepestId) return;
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) VisitTexts(value, path + PathPart(key), visit, depth + 1);
  }
  if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) VisitTexts(json[i], fmt::format("{}[{}]", path, i), visit, depth + 1);
  }
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

std::string Escaped(std::string_view text) {
  std::string escaped(text);
  ReplaceEach(escaped, "${", "$${");
  return escaped;
}

// "web" of "/web" too, as the engine itself says it.
std::string_view WithoutSlash(std::string_view name) { return name.starts_with('/') ? name.substr(1) : name; }

struct Target {
  std::string_view path, query;
};

Target Halves(std::string_view target) {
  const size_t mark = std::min(target.find('?'), target.size());
  return {target.substr(0, mark), target.substr(std::min(mark + 1, target.size()))};
}

// Whether a container gets the value of `name` as its name.
bool NamesContainer(std::string_view path) { return path.ends_with("/containers/create") || (path.find("/containers/") != path.npos && path.ends_with("/rename")); }

// The name that a container was given by this call, or would have been; "": none.
std::string NameAsked(const journal::Exchange& exchange) {
  const auto [path, query] = Halves(exchange.target);
  if (exchange.method != "POST" || !NamesContainer(path)) return "";
  // One that was not renamed has the name that it had; a create that failed may be there to fail.
  const bool renamed = exchange.head && exchange.head->status / 100 == 2;
  if (path.ends_with("/rename") && !renamed) return "";
  for (const std::string& pair : Split(query, '&')) {
    if (pair.starts_with("name=")) return std::string(WithoutSlash(http::PercentDecode(pair.substr(5))));
  }
  return "";
}

}  // namespace

TraceIds::TraceIds(const journal::CaseRecord& record) : record_(record) {
  NameContainers();
  FindIds();
}

// Two cases at a time cannot both have a container of one name.
void TraceIds::NameContainers() {
  for (const journal::Exchange& exchange : record_.exchanges) {
    const std::string name = NameAsked(exchange);
    // A path could not be told from that of another operation.
    const bool is_word_of_api = name == "json" || name == "create" || name == "prune";
    if (name.empty() || is_word_of_api) continue;
    names_.try_emplace(name, names_.empty() ? "${case.name}" : fmt::format("${{case.name}}-{}", names_.size() + 1));
  }
}

const std::string* TraceIds::TemplateOfName(std::string_view name) const {
  const auto found = names_.find(WithoutSlash(name));
  return found == names_.end() ? nullptr : &found->second;
}

std::string TraceIds::NameOrText(std::string_view text) const {
  const std::string* name = TemplateOfName(text);
  return name != nullptr ? *name : Escaped(text);
}

std::string TraceIds::NamesInPath(std::string_view path) const {
  const std::vector<std::string> segments = Split(path, '/');
  std::string out = Escaped(segments.front());
  for (size_t i = 1; i < segments.size(); ++i) out += "/" + (segments[i - 1] == "containers" ? NameOrText(segments[i]) : Escaped(segments[i]));
  return out;
}

// {"name": {"web": true}}, {"container": ["web"]}: as it was, unless there is a name in it.
std::string TraceIds::NamesInFilters(std::string_view path, const std::string& value) const {
  const std::string text = http::PercentDecode(value);
  if (!TryParseJson(text)) return Escaped(value);
  const OrderedJson filters = OrderedJson::parse(text, nullptr, /*allow_exceptions=*/false);
  OrderedJson replaced = filters;
  const auto named = [this](const std::string& word) { return TemplateOfName(word) ? *TemplateOfName(word) : word; };
  for (const std::string_view key : {"name", "id", "before", "since", "container"}) {
    const bool is_of_container = key == "container" || path.ends_with("/containers/json");
    if (!is_of_container || !replaced.is_object() || !replaced.contains(key)) continue;
    OrderedJson& member = replaced[std::string(key)];
    OrderedJson list = member.is_array() ? OrderedJson::array() : OrderedJson::object();
    for (const auto& [name, wanted] : member.items()) {
      if (member.is_object()) list[named(name)] = wanted;
      if (member.is_array()) list.push_back(wanted.is_string() ? OrderedJson(named(wanted.get<std::string>())) : wanted);
    }
    if (member.is_structured()) member = std::move(list);
  }
  if (replaced == filters) return Escaped(value);
  std::string encoded = http::PercentEncode(replaced.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
  for (const auto& [name, with] : names_) ReplaceEach(encoded, http::PercentEncode(with), with);
  return encoded;
}

std::string TraceIds::NamesInQuery(std::string_view path, std::string_view query) const {
  std::string out;
  for (const std::string& pair : Split(query, '&')) {
    const size_t equals = pair.find('=');
    const std::string key = pair.substr(0, equals), value = equals == std::string::npos ? "" : pair.substr(equals + 1);
    const bool is_name = (key == "name" && NamesContainer(path)) || key == "container";
    out += (out.empty() ? "" : "&") + Escaped(key) + (equals == std::string::npos ? "" : "=");
    const std::string* name = is_name ? TemplateOfName(http::PercentDecode(value)) : nullptr;
    out += name != nullptr ? *name : key == "filters" ? NamesInFilters(path, value) : Escaped(value);
  }
  return out;
}

std::string TraceIds::NamesInMember(std::string_view key, const std::string& text) const {
  constexpr std::string_view kOfContainer = "container:";
  if (key == "Container") return NameOrText(text);
  if (text.starts_with(kOfContainer)) return std::string(kOfContainer) + NameOrText(text.substr(kOfContainer.size()));
  if (key != "Links" && key != "VolumesFrom") return Escaped(text);
  const size_t colon = std::min(text.find(':'), text.size());  // "web:alias", "web:ro"
  return NameOrText(text.substr(0, colon)) + Escaped(text.substr(colon));
}

// Of all answers once, so that an id costs no search. Only where an id was known earlier than by the answers before.
void TraceIds::FindIds() {
  for (const journal::Exchange& exchange : record_.exchanges) {
    if (exchange.stream || exchange.outcome != journal::Outcome::kAnswered) continue;
    const auto body = TryParseJson(exchange.response_body.kept);
    if (!body) continue;
    const auto note = [&](std::string_view id, const std::string& path) {
      std::vector<Origin>& origins = origins_[std::string(id)];
      const bool is_earlier = origins.empty() || exchange.times.ended < origins.back().known_at;
      if (is_earlier) origins.push_back({exchange.times.ended, fmt::format("${{{}.body{}}}", exchange.name, path)});
    };
    VisitTexts(*body, "", [&](std::string_view text, const std::string& path) {
      if (text.starts_with(kShaPrefix)) text.remove_prefix(kShaPrefix.size());
      if (!LooksLikeId(text) || !std::ranges::all_of(text, IsHexDigit)) return;
      note(text, path);
      if (text.size() > 32) note(text.substr(0, kShortId), path);
    });
  }
}

std::string TraceIds::TemplateOfId(const std::string& id, size_t exchange) {
  const int64_t started = record_.exchanges[exchange].times.started;
  if (const auto found = origins_.find(id); found != origins_.end()) {
    const auto origin = std::ranges::find_if(found->second, [&](const Origin& each) { return each.known_at <= started; });
    if (origin != found->second.end()) return origin->text;
  }
  unknown_.insert(id);
  return id;
}

std::string TraceIds::TemplateOf(std::string_view text, size_t exchange) { return WithIds(Escaped(text), exchange); }

std::string TraceIds::TemplateOfTarget(std::string_view target, size_t exchange) {
  const auto [path, query] = Halves(target);
  const bool has_query = path.size() < target.size();
  return WithIds(NamesInPath(path) + (has_query ? "?" + NamesInQuery(path, query) : ""), exchange);
}

std::string TraceIds::WithIds(std::string text, size_t exchange) {
  ReplaceOwnImages(text);
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

OrderedJson TraceIds::TemplateOf(const OrderedJson& value, size_t exchange) { return TemplateOfMember("", value, exchange); }

// `key`: of the member that it is, or is a list in.
OrderedJson TraceIds::TemplateOfMember(std::string_view key, const OrderedJson& value, size_t exchange) {
  if (value.is_string()) return WithIds(NamesInMember(key, value.get<std::string>()), exchange);
  if (value.is_array()) {
    OrderedJson list = OrderedJson::array();
    for (const OrderedJson& item : value) list.push_back(TemplateOfMember(key, item, exchange));
    return list;
  }
  if (!value.is_object()) return value;
  OrderedJson map = OrderedJson::object();
  for (const auto& [name, member] : value.items()) map[TemplateOf(std::string_view(name), exchange)] = TemplateOfMember(name, member, exchange);
  return map;
}

std::vector<std::string> TraceIds::TakeUnknown() {
  std::vector<std::string> all(unknown_.begin(), unknown_.end());
  unknown_.clear();
  return all;
}

}  // namespace plimsoll::report
