#include "run/ledger.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::run {
namespace {

// "Loaded image: x:y" or "Loaded image ID: sha256:..." in the answer of /images/load.
std::string LoadedImage(const std::string& body) {
  constexpr std::string_view kBegin = "Loaded image";
  size_t at = body.find(kBegin);
  if (at == std::string::npos) return "";
  at = body.find(": ", at);
  if (at == std::string::npos) return "";
  return body.substr(at + 2, body.find_first_of("\\\"\n,", at + 2) - at - 2);
}

std::string CreatedId(Creates kind, const journal::Exchange& exchange) {
  const auto body = TryParseJson(exchange.response_body.kept);
  switch (kind) {
    case Creates::kContainer:
    case Creates::kNetwork: return body ? GetString(*body, "Id") : "";
    case Creates::kVolume: return body ? GetString(*body, "Name") : "";
    case Creates::kImage: {
      if (PathOf(exchange.target) == "/images/load") return LoadedImage(exchange.response_body.kept);
      const std::string reference = ImageReference(exchange.target);
      return reference.empty() && body ? GetString(*body, "Id") : reference;
    }
    case Creates::kNothing: return "";
  }
  return "";
}

std::string ImagePath(std::string_view name) {
  std::string path;
  for (const char c : name) path += c == '/' || c == ':' || c == '@' ? std::string(1, c) : http::PercentEncode({&c, 1});
  return path;
}

}  // namespace

std::string ImageReference(std::string_view target) {
  const std::string_view path = PathOf(target);
  if (path == "/build") return QueryValue(target, "t");
  const std::string repo = QueryValue(target, "repo").empty() ? QueryValue(target, "fromImage") : QueryValue(target, "repo");
  const std::string tag = QueryValue(target, "tag");
  return repo.empty() || tag.empty() ? repo : repo + ":" + tag;
}

void ResourceLedger::Note(const journal::Exchange& exchange) {
  const std::string_view path = PathOf(exchange.target);
  const int status = exchange.head ? exchange.head->status : 0;
  const Creates kind = CreatedBy(exchange.method, path);
  if (kind != Creates::kNothing) {
    if (exchange.outcome != http::Outcome::kAnswered && exchange.outcome != http::Outcome::kRefused) lost_ = true;
    if (status < 200 || status >= 300) return;
    const std::string id = CreatedId(kind, exchange);
    if (id.empty()) {
      lost_ = true;
      return;
    }
    Add({kind, id});
    if (const std::string name = QueryValue(exchange.target, "name"); !name.empty()) names_.insert(name);
  }
  if (exchange.method == "DELETE" && status >= 200 && status < 300) {
    Forget(path.substr(path.find('/', 1) + 1));
  }
}

void ResourceLedger::Add(Resource resource) {
  ever_.insert(resource.id);
  const bool known = std::ranges::any_of(open_, [&](const Resource& r) { return r.id == resource.id; });
  if (!known) open_.push_back(std::move(resource));
}

// Only an exact id is forgotten: a removal by name may leave its entry, whose removal then gives a 404.
void ResourceLedger::Forget(std::string_view id) {
  std::erase_if(open_, [&](const Resource& r) { return r.id == id; });
}

bool ResourceLedger::Owns(std::string_view id) const {
  if (id.empty()) return false;
  if (names_.contains(std::string(id)) || ever_.contains(std::string(id))) return true;
  const auto it = ever_.lower_bound(std::string(id));
  return id.size() >= 12 && it != ever_.end() && it->starts_with(id);
}

std::string RemovalTarget(const Resource& resource) {
  // What an engine calls an id may hold anything, a whole request too. Only the names of images have slashes
  // (and colons) that are part of the path.
  const std::string id = http::PercentEncode(resource.id);
  switch (resource.kind) {
    case Creates::kContainer: return "/containers/" + id + "?force=1&v=1";
    case Creates::kNetwork: return "/networks/" + id;
    case Creates::kVolume: return "/volumes/" + id + "?force=1";
    case Creates::kImage: return "/images/" + ImagePath(resource.id) + "?force=1";
    case Creates::kNothing: break;
  }
  return "";
}

std::string_view KindName(Creates kind) {
  switch (kind) {
    case Creates::kContainer: return "container";
    case Creates::kNetwork: return "network";
    case Creates::kVolume: return "volume";
    case Creates::kImage: return "image";
    case Creates::kNothing: break;
  }
  return "nothing";
}

}  // namespace plimsoll::run
