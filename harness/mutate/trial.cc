#include "mutate/trial.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace plimsoll::mutate {
namespace {

constexpr size_t kLongestInList = 160;
const std::string kFirst = "[]";

// The value at `place`, made where it is not there yet; what is in the way is replaced.
Json& Make(Json& document, const Place& place) {
  Json* at = &document;
  for (const std::string& step : place) {
    if (step == kFirst) {
      if (!at->is_array()) *at = Json::array();
      if (at->empty()) at->push_back(nullptr);
      at = &at->front();
    } else {
      if (!at->is_object()) *at = Json::object();
      at = &(*at)[step];
    }
  }
  return *at;
}

void RemoveAt(Json& document, const Place& place) {
  Json* at = &document;
  for (size_t i = 0; i + 1 < place.size(); ++i) {
    const bool there = place[i] == kFirst ? at->is_array() && !at->empty() : at->is_object() && at->contains(place[i]);
    if (!there) return;
    at = place[i] == kFirst ? &at->front() : &(*at)[place[i]];
  }
  if (at->is_object()) at->erase(place.back());
  if (place.back() == kFirst && at->is_array() && !at->empty()) at->erase(at->begin());
}

std::string Wire(const std::variant<Json, Bytes>& value) {
  if (const Bytes* bytes = std::get_if<Bytes>(&value)) return bytes->bytes;
  const Json& json = std::get<Json>(value);
  return json.is_string() ? json.get<std::string>() : CompactJson(json);
}

// Inside of a JSON text: what is put in must not end the text.
std::string Escaped(const std::string& text) {
  const std::string quoted = CompactJson(text);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

std::string Fill(std::string text, const Names& names) {
  for (const auto& [name, value] : names) {
    const std::string reference = "${" + name + "}";
    for (size_t at = text.find(reference); at != std::string::npos; at = text.find(reference, at + value.size()))
      text.replace(at, reference.size(), value);
  }
  return text;
}

std::string Text(const Place& place) {
  std::string out;
  for (const std::string& step : place) out += (out.empty() || step == kFirst ? "" : ".") + step;
  return out;
}

http::Request RequestOf(const Trial& trial, const Names& names) {
  http::Request request{trial.method, trial.path, trial.headers, ""};
  for (const auto& [name, value] : trial.path_values) {
    const std::string reference = "{" + name + "}";
    const size_t at = request.target.find(reference);
    const std::string filled = Fill(value, names);
    // The names of images have slashes of their own.
    std::string encoded;
    for (const std::string& part : Split(filled, '/')) encoded += (encoded.empty() ? "" : "/") + http::PercentEncode(part);
    if (at != std::string::npos) request.target.replace(at, reference.size(), encoded);
  }
  char separator = '?';
  for (const auto& [name, value] : trial.query) {
    request.target += separator + http::PercentEncode(name) + "=" + http::PercentEncode(Fill(value, names));
    separator = '&';
  }
  for (http::Header& header : request.headers) header.value = Fill(header.value, names);
  if (const Bytes* bytes = std::get_if<Bytes>(&trial.body)) request.body = bytes->bytes;
  if (const Json* json = std::get_if<Json>(&trial.body)) {
    Names escaped;
    for (const auto& [name, value] : names) escaped[name] = Escaped(value);
    request.body = Fill(CompactJson(*json), escaped);
  }
  return request;
}

std::string Text(const Trial& trial) {
  Names shown;
  std::string target = trial.path;
  for (const auto& [name, value] : trial.path_values) {
    const size_t at = target.find("{" + name + "}");
    if (at != std::string::npos) target.replace(at, name.size() + 2, Abridged(value, 40));
  }
  char separator = '?';
  for (const auto& [name, value] : trial.query) {
    target += separator + name + "=" + Abridged(value, 40);
    separator = '&';
  }
  std::string out = trial.method + " " + target;
  for (const http::Header& header : trial.headers) {
    if (header.name != "Content-Type" || header.value != "application/json")
      out += fmt::format(" [{}: {}]", header.name, Abridged(header.value, 40));
  }
  if (const Bytes* bytes = std::get_if<Bytes>(&trial.body)) {
    out += bytes->bytes.size() > kLongestInList ? fmt::format(" ({} bytes: {})", bytes->bytes.size(), Abridged(bytes->bytes, 60))
                                               : " " + Printable(bytes->bytes);
  }
  if (const Json* json = std::get_if<Json>(&trial.body)) out += " " + Abridged(CompactJson(*json), kLongestInList);
  return out;
}

std::string Text(const Change& change) {
  static constexpr std::string_view kWhere[] = {"body", "query", "path", "header"};
  std::string out(kWhere[static_cast<size_t>(change.where)]);
  if (!change.place.empty()) out += " " + Text(change.place);
  if (change.remove) return out + " left out";
  const Bytes* bytes = std::get_if<Bytes>(&change.value);
  const std::string value = bytes ? bytes->bytes : CompactJson(std::get<Json>(change.value));
  return fmt::format("{} = {}", out, value.empty() ? "(nothing)" : Abridged(value, 60));
}

Trial With(Trial trial, const Change& change) {
  switch (change.where) {
    case Change::Where::kBody: {
      if (const Bytes* bytes = std::get_if<Bytes>(&change.value); bytes && !change.remove) {
        trial.body = *bytes;
        return trial;
      }
      if (change.place.empty() && change.remove) {
        trial.body = {};
        return trial;
      }
      if (!std::holds_alternative<Json>(trial.body)) trial.body = Json::object();
      Json& json = std::get<Json>(trial.body);
      if (change.remove) {
        RemoveAt(json, change.place);
      } else {
        Make(json, change.place) = std::get<Json>(change.value);
      }
      return trial;
    }
    case Change::Where::kQuery: {
      const std::string& name = change.place.front();
      const auto old = std::ranges::find(trial.query, name, [](const auto& pair) { return pair.first; });
      if (change.remove) {
        if (old != trial.query.end()) trial.query.erase(old);
      } else if (old != trial.query.end()) {
        old->second = Wire(change.value);
      } else {
        trial.query.emplace_back(name, Wire(change.value));
      }
      return trial;
    }
    case Change::Where::kPath:
      trial.path_values[change.place.front()] = Wire(change.value);
      return trial;
    case Change::Where::kHeader:
      if (change.remove) {
        http::RemoveHeader(trial.headers, change.place.front());
      } else {
        http::SetHeader(trial.headers, change.place.front(), Wire(change.value));
      }
      return trial;
  }
  return trial;
}

}  // namespace plimsoll::mutate
