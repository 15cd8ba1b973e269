#include "mutate/shrink.h"

namespace plimsoll::mutate {
namespace {

constexpr size_t kSmallText = 3;  // shorter texts are not worth a request

size_t CharacterStart(const std::string& text, size_t at) {
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

std::vector<std::string> SmallerTexts(const std::string& text) {
  if (text.size() < kSmallText || text.find("${") != std::string::npos) return {};
  std::vector<std::string> out;
  const size_t half = CharacterStart(text, text.size() / 2), most = CharacterStart(text, text.size() - text.size() / 4);
  for (const size_t size : {half, most}) {
    if (size > 0 && size < text.size()) out.push_back(text.substr(0, size));
  }
  const size_t rest = CharacterStart(text, text.size() / 2);
  if (rest > 0) out.push_back(text.substr(rest));
  return out;
}

std::vector<Json> SmallerValues(const Json& value);

void AddSmallerMembers(const Json& value, std::vector<Json>& out) {
  for (const auto& [key, member] : value.items()) {
    Json without = value;
    without.erase(key);
    out.push_back(std::move(without));
  }
  if (value.size() > 8) return;  // first fewer of them
  for (const auto& [key, member] : value.items()) {
    for (Json& smaller : SmallerValues(member)) {
      Json with = value;
      with[key] = std::move(smaller);
      out.push_back(std::move(with));
    }
    if (key.size() < kSmallText) continue;
    for (const std::string& smaller : SmallerTexts(key)) {
      Json with = value;
      with.erase(key);
      with[smaller] = member;
      if (key.size() > 32) out.push_back(std::move(with));  // a short name means something
    }
  }
}

Json HalfOf(const Json& value) {
  Json half = value.is_array() ? Json::array() : Json::object();
  size_t taken = 0;
  for (const auto& [key, member] : value.items()) {
    if (taken++ >= value.size() / 2) break;
    if (value.is_array()) half.push_back(member);
    else half[key] = member;
  }
  return half;
}

int DepthOf(const Json& value) {
  int depth = 1;
  for (const Json* at = &value; at->is_array() && at->size() == 1; at = &at->front()) ++depth;
  return depth;
}

void AddSmallerItems(const Json& value, std::vector<Json>& out) {
  if (value.size() > 1) {
    for (size_t i = 0; i < value.size() && i < 4; ++i) {
      Json without = value;
      without.erase(i);
      out.push_back(std::move(without));
    }
  }
  // Half of a tower; of a lower one each floor.
  if (const int depth = DepthOf(value); depth > 2) {
    const Json* at = &value;
    for (int i = 0; i < depth / 2; ++i) at = &at->front();
    out.push_back(*at);
  }
  if (value.size() == 1) {
    out.push_back(Json::array());
    if (DepthOf(value) > 8) return;
    for (Json& smaller : SmallerValues(value.front())) out.push_back(Json::array({std::move(smaller)}));
  }
}

std::vector<Json> SmallerValues(const Json& value) {
  std::vector<Json> out;
  if (value.is_string()) {
    for (std::string& text : SmallerTexts(value)) out.push_back(std::move(text));
    return out;
  }
  if (!value.is_structured() || value.empty()) return out;
  if (value.size() > 2) out.push_back(HalfOf(value));
  if (value.is_object()) AddSmallerMembers(value, out);
  if (value.is_array()) AddSmallerItems(value, out);
  return out;
}

}  // namespace

std::vector<Trial> Smaller(const Trial& trial) {
  std::vector<Trial> out;
  for (size_t i = 0; i < trial.query.size(); ++i) {
    Trial smaller = trial;
    smaller.query.erase(smaller.query.begin() + static_cast<std::ptrdiff_t>(i));
    out.push_back(std::move(smaller));
  }
  const auto with_body = [&](std::variant<std::monostate, Json, Bytes> body) {
    Trial smaller = trial;
    smaller.body = std::move(body);
    out.push_back(std::move(smaller));
  };
  if (const Json* json = std::get_if<Json>(&trial.body)) {
    if (json->is_object() && !json->empty()) with_body(Json::object());
    for (Json& value : SmallerValues(*json)) with_body(std::move(value));
  }
  if (const Bytes* bytes = std::get_if<Bytes>(&trial.body)) {
    if (!bytes->bytes.empty()) with_body(Bytes{""});
    const size_t size = bytes->bytes.size();
    if (size > 1) {
      with_body(Bytes{bytes->bytes.substr(0, size / 2)});
      with_body(Bytes{bytes->bytes.substr(0, size - size / 4 - (size < 4 ? 1 : 0))});
    }
  }
  for (size_t i = 0; i < trial.query.size(); ++i) {
    for (std::string& text : SmallerTexts(trial.query[i].second)) {
      Trial smaller = trial;
      smaller.query[i].second = std::move(text);
      out.push_back(std::move(smaller));
    }
  }
  for (const auto& [name, value] : trial.path_values) {
    for (std::string& text : SmallerTexts(value)) {
      Trial smaller = trial;
      smaller.path_values[name] = std::move(text);
      out.push_back(std::move(smaller));
    }
  }
  return out;
}

Trial Shrink(Trial trial, const std::function<bool(const Trial&)>& holds, size_t limit) {
  size_t asked = 0;
  for (bool smaller_found = true; smaller_found;) {
    smaller_found = false;
    for (Trial& candidate : Smaller(trial)) {
      if (candidate == trial) continue;
      if (asked++ >= limit) return trial;
      if (!holds(candidate)) continue;
      trial = std::move(candidate);
      smaller_found = true;
      break;
    }
  }
  return trial;
}

}  // namespace plimsoll::mutate
