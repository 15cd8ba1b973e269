#include "run/labels.h"

#include "base/text.h"
#include "http/message.h"

namespace plimsoll::run {

Creates CreatedBy(std::string_view method, std::string_view path) {
  if (method != "POST") return Creates::kNothing;
  if (path == "/containers/create") return Creates::kContainer;
  if (path == "/networks/create") return Creates::kNetwork;
  if (path == "/volumes/create") return Creates::kVolume;
  const bool tags = path.starts_with("/images/") && path.ends_with("/tag");
  if (path == "/commit" || path == "/build" || path == "/images/create" || path == "/images/load" || tags) {
    return Creates::kImage;
  }
  return Creates::kNothing;
}

void AddLabels(Json& body, const std::string& run_id, const std::string& case_token) {
  if (!body.is_object()) return;
  const Json* labels = Find(body, "Labels");
  if (labels && !labels->is_object() && !labels->is_null()) return;
  body["Labels"][kRunLabel] = run_id;
  body["Labels"][kCaseLabel] = case_token;
}

std::string_view PathOf(std::string_view target) {
  target = target.substr(0, target.find('?'));
  if (target.starts_with("/v") && target.size() > 2 && target[2] >= '0' && target[2] <= '9') {
    const size_t slash = target.find('/', 1);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  return target;
}

std::vector<std::string> QueryValues(std::string_view target, std::string_view name) {
  std::vector<std::string> values;
  const size_t mark = target.find('?');
  if (mark == std::string_view::npos) return values;
  for (const std::string& pair : Split(target.substr(mark + 1), '&')) {
    const size_t equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    values.push_back(equals == std::string::npos ? "" : http::PercentDecode(pair.substr(equals + 1)));
  }
  return values;
}

std::string QueryValue(std::string_view target, std::string_view name) {
  const auto values = QueryValues(target, name);
  return values.empty() ? "" : values.front();
}

}  // namespace plimsoll::run
